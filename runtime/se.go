package runtime

import (
	"fmt"
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

func init() {
	registerLowering(ir.SqueezeExcite{}, lowering{takes: takesSqueezeExcite, lower: lowerSqueezeExcite})
	registerLowering(ir.Axpy{}, lowering{takes: takesAxpy, lower: lowerAxpy})
}

func takesSqueezeExcite(n *ir.Node) bool {
	o := n.Op.(ir.SqueezeExcite).Operands()
	for _, at := range []int{1, o.ReduceBias, o.Expand, o.ExpandBias} {
		if at >= 0 && n.In[at].Const == nil {
			return false
		}
	}
	return isMaps(n.In[0])
}

// lowerSqueezeExcite makes the means, the two products and the gate of a few
// numbers each, and one pass over the map.
func lowerSqueezeExcite(l *lowerer, n *ir.Node) error {
	op := n.Op.(ir.SqueezeExcite)
	o := op.Operands()
	operand := func(at int) *ir.Value {
		if at < 0 {
			return nil
		}
		return n.In[at]
	}
	m := l.as(n.In[0], blocked)
	images := m.n
	vector := func(channels int) *view {
		return l.define(nil, blockedView(ir.F32(images, channels), 0))
	}

	means := vector(m.c)
	l.add(&meansStep{in: m, out: means}, []*view{m}, means)
	hidden := vector(n.In[1].Type.Shape[0])
	reduce, err := l.product("reduce", means, n.In[1], operand(o.ReduceBias), hidden, true)
	if err != nil {
		return err
	}
	l.add(reduce, []*view{means}, hidden)
	gate := vector(m.c)
	expand, err := l.product("expand", hidden, n.In[o.Expand], operand(o.ExpandBias), gate, false)
	if err != nil {
		return err
	}
	l.add(expand, []*view{hidden}, gate)
	l.add(&sigmoidStep{gate}, []*view{gate}, gate)
	l.scaleAdd(n, gate, m, operand(o.Shortcut), op.ReLU)
	return nil
}

// takesAxpy: maps of any kind.
func takesAxpy(n *ir.Node) bool { return isMaps(n.In...) }

func lowerAxpy(l *lowerer, n *ir.Node) error {
	gate, m := l.as(n.In[0], blocked), l.as(n.In[1], blocked)
	l.scaleAdd(n, gate, m, n.In[2], n.Op.(ir.Axpy).ReLU)
	return nil
}

// scaleAdd adds the pass over the map.
func (l *lowerer) scaleAdd(n *ir.Node, gate, m *view, shortcut *ir.Value, relu bool) {
	s := &scaleAddStep{gate: gate, in: m, relu: relu}
	reads := []*view{gate, m}
	if shortcut != nil {
		s.shortcut = l.as(shortcut, blocked)
		reads = append(reads, s.shortcut)
	}
	s.out = l.blockedOutput(n.Out[0])
	l.add(s, reads, s.out)
}

// meansStep takes the mean of each channel of a map.
type meansStep struct{ in, out *view }

func (s *meansStep) result() *view { return s.out }

func (s *meansStep) tasks() int { return s.in.n * blocks(s.in.c) }

func (s *meansStep) run(session *Session, a *arguments, task int) {
	image, block := task/blocks(s.in.c), task%blocks(s.in.c)
	session.clearHalo(s.out, image, block)
	to := image*s.out.image + block*s.out.block + s.out.at(0, 0)
	means := session.slice(s.out, to, pixelBytes)
	clear(means)
	a.sum = kernels.SumArgs{
		In:   session.pointer(s.in, image*s.in.image+block*s.in.block+s.in.at(0, 0)),
		Sums: session.pointer(s.out, to),
		Rows: int64(s.in.h), Columns: int64(s.in.w), Pitch: int64(s.in.row),
	}
	session.plan.model.kernels.Sum(&a.sum)
	count := float32(s.in.h * s.in.w)
	for i := range means {
		means[i] /= count
	}
}

func (s *meansStep) String() string { return fmt.Sprintf("means %v -> %v", s.in, s.out) }

// sigmoidStep replaces the channels of each image with their sigmoid, computed in
// float64. Lanes past the last channel stay zero.
type sigmoidStep struct{ values *view }

func (s *sigmoidStep) result() *view { return s.values }

func (s *sigmoidStep) tasks() int { return s.values.n }

func (s *sigmoidStep) run(session *Session, _ *arguments, image int) {
	values := session.slice(s.values, image*s.values.image, 4*s.values.c)
	for i, v := range values {
		values[i] = float32(1 / (1 + math.Exp(-float64(v))))
	}
}

func (s *sigmoidStep) String() string { return fmt.Sprintf("sigmoid %v", s.values) }

// scaleAddStep is gate · map + shortcut, and a ReLU behind.
type scaleAddStep struct {
	gate, in, out *view
	shortcut      *view // or nil
	relu          bool
}

func (s *scaleAddStep) result() *view { return s.out }

func (s *scaleAddStep) tasks() int { return s.in.n * blocks(s.in.c) }

func (s *scaleAddStep) run(session *Session, a *arguments, task int) {
	image, block := task/blocks(s.in.c), task%blocks(s.in.c)
	session.clearHalo(s.out, image, block)
	a.scaleAdd = kernels.ScaleAddArgs{
		In:   session.pointer(s.in, image*s.in.image+block*s.in.block+s.in.at(0, 0)),
		Out:  session.pointer(s.out, image*s.out.image+block*s.out.block+s.out.at(0, 0)),
		Gate: session.pointer(s.gate, image*s.gate.image+block*s.gate.block+s.gate.at(0, 0)),
		Rows: int64(s.in.h), Columns: int64(s.in.w),
		InPitch: int64(s.in.row), OutPitch: int64(s.out.row),
	}
	if v := s.shortcut; v != nil {
		a.scaleAdd.Shortcut = session.pointer(v, image*v.image+block*v.block+v.at(0, 0))
		a.scaleAdd.ShortcutPitch = int64(v.row)
	}
	if s.relu {
		a.scaleAdd.ReLU = 1
	}
	session.plan.model.kernels.ScaleAdd(&a.scaleAdd)
}

func (s *scaleAddStep) String() string {
	text := fmt.Sprintf("scale_add %v · %v", s.gate, s.in)
	if s.shortcut != nil {
		text += fmt.Sprintf(" + %v", s.shortcut)
	}
	if s.relu {
		text += " relu"
	}
	return fmt.Sprintf("%s -> %v", text, s.out)
}
