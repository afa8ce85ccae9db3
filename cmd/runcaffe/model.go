package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

// modelFlags say which net to run.
type modelFlags struct {
	model   string
	weights []string
	fill    bool
	net     *cli.NetFlags
	engine  *engineFlags
}

func addModelFlags(cmd *cobra.Command) *modelFlags {
	f := &modelFlags{net: cli.AddNetFlags(cmd), engine: addEngineFlags(cmd)}
	flags := cmd.Flags()
	flags.StringVarP(&f.model, "model", "m", "", "the net: a `prototxt`, a caffemodel, which holds its net too, or an ONNX model of this project")
	flags.StringSliceVarP(&f.weights, "weights", "w", nil, "`caffemodels` with weights, loaded one after the other")
	flags.BoolVar(&f.fill, "fill", false, "give weights that no file has the deterministic fill")
	return f
}

// load reads the net, the embedded one where none is named, and tells its
// warnings. Inputs that the net leaves without a shape get that of the array of
// that name, or of the one array without a name.
func (f *modelFlags) load(cmd *cobra.Command, arrays ...array) (*prototxt2go.Net, error) {
	net, err := f.open(cmd, arrays)
	if err != nil {
		return nil, err
	}
	cli.Warn(cmd, net.Warnings())
	return net, nil
}

func (f *modelFlags) open(cmd *cobra.Command, arrays []array) (*prototxt2go.Net, error) {
	if f.model == "" {
		return f.embedded(cmd)
	}
	o, err := f.engine.apply(prototxt2go.Options{Weights: f.weights, Fill: f.fill})
	if err != nil {
		return nil, err
	}
	if o.State, err = f.net.State(); err != nil {
		return nil, err
	}
	if o.Shapes, err = f.net.InputShapes(); err != nil {
		return nil, err
	}
	if o.Schema, err = f.net.ReadSchema(); err != nil {
		return nil, err
	}
	net, err := prototxt2go.Open(f.model, o)
	for f.model != "-" && shapeByArrays(o.Shapes, err, arrays) {
		net, err = prototxt2go.Open(f.model, o)
	}
	if err != nil {
		return nil, cli.ShapeHint(err)
	}
	return net, nil
}

// shapeByArrays gives the input that an error says has no shape that of the array
// for it, or of the one array without a name, and reports whether there is such an
// array.
func shapeByArrays(shapes map[string][]int, err error, arrays []array) bool {
	var unshaped *importer.UnshapedError
	if !errors.As(err, &unshaped) {
		return false
	}
	for _, a := range arrays {
		if a.blob == unshaped.Blob || a.blob == "" && len(arrays) == 1 && len(shapes) == 0 {
			shapes[unshaped.Blob] = a.tensor.Shape
			return true
		}
	}
	return false
}

// embedded returns the embedded net, which nothing can change.
func (f *modelFlags) embedded(cmd *cobra.Command) (*prototxt2go.Net, error) {
	for _, flag := range []string{"weights", "fill", "shape", "phase", "level", "stage", "schema"} {
		if cmd.Flags().Changed(flag) {
			return nil, cli.Usagef("--%s needs --model: the net that it is for", flag)
		}
	}
	o, err := f.engine.apply(prototxt2go.Options{})
	if err != nil {
		return nil, err
	}
	return prototxt2go.Default(o)
}
