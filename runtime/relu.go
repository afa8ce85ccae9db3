package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

func init() {
	registerLowering(ir.ReLU{}, lowering{takes: takesReLU, lower: lowerReLU})
	registerLowering(ir.PReLU{}, lowering{takes: takesPReLU, lower: lowerPReLU})
}

func takesReLU(n *ir.Node) bool { return isMaps(n.In[0]) }

func takesPReLU(n *ir.Node) bool { return isMaps(n.In[0]) && n.In[1].Const != nil }

func lowerReLU(l *lowerer, n *ir.Node) error {
	slope := n.Op.(ir.ReLU).NegativeSlope
	return l.relu(n, nil, fmt.Sprintf("slope %v", slope), func(slopes []float32) { ir.Splat(slope).Read(slopes, 0) })
}

func lowerPReLU(l *lowerer, n *ir.Node) error {
	v := n.In[1]
	if v.Type.Count() == 1 {
		return l.relu(n, v.Const, "slope", func(slopes []float32) {
			v.Const.Source.Read(slopes[:1], 0)
			ir.Splat(slopes[0]).Read(slopes, 0)
		})
	}
	return l.relu(n, v.Const, "vector", func(slopes []float32) { v.Const.Source.Read(slopes, 0) })
}

// relu adds the step with slopes that fill gives for each channel.
func (l *lowerer) relu(n *ir.Node, c *ir.Const, format string, fill func(slopes []float32)) error {
	s := &reluStep{in: l.as(n.In[0], blocked)}
	var err error
	channels := s.in.c
	count := blocks(channels) * lanes
	s.slopes, err = l.model.pack(c, fmt.Sprintf("%s %d", format, channels), count, func(dst []float32) { fill(dst[:channels]) })
	if err != nil {
		return err
	}
	s.out = l.blockedOutput(n.Out[0])
	l.add(s, []*view{s.in}, s.out)
	return nil
}

// reluStep is a ReLU with a slope for each channel.
type reluStep struct {
	in, out *view
	slopes  *packed
}

func (s *reluStep) result() *view { return s.out }

func (s *reluStep) tasks() int { return s.out.n * blocks(s.out.c) }

func (s *reluStep) run(session *Session, a *arguments, task int) {
	image, block := task/blocks(s.out.c), task%blocks(s.out.c)
	session.clearHalo(s.out, image, block)
	a.relu = kernels.ReLUArgs{
		In:     session.pointer(s.in, image*s.in.image+block*s.in.block+s.in.at(0, 0)),
		Out:    session.pointer(s.out, image*s.out.image+block*s.out.block+s.out.at(0, 0)),
		Slopes: s.slopes.pointer(block * lanes),
		Rows:   int64(s.out.h), Columns: int64(s.out.w),
		InPitch: int64(s.in.row), OutPitch: int64(s.out.row),
	}
	session.plan.model.kernels.ReLU(&a.relu)
}

func (s *reluStep) String() string { return fmt.Sprintf("relu %v -> %v", s.in, s.out) }
