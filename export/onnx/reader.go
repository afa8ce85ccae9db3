package onnx

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// maxNodes is how many nodes a file may have.
const maxNodes = 1 << 16

// Read returns the graph of a model: of one that this package has written, or that
// has no more than such have. The name is the file's, for errors. The constants of
// the graph read their elements from data, which must not change. Axes that the
// file leaves open are 1; Graph.Reshape gives others.
//
// Bad files are errors, and memory is taken in proportion to data. A model whose
// weights lie in another file is an error: see ReadFile.
func Read(name string, data []byte) (*ir.Graph, error) {
	return read(name, data, func(string) ([]byte, error) {
		return nil, errors.New("the weights lie in a file of their own")
	})
}

// read opens files of weights by what the model calls them.
func read(name string, data []byte, open func(file string) ([]byte, error)) (*ir.Graph, error) {
	var m modelFile
	if err := m.read(decoder{data: data}); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	g, err := m.toGraph(open)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return g, nil
}

func (m *modelFile) toGraph(open func(file string) ([]byte, error)) (*ir.Graph, error) {
	switch {
	case m.irVersion != IRVersion || m.opset != OpsetVersion:
		return nil, fmt.Errorf("is a model of IR version %d with operator set %d; %d with %d is read", m.irVersion, m.opset, IRVersion, OpsetVersion)
	case len(m.graph.nodes) > maxNodes:
		return nil, fmt.Errorf("has %d nodes; %d may be", len(m.graph.nodes), maxNodes)
	}
	r := &reader{
		g: ir.New(m.graph.name), tensors: map[string]*tensorFile{}, values: map[string]*ir.Value{},
		special: map[string]special{}, quotients: map[*ir.Value][2]*ir.Value{}, names: names{}, open: map[string][]int{},
	}
	if err := r.declare(&m.graph, open); err != nil {
		return nil, err
	}
	for i := range m.graph.nodes {
		r.node = &m.graph.nodes[i]
		if err := r.read(); err != nil {
			return nil, fmt.Errorf("offset 0x%x: node %q (%s): %w", r.node.offset, r.node.name, r.node.op, err)
		}
	}
	if err := r.outputs(m.graph.outputs); err != nil {
		return nil, err
	}
	if len(r.open) == 0 {
		return r.g, nil
	}
	return r.g.Reshape(r.open)
}

// readBatch is what open axes are while a graph is made: not 1, lest they be taken
// for axes of 1 that are broadcast.
const readBatch = 2

// A reader makes the graph of a file.
type reader struct {
	g       *ir.Graph
	tensors map[string]*tensorFile
	values  map[string]*ir.Value
	// special holds what values are that the graph has none for.
	special map[string]special
	// quotients holds what Div divided, and by what.
	quotients map[*ir.Value][2]*ir.Value
	names     names
	// open are the shapes of the inputs that have open axes, with 1 for these.
	open map[string][]int

	node  *nodeFile
	asked map[string]bool // attributes of the node
}

// special is a value that has no form in the graph, but for a few uses.
type special struct {
	kind specialKind
	// of is the value that it is made from, or for places what they become.
	of   *ir.Value
	side int // elements of a map, for places
}

type specialKind uint8

const (
	places   specialKind = iota + 1 // of maxima, within the tensor
	within                          // places within their map
	sizes                           // the shape of a value
	positive                        // which elements are above 0
)

// declare takes the constants and inputs, and notes all names of the file.
func (r *reader) declare(f *graphFile, open func(file string) ([]byte, error)) error {
	for i := range f.tensors {
		t := &f.tensors[i]
		if t.name == "" || r.tensors[t.name] != nil {
			return fmt.Errorf("constant %q: each needs a name of its own", t.name)
		}
		if err := t.load(open); err != nil {
			return fmt.Errorf("constant %q: %w", t.name, err)
		}
		r.tensors[t.name] = t
		r.names.fresh(t.name)
	}
	for _, v := range f.inputs {
		if r.tensors[v.name] != nil {
			continue
		}
		if v.element != typeFloat || v.shape == nil {
			return fmt.Errorf("input %q must be a float32 tensor of a known rank", v.name)
		}
		if err := r.input(v); err != nil {
			return fmt.Errorf("input %q: %w", v.name, err)
		}
		r.names.fresh(v.name)
	}
	for _, n := range f.nodes {
		for _, name := range n.out {
			r.names.fresh(name)
		}
	}
	return nil
}

// input adds an input, with readBatch for axes that are open.
func (r *reader) input(v valueFile) error {
	shape, err := lengths(v.shape)
	if err != nil {
		return err
	}
	one := slices.Clone(shape)
	for i, d := range shape {
		if d == -1 {
			shape[i], one[i] = readBatch, 1
			r.open[v.name] = one
		}
	}
	r.values[v.name], err = r.g.AddInput(v.name, ir.F32(shape...))
	return err
}

