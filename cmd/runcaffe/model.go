package main

import (
	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

// modelFlags say which net to run.
type modelFlags struct {
	model   string
	weights []string
	fill    bool
	net     *cli.NetFlags
}

func addModelFlags(cmd *cobra.Command) *modelFlags {
	f := &modelFlags{net: cli.AddNetFlags(cmd)}
	flags := cmd.Flags()
	flags.StringVarP(&f.model, "model", "m", "", "the net: a `prototxt`, or a caffemodel, which holds its net too")
	flags.StringSliceVarP(&f.weights, "weights", "w", nil, "`caffemodels` with weights, loaded one after the other")
	flags.BoolVar(&f.fill, "fill", false, "give weights that no file has the deterministic fill")
	return f
}

// load reads the net, the embedded one where none is named, and tells its
// warnings.
func (f *modelFlags) load(cmd *cobra.Command) (*prototxt2go.Net, error) {
	net, err := f.open()
	if err != nil {
		return nil, err
	}
	cli.Warn(cmd, net.Warnings())
	return net, nil
}

func (f *modelFlags) open() (*prototxt2go.Net, error) {
	if f.model == "" {
		if len(f.weights) > 0 {
			return nil, cli.Usagef("--weights needs --model: the net that they are for")
		}
		return prototxt2go.Default()
	}
	o := prototxt2go.Options{Weights: f.weights, Fill: f.fill}
	var err error
	if o.State, err = f.net.State(); err != nil {
		return nil, err
	}
	if o.Shapes, err = f.net.InputShapes(); err != nil {
		return nil, err
	}
	if o.Schema, err = f.net.ReadSchema(); err != nil {
		return nil, err
	}
	return prototxt2go.Open(f.model, o)
}
