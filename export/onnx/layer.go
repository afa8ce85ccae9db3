package onnx

import (
	"encoding/binary"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A layer is one node of the graph while it is written. Emitters ask it for
// operands, add steps and give the node's outputs.
type layer struct {
	b     *builder
	n     *ir.Node
	steps []step
	owned map[*value]bool // values that a step of this layer computes
	given int
}

// A step is a node of the model.
type step struct {
	op, label  string
	in, out    []*value
	attributes []attribute
}

// in returns input i, a constant as an initializer of its own shape.
func (l *layer) in(i int) *value {
	v := l.n.In[i]
	if v.Const != nil {
		return l.b.store(v, v.Type.Shape)
	}
	return l.b.values[v]
}

// inputs returns all inputs.
func (l *layer) inputs() []*value {
	all := make([]*value, len(l.n.In))
	for i := range all {
		all[i] = l.in(i)
	}
	return all
}

// inAs returns input i in another shape of as many elements.
func (l *layer) inAs(i int, to shape, label string) (*value, error) {
	if v := l.n.In[i]; v.Const != nil {
		return l.b.store(v, to.lengths()), nil
	}
	return l.reshape(l.in(i), to, label)
}

// out returns the shape of output i.
func (l *layer) out(i int) shape { return l.b.shapes.of[l.n.Out[i]] }

// step adds a node with one output.
func (l *layer) step(op, label string, to shape, in []*value, attributes ...attribute) *value {
	return l.stepOf(op, label, []shape{to}, in, attributes...)[0]
}

// stepOf adds a node. The label names it among the nodes of the layer; an empty
// one is for the node that does the layer's work.
func (l *layer) stepOf(op, label string, to []shape, in []*value, attributes ...attribute) []*value {
	if l.owned == nil {
		l.owned = map[*value]bool{}
	}
	out := make([]*value, len(to))
	for i, s := range to {
		out[i] = &value{shape: s}
		l.owned[out[i]] = true
	}
	l.steps = append(l.steps, step{op, label, in, out, attributes})
	return out
}

// give makes a value the next output of the node.
func (l *layer) give(v *value) {
	to := l.b.values[l.n.Out[l.given]]
	l.given++
	if !l.owned[v] || v.name != "" {
		v = l.step("Identity", "", v.shape, []*value{v})
	}
	v.name = to.name
}

// giveRectified is give with a ReLU in between, if there is one.
func (l *layer) giveRectified(v *value, relu bool) {
	if relu {
		v = l.step("Relu", "relu", v.shape, []*value{v})
	}
	l.give(v)
}

// reshape returns a value in another shape of as many elements, itself where that
// is its own.
func (l *layer) reshape(v *value, to shape, label string) (*value, error) {
	if slices.Equal(v.shape, to) {
		return v, nil
	}
	target, err := v.shape.target(to)
	if err != nil {
		return nil, err
	}
	return l.step("Reshape", label, to, []*value{v, l.ints(label+"/shape", target)}), nil
}

// name returns the name of a part of the layer.
func (l *layer) name(label string) string {
	name := l.n.Name
	if name == "" {
		name = l.n.Out[0].Name
	}
	if label != "" {
		name += "/" + label
	}
	return name
}

// ints adds a constant of one axis.
func (l *layer) ints(label string, ints []int64) *value {
	var raw []byte
	for _, i := range ints {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(i))
	}
	return l.add(tensor{kind: typeInt64, dims: []int{len(ints)}, raw: raw}, label)
}

// int adds a constant of no axis.
func (l *layer) int(label string, i int) *value {
	return l.add(tensor{kind: typeInt64, raw: binary.LittleEndian.AppendUint64(nil, uint64(i))}, label)
}

// scalar adds a constant of no axis.
func (l *layer) scalar(label string, f float32) *value {
	return l.floats(label, ir.Splat(f))
}

// floats adds a constant.
func (l *layer) floats(label string, source ir.Source, dims ...int) *value {
	return l.add(tensor{kind: typeFloat, dims: dims, source: source}, label)
}

func (l *layer) add(t tensor, label string) *value {
	t.name = l.b.taken.fresh(l.name(label))
	l.b.tensors = append(l.b.tensors, t)
	return &value{t.name, fixed(t.dims...)}
}

// finish names what the steps compute and writes them.
func (l *layer) finish() {
	for _, s := range l.steps {
		for _, v := range s.out {
			if v.name == "" {
				label := s.label
				if label == "" {
					label = s.op
				}
				v.name = l.b.taken.fresh(l.n.Out[0].Name + "/" + label)
			}
		}
	}
	for _, s := range l.steps {
		l.b.write(s.op, l.name(s.label), s.in, s.out, s.attributes...)
	}
}