// outputs makes values the outputs of the graph, and holds them to the shapes that
// the file declares.
func (r *reader) outputs(declared []valueFile) error {
	var all []*ir.Value
	for _, d := range declared {
		v, err := r.value(d.name)
		if err != nil {
			return fmt.Errorf("output: %w", err)
		}
		for i, length := range d.shape {
			if len(d.shape) != v.Type.Rank() || length >= 0 && length != int64(v.Type.Shape[i]) {
				return fmt.Errorf("output %q is %v, the file declares %v", d.name, v.Type, d.shape)
			}
		}
		all = append(all, v)
	}
	if err := r.g.SetOutputs(all...); err != nil {
		return err
	}
	r.g.Sweep()
	return r.g.Verify()
}

// A readFunc adds what one node computes to the graph, with r.result for its
// outputs.
type readFunc func(r *reader) error

var readers = map[string]readFunc{}

// registerReader makes an operator known to Read. It panics on a duplicate.
func registerReader(op string, f readFunc) {
	if readers[op] != nil {
		panic("onnx: two readers for operator " + op)
	}
	readers[op] = f
}

func (r *reader) read() error {
	f := readers[r.node.op]
	switch {
	case f == nil || r.node.domain != "":
		return fmt.Errorf("is not among the operators that are read: %s", slices.Sorted(maps.Keys(readers)))
	case len(r.node.out) == 0 || len(r.node.out) > 1 && r.node.op != "MaxPool":
		return fmt.Errorf("has %d outputs", len(r.node.out))
	}
	for _, name := range r.node.out {
		if name == "" || r.tensors[name] != nil || r.values[name] != nil || r.special[name].kind != 0 {
			return fmt.Errorf("output %q: each needs a name of its own", name)
		}
	}
	r.asked = map[string]bool{}
	if err := f(r); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.node.attributes)) {
		if !r.asked[name] {
			return fmt.Errorf("has the attribute %q, which is not read", name)
		}
	}
	return nil
}

// arity returns an error unless the node has from min to max inputs.
func (r *reader) arity(min, max int) error {
	if n := len(r.node.in); n < min || n > max {
		return fmt.Errorf("has %d inputs, needs %d to %d", n, min, max)
	}
	return nil
}

// value returns the value of a name, a constant of the file among them.
func (r *reader) value(name string) (*ir.Value, error) {
	if v := r.values[name]; v != nil {
		return v, nil
	}
	if t := r.tensors[name]; t != nil {
		return r.constant(t)
	}
	return nil, fmt.Errorf("there is no value %q of float32 here", name)
}

// inputs returns all inputs, from min to max of them.
func (r *reader) inputs(min, max int) ([]*ir.Value, error) {
	if err := r.arity(min, max); err != nil {
		return nil, err
	}
	in := make([]*ir.Value, len(r.node.in))
	for i, name := range r.node.in {
		v, err := r.value(name)
		if err != nil {
			return nil, err
		}
		in[i] = v
	}
	return in, nil
}

// result adds a node that computes the one output.
func (r *reader) result(op ir.Op, in ...*ir.Value) error {
	n, err := r.g.AddNode(r.node.name, "", op, in, r.node.out[0])
	if err != nil {
		return reason(err)
	}
	r.values[r.node.out[0]] = n.Out[0]
	return nil
}

// step adds a node that computes something on the way.
func (r *reader) step(op ir.Op, in ...*ir.Value) (*ir.Value, error) {
	n, err := r.g.AddNode(r.node.name, "", op, in, r.names.fresh(r.node.out[0]+"/"+op.Kind()))
	if err != nil {
		return nil, reason(err)
	}
	return n.Out[0], nil
}

// reason returns what is wrong with a node without its name.
func reason(err error) error {
	var n *ir.NodeError
	if errors.As(err, &n) {
		return n.Err
	}
	return err
}

// int returns an attribute, or what it is where it is not given.
func (r *reader) int(name string, otherwise int64) int64 {
	r.asked[name] = true
	if a, ok := r.node.attributes[name]; ok {
		return a.i
	}
	return otherwise
}

// float returns an attribute, or what it is where it is not given.
func (r *reader) float(name string, otherwise float32) float32 {
	r.asked[name] = true
	if a, ok := r.node.attributes[name]; ok {
		return a.f
	}
	return otherwise
}

// ints returns an attribute with so many entries, or as many of the given one where
// it is not given.
func (r *reader) ints(name string, n, otherwise int) ([]int, error) {
	r.asked[name] = true
	a, ok := r.node.attributes[name]
	if !ok {
		return slices.Repeat([]int{otherwise}, n), nil
	}
	if len(a.ints) != n {
		return nil, fmt.Errorf("attribute %q has %d entries, needs %d", name, len(a.ints), n)
	}
	list, err := lengths(a.ints)
	if err != nil {
		return nil, fmt.Errorf("attribute %q: %w", name, err)
	}
	return list, nil
}
