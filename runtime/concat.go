package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerLowering(ir.Concat{}, lowering{takes: takesConcat, lower: lowerConcat})
}

// takesConcat reports whether a node puts whole blocks of channels together: only
// the last input may end within one.
func takesConcat(n *ir.Node) bool {
	axis := n.Op.(ir.Concat).Axis
	if axis != 1 && axis != 1-n.In[0].Type.Rank() || !isMaps(n.In...) {
		return false
	}
	for _, v := range n.In[:len(n.In)-1] {
		if v.Type.Shape[1]%lanes != 0 {
			return false
		}
	}
	return true
}

func lowerConcat(l *lowerer, n *ir.Node) error {
	s := &concatStep{}
	for _, v := range n.In {
		w := l.as(v, blocked)
		s.in = append(s.in, w)
		for b := range blocks(w.c) {
			s.blocks = append(s.blocks, blockOf{len(s.in) - 1, b})
		}
	}
	s.out = l.blockedOutput(n.Out[0])
	l.add(s, append([]*view(nil), s.in...), s.out)
	return nil
}

// concatStep copies the blocks of its inputs.
type concatStep struct {
	in     []*view
	out    *view
	blocks []blockOf // of the output
}

// blockOf is a block of one of the inputs.
type blockOf struct{ input, block int }

func (s *concatStep) result() *view { return s.out }

func (s *concatStep) tasks() int { return s.out.n * len(s.blocks) }

func (s *concatStep) run(session *Session, _ *arguments, task int) {
	image, block := task/len(s.blocks), task%len(s.blocks)
	session.clearHalo(s.out, image, block)
	from := s.blocks[block]
	in := s.in[from.input]
	for y := range s.out.h {
		src := session.slice(in, image*in.image+from.block*in.block+in.at(y, 0), in.w*pixelBytes)
		dst := session.slice(s.out, image*s.out.image+block*s.out.block+s.out.at(y, 0), s.out.w*pixelBytes)
		copy(dst, src)
	}
}

func (s *concatStep) String() string { return fmt.Sprintf("concat %v -> %v", s.in, s.out) }
