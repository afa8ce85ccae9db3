package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/runtime"
)

// isas are the instruction sets that can be asked for.
var isas = append([]string{"auto"}, runtime.ISAs()...)

// engineFlags say how a net is run.
type engineFlags struct {
	isa       string
	threads   int
	noFuse    bool
	reference bool
}

func addEngineFlags(cmd *cobra.Command) *engineFlags {
	f := &engineFlags{}
	flags := cmd.Flags()
	flags.StringVar(&f.isa, "isa", "auto", "instruction set of the kernels: "+strings.Join(isas, ", "))
	flags.IntVar(&f.threads, "threads", 0, "threads to run on; 0 is as many as the process may use")
	flags.BoolVar(&f.noFuse, "no-fuse", false, "run the graph as it is, layer by layer")
	flags.BoolVar(&f.reference, "reference", false, "run by plain functions in float64: slow, and right to the last digit")
	cli.Complete(cmd, "isa", isas...)
	return f
}

// apply adds to options what the flags say.
func (f *engineFlags) apply(o prototxt2go.Options) (prototxt2go.Options, error) {
	if f.threads < 0 {
		return o, cli.Usagef("--threads must not be negative, have %d", f.threads)
	}
	if !slices.Contains(isas, f.isa) {
		return o, cli.Usagef("there is no instruction set %q: %s", f.isa, strings.Join(isas, ", "))
	}
	o.Runtime, o.Threads, o.Reference = f.runtime(), f.threads, f.reference
	return o, nil
}

func (f *engineFlags) runtime() runtime.Options {
	return runtime.Options{ISA: f.isa, NoFuse: f.noFuse}
}
