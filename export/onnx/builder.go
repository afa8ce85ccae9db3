package onnx

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A value is a value of the model. It gets its name when its layer is done.
type value struct {
	name  string
	shape shape
}

// A builder makes the model's graph.
type builder struct {
	g      *ir.Graph
	shapes *shapes
	// values holds what stands for the graph's values so far.
	values  map[*ir.Value]*value
	tensors []tensor
	stored  map[storedKey]*value
	nodes   []byte
	count   int
	ops     map[string]int
	taken   names // by values
	named   names // by nodes
	outputs map[*ir.Value]bool
}

// storedKey is a constant in the shape that a node wants it in.
type storedKey struct {
	v    *ir.Value
	dims string
}

func newBuilder(g *ir.Graph, s *shapes) *builder {
	b := &builder{
		g: g, shapes: s, values: map[*ir.Value]*value{}, stored: map[storedKey]*value{},
		ops: map[string]int{}, taken: names{}, named: names{}, outputs: map[*ir.Value]bool{},
	}
	for _, v := range g.Outputs {
		b.outputs[v] = true
	}
	for _, v := range g.Inputs {
		b.taken.fresh(v.Name)
		b.values[v] = &value{v.Name, s.of[v]}
	}
	for _, v := range g.Consts {
		b.taken.fresh(v.Name)
	}
	for _, n := range g.Nodes {
		for _, v := range n.Out {
			b.taken.fresh(v.Name)
		}
	}
	return b
}

// names counts how often a name was asked for.
type names map[string]int

// fresh returns a name that it has not returned before: the given one, with a
// number behind if it needs one.
func (n names) fresh(name string) string {
	for base := name; ; {
		n[base]++
		if n[base] > 1 {
			name = fmt.Sprintf("%s#%d", base, n[base])
		}
		if name == base || n[name] == 0 {
			n[name] = max(n[name], 1)
			return name
		}
	}
}

// node writes one node of the graph.
func (b *builder) node(n *ir.Node) error {
	for _, v := range n.Out {
		b.values[v] = &value{v.Name, b.shapes.of[v]}
	}
	e, err := emitterOf(n.Op)
	if err != nil {
		return err
	}
	for _, v := range append(n.In[:len(n.In):len(n.In)], n.Out...) {
		if v.Type.Count() == 0 {
			return fmt.Errorf("value %q of type %v has no elements", v.Name, v.Type)
		}
	}
	l := &layer{b: b, n: n}
	if err := e.emit(n.Op, l); err != nil {
		return err
	}
	l.finish()
	return nil
}

// store returns a constant of the graph in a shape of as many elements, as an
// initializer. Constants that Halve has rounded are float16, with a Cast.
func (b *builder) store(v *ir.Value, dims []int) *value {
	key := storedKey{v, fmt.Sprint(dims)}
	if s := b.stored[key]; s != nil {
		return s
	}
	name := v.Name
	if b.stored[storedKey{v: v}] != nil || b.outputs[v] {
		name = b.taken.fresh(name)
	}
	s := &value{name, fixed(dims...)}
	b.stored[storedKey{v: v}], b.stored[key] = s, s
	half, ok := v.Const.Source.(halves)
	if !ok {
		b.tensors = append(b.tensors, tensor{name: name, kind: typeFloat, dims: dims, source: v.Const.Source})
		return s
	}
	b.tensors = append(b.tensors, tensor{name: name, kind: typeFloat16, dims: dims, source: half.base})
	wide := &value{b.taken.fresh(name + "/Cast"), s.shape}
	b.write("Cast", wide.name, []*value{s}, []*value{wide}, intAttribute("to", typeFloat))
	b.stored[key] = wide
	return wide
}

// write adds a node of the model.
func (b *builder) write(op, name string, in, out []*value, attributes ...attribute) {
	b.nodes = appendNode(b.nodes, op, b.named.fresh(name), in, out, attributes)
	b.count++
	b.ops[op]++
}

// finish declares inputs, outputs and what lies between, and returns the graph's
// fields. Constants that are outputs are handed on under their names.
func (b *builder) finish() []byte {
	for _, v := range b.g.Outputs {
		if v.Const != nil {
			b.write("Identity", v.Name, []*value{b.store(v, v.Type.Shape)}, []*value{{name: v.Name}})
		}
	}
	fields := appendString(b.nodes, graphName, b.g.Name)
	fields = b.declare(fields, graphInput, b.g.Inputs)
	fields = b.declare(fields, graphOutput, b.g.Outputs)
	for _, n := range b.g.Nodes {
		for _, v := range n.Out {
			if !b.outputs[v] {
				fields = b.declare(fields, graphValueInfo, []*ir.Value{v})
			}
		}
	}
	return fields
}

// declare appends names and shapes of values.
func (b *builder) declare(fields []byte, as protowire.Number, values []*ir.Value) []byte {
	for _, v := range values {
		fields = appendValue(fields, as, v.Name, b.shapes.of[v].declared(b.shapes.batch))
	}
	return fields
}
