package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

func init() {
	registerLowering(ir.Eltwise{}, lowering{takes: takesSum, lower: lowerSum})
}

// takesSum reports whether a node is the plain sum of two maps.
func takesSum(n *ir.Node) bool {
	op := n.Op.(ir.Eltwise)
	for _, c := range op.Coeff {
		if c != 1 {
			return false
		}
	}
	return op.Operation == ir.EltwiseSum && len(n.In) == 2 && isMaps(n.In...)
}

func lowerSum(l *lowerer, n *ir.Node) error {
	s := &addStep{a: l.as(n.In[0], blocked), b: l.as(n.In[1], blocked), relu: n.Op.(ir.Eltwise).ReLU}
	s.out = l.blockedOutput(n.Out[0])
	l.add(s, []*view{s.a, s.b}, s.out)
	return nil
}

// addStep is the sum of two maps, and a ReLU behind.
type addStep struct {
	a, b, out *view
	relu      bool
}

func (s *addStep) result() *view { return s.out }

func (s *addStep) tasks() int { return s.out.n * blocks(s.out.c) }

func (s *addStep) run(session *Session, a *arguments, task int) {
	image, block := task/blocks(s.out.c), task%blocks(s.out.c)
	session.clearHalo(s.out, image, block)
	a.add = kernels.AddArgs{
		A:    session.pointer(s.a, image*s.a.image+block*s.a.block+s.a.at(0, 0)),
		B:    session.pointer(s.b, image*s.b.image+block*s.b.block+s.b.at(0, 0)),
		Out:  session.pointer(s.out, image*s.out.image+block*s.out.block+s.out.at(0, 0)),
		Rows: int64(s.out.h), Columns: int64(s.out.w),
		APitch: int64(s.a.row), BPitch: int64(s.b.row), OutPitch: int64(s.out.row),
	}
	if s.relu {
		a.add.ReLU = 1
	}
	session.plan.model.kernels.Add(&a.add)
}

func (s *addStep) String() string {
	text := fmt.Sprintf("add %v + %v", s.a, s.b)
	if s.relu {
		text += " relu"
	}
	return fmt.Sprintf("%s -> %v", text, s.out)
}
