package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/internal/procmem"
	"github.com/prototxt2go/prototxt2go/runtime"
)

func newBench() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench [--model NET [--weights W,…]]",
		Short: "Time a net",
		Long: `bench times runs of a net on random input, after a warm-up, and tells what share of
the processor's peak they reach: multiply-adds on registers alone, measured in the
same run. Without weights the net gets the deterministic fill.`,
		Example: `  runcaffe bench --model SE-ResNet-50.prototxt --threads 1 --layers`,
		Args:    cli.NoArgs,
	}
	b := &bench{model: addModelFlags(cmd), format: cli.AddFormat(cmd)}
	flags := cmd.Flags()
	flags.IntVar(&b.batch, "batch", 0, "images in a run; 0 takes the net's own")
	flags.IntVar(&b.runs, "runs", 20, "how many runs to time")
	flags.BoolVar(&b.layers, "layers", false, "time each step too")
	cmd.RunE = b.run
	return cmd
}

type bench struct {
	model  *modelFlags
	format *cli.Format
	batch  int
	runs   int
	layers bool
}

// benchmark is what is told of a net's speed.
type benchmark struct {
	Net      string      `json:"net"`
	ISA      string      `json:"isa"`
	Threads  int         `json:"threads"`
	Batch    int         `json:"batch"`
	Median   float64     `json:"median_ms"`
	Min      float64     `json:"min_ms"`
	Load     float64     `json:"load_ms"`
	PeakMB   float64     `json:"peak_mb"`
	PackedMB float64     `json:"packed_mb"`
	GFLOPS   float64     `json:"gflops"`
	Peak     float64     `json:"peak_gflops"`
	Layers   []layerTime `json:"layers,omitempty"`
}

type layerTime struct {
	Layer  string  `json:"layer"`
	Kernel string  `json:"kernel"`
	Layout string  `json:"layout"`
	Time   float64 `json:"ms"`
	GFLOPS float64 `json:"gflops,omitempty"`
}

func (b *bench) run(cmd *cobra.Command, _ []string) error {
	asJSON, err := b.format.JSON()
	if err != nil {
		return err
	}
	if b.runs < 1 {
		return cli.Usagef("--runs must be positive, have %d", b.runs)
	}
	if b.model.engine.reference {
		return cli.Usagef("--reference is for right answers, not for times")
	}
	result, err := b.measure(cmd)
	if err != nil {
		return err
	}
	if asJSON {
		return cli.WriteJSON(cmd.OutOrStdout(), result)
	}
	return result.print(cmd.OutOrStdout())
}

func (b *bench) measure(cmd *cobra.Command) (*benchmark, error) {
	b.model.fill = true
	start := time.Now()
	net, err := b.model.open(cmd, nil)
	if err != nil {
		return nil, err
	}
	model, plan, err := b.plan(net)
	if err != nil {
		return nil, err
	}
	session, err := plan.NewSession(b.model.engine.threads)
	if err != nil {
		return nil, err
	}
	load := time.Since(start)
	if err := fillInputs(session, plan); err != nil {
		return nil, err
	}
	times, err := timeRuns(cmd.Context(), session, b.runs)
	if err != nil {
		return nil, err
	}
	threads := session.Threads()
	r := &benchmark{
		Net: net.Graph().Name, ISA: model.ISA(), Threads: threads, Batch: batchOf(plan),
		Median: milliseconds(times[len(times)/2]), Min: milliseconds(times[0]), Load: milliseconds(load),
		PackedMB: float64(model.PackedBytes()) / 1e6, PeakMB: procmem.PeakMB("self"), Peak: model.PeakGFLOPS(threads),
	}
	r.GFLOPS = gflops(plan.Graph().Cost().MultiplyAdds, times[len(times)/2])
	if b.layers {
		r.Layers, err = b.layerTimes(cmd.Context(), session)
	}
	return r, err
}

// plan returns the plan of the net for the batch asked for.
func (b *bench) plan(net *prototxt2go.Net) (*runtime.Model, *runtime.Plan, error) {
	model, err := runtime.NewModel(net.Graph(), b.model.engine.runtime())
	if err != nil {
		return nil, nil, err
	}
	shapes := map[string][]int{}
	for _, v := range net.Graph().Inputs {
		shape := slices.Clone(v.Type.Shape)
		if b.batch > 0 && len(shape) > 0 {
			shape[0] = b.batch
		}
		shapes[v.Name] = shape
	}
	plan, err := model.Plan(shapes)
	return model, plan, err
}

func batchOf(p *runtime.Plan) int {
	for _, t := range p.Inputs() {
		if t.Rank() > 0 {
			return t.Shape[0]
		}
	}
	return 1
}

// fillInputs gives all inputs the same random numbers every time.
func fillInputs(s *runtime.Session, p *runtime.Plan) error {
	r := rand.New(rand.NewPCG(1, 2))
	for name := range p.Inputs() {
		x, err := s.Input(name)
		if err != nil {
			return err
		}
		for i := range x {
			x[i] = 255*r.Float32() - 128
		}
	}
	return nil
}

// timeRuns returns the times of so many runs, sorted, after a warm-up.
func timeRuns(ctx context.Context, s *runtime.Session, runs int) ([]time.Duration, error) {
	const warmUp = 3
	var times []time.Duration
	for i := range warmUp + runs {
		start := time.Now()
		if err := s.Run(ctx); err != nil {
			return nil, err
		}
		if i >= warmUp {
			times = append(times, time.Since(start))
		}
	}
	slices.Sort(times)
	return times, nil
}

func (b *bench) layerTimes(ctx context.Context, s *runtime.Session) ([]layerTime, error) {
	steps, err := s.Profile(ctx, b.runs)
	if err != nil {
		return nil, err
	}
	var all []layerTime
	for _, st := range steps {
		all = append(all, layerTime{st.Layer, st.Kernel, st.Layout, milliseconds(st.Time), gflops(st.MultiplyAdds, st.Time)})
	}
	return all, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// gflops counts a multiply-add as two operations.
func gflops(multiplyAdds int64, d time.Duration) float64 {
	return 2 * float64(multiplyAdds) / float64(d.Nanoseconds())
}

func (r *benchmark) print(w io.Writer) error {
	if len(r.Layers) > 0 {
		tw := cli.NewTable(4)
		tw.AppendHeader(table.Row{"layer", "kernel", "layout", "ms", "%", "GFLOP/s"})
		total := 0.0
		for _, l := range r.Layers {
			total += l.Time
		}
		for _, l := range r.Layers {
			speed := ""
			if l.GFLOPS > 0 {
				speed = fmt.Sprintf("%.1f", l.GFLOPS)
			}
			tw.AppendRow(table.Row{l.Layer, l.Kernel, l.Layout, fmt.Sprintf("%.3f", l.Time), fmt.Sprintf("%.1f", 100*l.Time/total), speed})
		}
		if _, err := fmt.Fprintf(w, "%s\n\n", cli.Render(tw)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, `%s, batch %d, %s, %s
median  %.2f ms, minimum %.2f ms
speed   %.1f GFLOP/s, %.0f %% of the %.1f that the processor reaches on registers
load    %.0f ms
memory  %.0f MB at most, of which %.0f MB are packed weights
`, r.Net, r.Batch, r.ISA, cli.Counted(r.Threads, "thread"), r.Median, r.Min, r.GFLOPS, 100*r.GFLOPS/r.Peak, r.Peak, r.Load, r.PeakMB, r.PackedMB)
	return err
}
