package main

import (
	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

// load reads a net with its weights, selects the layers that the flags ask for
// and tells the warnings.
func load(cmd *cobra.Command, f *cli.NetFlags, model string, weights []string) (*caffe.Net, *caffe.WeightsReport, error) {
	state, err := f.State()
	if err != nil {
		return nil, nil, err
	}
	s, err := f.ReadSchema()
	if err != nil {
		return nil, nil, err
	}
	net, err := caffe.ReadFile(model, caffe.Options{Schema: s})
	if err != nil {
		return nil, nil, err
	}
	if net, err = net.ForState(state); err != nil {
		return nil, nil, err
	}
	cli.Warn(cmd, net.Warnings.Summary())
	var all []*caffe.Net
	for _, file := range weights {
		w, err := caffe.ReadFile(file, caffe.Options{})
		if err != nil {
			return nil, nil, err
		}
		all = append(all, w)
	}
	return net, net.LoadWeights(all...), nil
}

// importNet makes the graph, with the deterministic fill for what has no weights.
func importNet(f *cli.NetFlags, net *caffe.Net) (*importer.Result, error) {
	shapes, err := f.InputShapes()
	if err != nil {
		return nil, err
	}
	state, err := f.State()
	if err != nil {
		return nil, err
	}
	r, err := importer.Import(net, importer.Options{Phase: state.Phase, Shapes: shapes, Fill: true})
	if err != nil {
		return nil, cli.ShapeHint(err)
	}
	return r, nil
}
