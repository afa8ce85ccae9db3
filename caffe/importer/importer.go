// Package importer makes a graph of a net. Each layer type, or tight family, has
// a file that registers how it becomes nodes; a caller adds its own types through
// Options.
package importer

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/ir"
)

// Func imports one layer: it reads the layer's parameters, asks for its weights
// and emits the nodes that make its tops.
type Func func(c *Context) error

// Options say how to import. The zero value serves for nets whose inputs have
// shapes and whose weights are all there.
type Options struct {
	// Phase is Test unless set.
	Phase caffe.Phase
	// Shapes are shapes for inputs, by blob: for those that the net does not
	// shape, or in place of the net's own.
	Shapes map[string][]int
	// Fill gives every weight that the net lacks the deterministic fill in place
	// of its filler.
	Fill bool
	// Layers imports layer types that are not built in, or built-in ones in
	// another way.
	Layers map[string]Func
}

// Result is an imported net.
type Result struct {
	Graph *ir.Graph
	// Weights are the constants of each layer that has weights, in the order of
	// the net.
	Weights []LayerWeights
	// Missing names the layers whose weights came from their fillers.
	Missing []string
	// Reshaped names the layers whose legacy blobs have a shape of more axes
	// than the weight.
	Reshaped []string
}

// LayerWeights are the weights of a layer, in the order of its blobs.
type LayerWeights struct {
	Layer *caffe.Layer
	Blobs []*ir.Value
}

var builtin = map[string]Func{}

// register makes a layer type known. It panics on a duplicate.
func register(layerType string, f Func) {
	if builtin[layerType] != nil {
		panic("importer: layer type " + layerType + " registered twice")
	}
	builtin[layerType] = f
}

// Types returns the built-in layer types, sorted.
func Types() []string { return slices.Sorted(maps.Keys(builtin)) }

// Import makes a graph of the layers of a net, which ForState has selected.
// Blobs that no layer consumes are the graph's outputs. A blob's name is that of
// its last value, as in Caffe; the values before it, which in-place layers
// overwrite, are named blob@layer.
func Import(net *caffe.Net, o Options) (*Result, error) {
	if o.Phase == "" {
		o.Phase = caffe.Test
	}
	if err := checkBlobs(net, o); err != nil {
		return nil, err
	}
	own, err := build(net, o, false)
	if err != nil && len(o.Shapes) > 0 {
		return build(net, o, true)
	}
	if err != nil || len(o.Shapes) == 0 {
		return own, err
	}
	reshaped, err := own.Graph.Reshape(o.Shapes)
	if err != nil {
		return nil, err
	}
	return own.on(reshaped), nil
}

// on returns the result for the same graph at another shape.
func (r *Result) on(g *ir.Graph) *Result {
	out := *r
	out.Graph = g
	out.Weights = make([]LayerWeights, len(r.Weights))
	for i, w := range r.Weights {
		out.Weights[i].Layer = w.Layer
		for _, v := range w.Blobs {
			out.Weights[i].Blobs = append(out.Weights[i].Blobs, g.Value(v.Name))
		}
	}
	return &out
}

// build imports all layers. Inputs get the net's own shapes where it has them,
// or with override the caller's first.
func build(net *caffe.Net, o Options, override bool) (*Result, error) {
	b := &builder{
		net: net, options: o, override: override,
		result: &Result{Graph: ir.New(net.Name)},
		blobs:  map[string]*ir.Value{}, last: lastProducers(net),
		consumed: map[*ir.Value]bool{}, shared: map[string]*ir.Value{},
	}
	for i, l := range net.Layers {
		if err := b.layer(i, l); err != nil {
			return nil, err
		}
	}
	b.outputs()
	return b.result, nil
}

// builder holds the graph while the layers are imported.
type builder struct {
	net      *caffe.Net
	options  Options
	override bool
	result   *Result
	blobs    map[string]*ir.Value // the current value of each blob
	produced []*ir.Value          // every value that was a blob, in order
	consumed map[*ir.Value]bool
	last     map[string]int // the index of the layer that makes a blob's last value
	shared   map[string]*ir.Value
}

func (b *builder) layer(index int, l *caffe.Layer) error {
	c := &Context{Layer: l, Phase: b.options.Phase, b: b, index: index}
	for _, name := range l.Bottoms {
		v := b.blobs[name]
		c.Bottoms = append(c.Bottoms, v)
		b.consumed[v] = true
	}
	if err := b.function(l)(c); err != nil {
		return locate(l, err)
	}
	if len(c.tops) != len(l.Tops) {
		return l.Errorf("type %s makes %d tops, the layer names %d", l.Type, len(c.tops), len(l.Tops))
	}
	if l.Weights != "" && len(l.Blobs) != len(c.weights) {
		return l.Errorf("%s has %d blobs for it, type %s needs %d here", l.Weights, len(l.Blobs), l.Type, len(c.weights))
	}
	for i, name := range l.Tops {
		b.blobs[name] = c.tops[i]
		b.produced = append(b.produced, c.tops[i])
	}
	c.report(b.result)
	return nil
}

// locate makes sure that an error names the layer and its place, once.
func locate(l *caffe.Layer, err error) error {
	var node *ir.NodeError
	var layer *caffe.LayerError
	if errors.As(err, &node) || errors.As(err, &layer) {
		return err
	}
	return l.Errorf("%w", err)
}

func (b *builder) function(l *caffe.Layer) Func {
	if f := b.options.Layers[l.Type]; f != nil {
		return f
	}
	return builtin[l.Type]
}

// outputs makes the blobs that nobody consumes the graph's outputs.
func (b *builder) outputs() {
	g := b.result.Graph
	for _, v := range b.produced {
		if !b.consumed[v] {
			g.Outputs = append(g.Outputs, v)
		}
	}
}

// lastProducers tells for each blob which layer makes its last value.
func lastProducers(net *caffe.Net) map[string]int {
	last := map[string]int{}
	for i, l := range net.Layers {
		for _, top := range l.Tops {
			last[top] = i
		}
	}
	return last
}

// topName returns the name of the value that a layer makes for a blob.
func (b *builder) topName(index int, blob string) string {
	if b.last[blob] == index {
		return blob
	}
	name := fmt.Sprintf("%s@%s", blob, b.net.Layers[index].Name)
	for base, n := name, 2; b.taken(name); n++ {
		name = fmt.Sprintf("%s#%d", base, n)
	}
	return name
}

// taken reports whether a name is a value's, or will be a blob's.
func (b *builder) taken(name string) bool {
	_, blob := b.last[name]
	return blob || b.result.Graph.Value(name) != nil
}
