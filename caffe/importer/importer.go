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

	// Inputs gives the name of the graph's input for each input blob: the blob's,
	// unless a layer overwrites it in place.
	Inputs map[string]string
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
	r, err := build(net, o, false)
	if err != nil && len(o.Shapes) > 0 {
		r, err = build(net, o, true)
	}
	if err != nil || len(o.Shapes) == 0 {
		return r, err
	}
	reshaped, err := r.Graph.Reshape(r.byValue(o.Shapes))
	if err != nil {
		return nil, err
	}
	return r.on(reshaped), nil
}

// byValue returns shapes of inputs, given by blob, by the values' names, which
// differ where a layer overwrites the input in place.
func (r *Result) byValue(shapes map[string][]int) map[string][]int {
	named := map[string][]int{}
	for blob, shape := range shapes {
		if name, ok := r.Inputs[blob]; ok {
			blob = name
		}
		named[blob] = shape
	}
	return named
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
		result: &Result{Graph: ir.New(net.Name), Inputs: map[string]string{}},
		blobs:  map[string]*ir.Value{}, last: lastProducers(net),
		consumed: map[*ir.Value]bool{}, shared: map[string]*ir.Value{}, given: sharedBlobs(net),
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
	last     map[string]int       // the index of the layer that makes a blob's last value
	shared   map[string]*ir.Value // the first value of each shared blob
	given    map[string]blobRef   // the blob of the weights that each shared one gets
}

func (b *builder) layer(index int, l *caffe.Layer) error {
	c := &Context{Layer: l, Phase: b.phase(l), b: b, index: index}
	for _, name := range l.Bottoms {
		v := b.blobs[name]
		c.Bottoms = append(c.Bottoms, v)
		b.consumed[v] = true
	}
	if err := b.function(l)(c); err != nil {
		return locate(l, err)
	}
	if len(c.tops) != len(l.Tops) {
		return l.Errorf("type %s makes %s, the layer names %d", l.Type, count(len(c.tops), len(c.tops), "top"), len(l.Tops))
	}
	if len(l.Blobs) > len(c.weights) {
		return l.Errorf("%s has %s for it, type %s needs %d here", l.Weights, count(len(l.Blobs), len(l.Blobs), "blob"), l.Type, len(c.weights))
	}
	for i, name := range l.Tops {
		b.blobs[name] = c.tops[i]
		b.produced = append(b.produced, c.tops[i])
	}
	c.report(b.result)
	return nil
}

// phase returns the phase that a layer is in: as in Caffe its own, where it has
// one. In a binary file it is that of the net that Caffe saved, for each layer,
// and says nothing.
func (b *builder) phase(l *caffe.Layer) caffe.Phase {
	if binary := l.Pos.File != nil && l.Pos.File.Text == nil; l.Phase == "" || binary {
		return b.options.Phase
	}
	return l.Phase
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

// blobRef is blob number k of a layer.
type blobRef struct {
	layer *caffe.Layer
	k     int
}

// sharedBlobs finds the weights of the blobs that layers share. Where several
// layers have such weights the last counts, since Caffe copies them all into the
// one blob.
func sharedBlobs(net *caffe.Net) map[string]blobRef {
	given := map[string]blobRef{}
	for _, l := range net.Layers {
		for k := range min(len(l.Params), len(l.Blobs)) {
			if name := l.Params[k].Name; name != "" {
				given[name] = blobRef{l, k}
			}
		}
	}
	return given
}

// blobOf returns the layer and number under which the weights have a blob of a
// layer: its own unless it is shared.
func (b *builder) blobOf(l *caffe.Layer, k int) (*caffe.Layer, int) {
	if k < len(l.Params) {
		if ref, ok := b.given[l.Params[k].Name]; ok {
			return ref.layer, ref.k
		}
	}
	return l, k
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
