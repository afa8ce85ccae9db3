// Package prototxt2go runs Caffe models without Caffe: it reads a prototxt and
// its caffemodels, and answers as Caffe does, to the last digit that float32
// allows.
//
// Load reads a net, Net.Classify names what is in a picture, Net.Forward runs any
// input. The packages beneath do the work and can be used by themselves: caffe
// reads files, caffe/importer makes an ir.Graph of a net, runtime runs it fast and
// runtime/reference exactly, imagenet prepares pictures and names classes.
package prototxt2go

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/models/fashion"
	"github.com/prototxt2go/prototxt2go/runtime"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// Options say how to load a net. The zero value serves for a net whose inputs
// have shapes.
type Options struct {
	// Weights are caffemodels, loaded one after the other; a net that is itself a
	// caffemodel needs none.
	Weights []string
	// Schema reads the prototxt; nil is that of BVLC and the known forks.
	Schema *schema.Schema
	// State selects the layers; the zero State is Caffe's for inference.
	State caffe.State
	// Shapes give inputs another shape than the net's, by blob.
	Shapes map[string][]int
	// Fill gives weights that no file has the deterministic fill.
	Fill bool

	// Runtime says how the net is run fast.
	Runtime runtime.Options
	// Threads is on how many threads; 0 stands for as many as the process may use.
	Threads int
	// Reference runs the net by plain functions in float64 instead: slow, and right
	// to the last digit.
	Reference bool
}

// Net is a loaded net. It is safe for concurrent use.
type Net struct {
	graph    *ir.Graph
	inputs   map[string]string // the graph's name of each input blob
	warnings []string
	preset   Preset
	engine   engine
}

// Load reads a net, a prototxt or a caffemodel, and weights for it.
func Load(model string, weights ...string) (*Net, error) {
	return Open(model, Options{Weights: weights})
}

// Open reads a net as the options say: a prototxt, a caffemodel, or an ONNX model
// such as this project writes, which has its weights and takes no others.
func Open(model string, o Options) (*Net, error) {
	if strings.EqualFold(filepath.Ext(model), ".onnx") {
		return openONNX(model, o)
	}
	net, err := caffe.ReadFile(model, caffe.Options{Schema: o.Schema})
	if err != nil {
		return nil, err
	}
	var weights []*caffe.Net
	for _, file := range o.Weights {
		w, err := caffe.ReadFile(file, caffe.Options{})
		if err != nil {
			return nil, err
		}
		weights = append(weights, w)
	}
	return newNet(net, weights, o)
}

// Default returns the embedded net: a small SE-ResNet that names clothing. Of the
// options those count that say how to run it.
func Default(o Options) (*Net, error) {
	net, err := caffe.Read("deploy.prototxt", fashion.Prototxt, caffe.Options{})
	if err != nil {
		return nil, err
	}
	weights, err := caffe.Read("fashion.caffemodel", fashion.Weights, caffe.Options{})
	if err != nil {
		return nil, err
	}
	return newNet(net, []*caffe.Net{weights}, Options{Runtime: o.Runtime, Threads: o.Threads, Reference: o.Reference})
}

func openONNX(model string, o Options) (*Net, error) {
	if len(o.Weights) > 0 {
		return nil, fmt.Errorf("%s: an ONNX model has its own weights", model)
	}
	g, err := onnx.ReadFile(model)
	if err != nil {
		return nil, err
	}
	if g, err = g.Reshape(o.Shapes); err != nil {
		return nil, err
	}
	inputs := map[string]string{}
	for _, v := range g.Inputs {
		inputs[v.Name] = v.Name
	}
	return finish(&Net{graph: g, inputs: inputs}, o)
}

func newNet(net *caffe.Net, weights []*caffe.Net, o Options) (*Net, error) {
	net, err := net.ForState(o.State)
	if err != nil {
		return nil, err
	}
	report := net.LoadWeights(weights...)
	r, err := importer.Import(net, importer.Options{Phase: o.State.Phase, Shapes: o.Shapes, Fill: o.Fill})
	if err != nil {
		return nil, err
	}
	n := &Net{graph: r.Graph, inputs: r.Inputs, warnings: net.Warnings.Summary()}
	missing := r.Missing
	if o.Fill {
		missing = nil // as asked for
	}
	if len(report.Ignored) > 0 || len(missing) > 0 || len(r.Reshaped) > 0 {
		n.warnings = append(n.warnings, report.Summary(missing, r.Reshaped))
	}
	return finish(n, o)
}

