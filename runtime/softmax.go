package runtime

import (
	"fmt"
	"math"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerLowering(ir.Softmax{}, lowering{takes: takesSoftmax, lower: lowerSoftmax})
}

// takesSoftmax reports whether a node normalizes N×C over C.
func takesSoftmax(n *ir.Node) bool {
	axis, rank := n.Op.(ir.Softmax).Axis, n.In[0].Type.Rank()
	return rank == 2 && (axis == 1 || axis == -1) && n.In[0].Type.Count() > 0
}

func lowerSoftmax(l *lowerer, n *ir.Node) error {
	s := &softmaxStep{in: l.as(n.In[0], plain)}
	s.out = l.define(n.Out[0], plainView(n.Out[0].Type))
	l.add(s, []*view{s.in}, s.out)
	return nil
}

// softmaxStep normalizes each row in float64.
type softmaxStep struct{ in, out *view }

func (s *softmaxStep) result() *view { return s.out }

func (s *softmaxStep) tasks() int { return s.in.n }

func (s *softmaxStep) run(session *Session, _ *arguments, image int) {
	x := session.slice(s.in, image*s.in.image, s.in.image)
	y := session.slice(s.out, image*s.out.image, s.out.image)
	largest := float64(slices.Max(x))
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(float64(v) - largest)
	}
	for i, v := range x {
		y[i] = float32(math.Exp(float64(v)-largest) / sum)
	}
}

func (s *softmaxStep) String() string { return fmt.Sprintf("softmax %v -> %v", s.in, s.out) }
