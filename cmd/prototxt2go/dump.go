package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
	"github.com/prototxt2go/prototxt2go/runtime"
)

func newDump() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dump NET [WEIGHTS…]",
		Short: "Show a net: its layers, their shapes and what they cost",
		Long: `dump prints a table of the layers of a net, a prototxt or a caffemodel, with the
shape of their tops, parameters and multiply-adds, and what the squeeze-and-
excitation blocks add. Multiply-adds count Convolution, Deconvolution and
InnerProduct; BatchNorm's mean, variance and factor are statistics, not
parameters.

With --at graph it prints the typed graph in text that reads back, with --at fused
the same after folding and fusing, and with --at plan the kernels, layouts and
memory by which this processor runs it.`,
		Example: `  prototxt2go dump SE-ResNet-50.prototxt
  prototxt2go dump net.prototxt --shape data=1x3x320x320 --json`,
		Args: cli.SomeArgs("a net: a prototxt, a caffemodel, or - for standard input"),
	}
	d := &dump{net: cli.AddNetFlags(cmd), format: cli.AddFormat(cmd)}
	cmd.Flags().StringVar(&d.at, "at", "source", "where to look: "+strings.Join(places, ", "))
	cli.Complete(cmd, "at", places...)
	cmd.RunE = d.run
	return cmd
}

// places are where one can look, in the order in which a net passes them.
var places = []string{"source", "graph", "fused", "plan"}

type dump struct {
	net    *cli.NetFlags
	format *cli.Format
	at     string
}

func (d *dump) run(cmd *cobra.Command, args []string) error {
	asJSON, err := d.format.JSON()
	if err != nil {
		return err
	}
	if !slices.Contains(places, d.at) {
		return cli.Usagef("--at %s: there are %s", d.at, strings.Join(places, ", "))
	}
	if d.at == "plan" && asJSON {
		return cli.Usagef("--at plan is text alone")
	}
	net, report, err := load(cmd, d.net, args[0], args[1:])
	if err != nil {
		return err
	}
	r, err := importNet(d.net, net)
	if err != nil {
		return err
	}
	if len(args) > 1 {
		fmt.Fprintln(cmd.ErrOrStderr(), report.Summary(r.Missing, r.Reshaped))
	}
	return d.print(cmd, r, asJSON)
}

func (d *dump) print(cmd *cobra.Command, r *importer.Result, asJSON bool) error {
	out := cmd.OutOrStdout()
	switch d.at {
	case "source":
		t := newNetTable(r.Graph)
		if asJSON {
			return cli.WriteJSON(out, t)
		}
		return t.print(out)
	case "plan":
		return printPlan(out, r.Graph)
	case "fused":
		if err := passes.Run(r.Graph, passes.Default()...); err != nil {
			return err
		}
	}
	if asJSON {
		return cli.WriteJSON(out, graphJSON(r.Graph))
	}
	_, err := r.Graph.WriteTo(out)
	return err
}

func printPlan(out io.Writer, g *ir.Graph) error {
	model, err := runtime.NewModel(g, runtime.Options{})
	if err != nil {
		return err
	}
	plan, err := model.Plan(nil)
	if err != nil {
		return err
	}
	_, err = plan.WriteTo(out)
	return err
}