// finish gives a net its engine and its preset.
func finish(n *Net, o Options) (*Net, error) {
	var err error
	if n.engine, err = newEngine(n.graph, o); err != nil {
		return nil, err
	}
	n.preset = presetOf(n.graph)
	return n, nil
}

// Graph returns the net's graph, which must not be changed.
func (n *Net) Graph() *ir.Graph { return n.graph }

// Warnings tell what of the files was not understood, and which weights the net
// or the files lacked.
func (n *Net) Warnings() []string { return n.warnings }

// Inputs returns the blobs that the net must be given, in the net's order.
func (n *Net) Inputs() []string {
	blobs := make([]string, len(n.graph.Inputs))
	for i, v := range n.graph.Inputs {
		blobs[i] = v.Name
		for blob, name := range n.inputs {
			if name == v.Name {
				blobs[i] = blob
			}
		}
	}
	return blobs
}

// Forward runs the net on inputs by blob and returns its outputs, and the named
// blobs, by name. The net takes the shape of the inputs, whose tensors are only
// read; what is returned is the caller's. A blob name means its last value, as in
// Caffe. Inputs that the net cannot take, and names that it does not have, are
// errors.
func (n *Net) Forward(ctx context.Context, inputs map[string]*tensor.Tensor, blobs ...string) (map[string]*tensor.Tensor, error) {
	values, err := n.values(inputs)
	if err != nil {
		return nil, err
	}
	for _, name := range blobs {
		if n.Graph().Value(name) == nil {
			return nil, fmt.Errorf("there is no value %q to keep%s", name, nearest.Hint(name, n.Graph().ValueNames()))
		}
	}
	return n.engine.run(ctx, values, blobs)
}

// values returns inputs, given by blob, by the names of the graph's values. All
// must be there and whole.
func (n *Net) values(inputs map[string]*tensor.Tensor) (map[string]*tensor.Tensor, error) {
	values := map[string]*tensor.Tensor{}
	for blob, t := range inputs {
		name, ok := n.inputs[blob]
		if !ok {
			return nil, fmt.Errorf("the net has no input %q%s; it has %s", blob, nearest.Hint(blob, n.Inputs()), strings.Join(n.Inputs(), ", "))
		}
		values[name] = t
	}
	for i, blob := range n.Inputs() {
		v := n.Graph().Inputs[i]
		x := values[v.Name]
		if x == nil {
			return nil, fmt.Errorf("input %q: needs %v, none is given", blob, v.Type)
		}
		if err := ir.F32(x.Shape...).Check(); err != nil {
			return nil, fmt.Errorf("input %q: %w", blob, err)
		}
		if want := tensor.Count(x.Shape); len(x.Data) != want {
			return nil, fmt.Errorf("input %q: shape %v has %d elements, the given tensor has %d elements", blob, x.Shape, want, len(x.Data))
		}
	}
	return values, nil
}

// Preset returns how pictures are prepared for the net and what its classes are.
func (n *Net) Preset() Preset { return n.preset }

// Prediction is a class with its probability.
type Prediction struct {
	// Index is the class's place in the net's output.
	Index       int     `json:"index"`
	Name        string  `json:"name"`
	Probability float32 `json:"probability"`
}

// Classify returns the k most probable classes of a picture, the first first. The
// net must have one input, of pictures, and one output, of probabilities.
func (n *Net) Classify(ctx context.Context, img *imagenet.Image, k int) ([]Prediction, error) {
	c, err := n.Classifier(n.preset)
	if err != nil {
		return nil, err
	}
	probabilities, err := c.Probabilities(ctx, img)
	if err != nil {
		return nil, err
	}
	return c.Top(probabilities, k), nil
}
