package runtime

import (
	"fmt"
	"unsafe"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

// groups is how a convolution of small groups reads its input.
type groups struct {
	kernel string // depthwise, grouped, halves, or conv where a group makes whole blocks
	ins    int    // input channels of a group
	outs   int    // output channels of a group
}

// groupShape returns how the grouped kernels do a node's groups, or nil if they do
// not. A block of the output must need channels of one block of the input alone,
// or of whole ones.
func groupShape(n *ir.Node) *groups {
	op := n.Op.(ir.Convolution)
	g := &groups{ins: n.In[0].Type.Shape[1] / op.Group, outs: n.Out[0].Type.Shape[1] / op.Group}
	switch {
	case g.ins == 1 && g.outs == 1:
		g.kernel = "depthwise"
	case g.outs%lanes == 0 && lanes%g.ins == 0:
		g.kernel = "conv"
	case g.outs == 8 && lanes%g.ins == 0 && g.ins <= 8:
		g.kernel = "halves"
	case g.outs < 8:
		if _, ok := kernels.GroupingOf(g.ins, g.outs); !ok {
			return nil
		}
		g.kernel = "grouped"
	default:
		return nil
	}
	return g
}

// lowerGrouped lowers a convolution of small groups.
func (l *lowerer) lowerGrouped(n *ir.Node, in *view, bias, residual *ir.Value) error {
	op := n.Op.(ir.Convolution)
	g := groupShape(n)
	s := &groupedStep{groups: *g}
	s.name, s.in, s.relu = g.kernel, in, op.ReLU
	reads := []*view{in}
	if residual != nil {
		s.residual = l.as(residual, blocked)
		reads = append(reads, s.residual)
	}
	s.out = l.blockedOutput(n.Out[0])
	order := s.taps(op)
	s.place(op)
	if err := s.pack(l.model, n.In[1], bias, fmt.Sprintf("taps of %v", n.In[1].Type), order); err != nil {
		return err
	}
	s.split(1)
	l.add(s, reads, s.out)
	return nil
}

// groupedStep is a convolution of groups of fewer channels than a block has. It
// shares the shape of its tables with the dense one.
type groupedStep struct {
	convStep
	groups
	grouping kernels.Grouping
}

// taps lists one run for each tap of the filter. The weights of a tap are one row
// of 16 for each input channel of a group. It returns the place of each in the
// filter.
func (s *groupedStep) taps(op ir.Convolution) (order []int) {
	s.runLength = s.ins
	for y := range op.Kernel[0] {
		for x := range op.Kernel[1] {
			s.runs = append(s.runs, int64(y*op.Dilation[0]*s.in.row+x*op.Dilation[1]*pixelBytes))
			for c := range s.ins {
				order = append(order, (c*op.Kernel[0]+y)*op.Kernel[1]+x)
			}
		}
	}
	if s.kernel == "grouped" {
		s.grouping, _ = kernels.GroupingOf(s.ins, s.outs)
	}
	return order
}

// inputOf returns where the channels begin that a block of the output needs.
func (s *groupedStep) inputOf(panel int) int {
	channel := panel * lanes / s.outs * s.ins
	return channel/lanes*s.in.block + channel%lanes*4
}

func (s *groupedStep) run(session *Session, a *arguments, task int) {
	image, panel := s.set(&a.conv, session, task)
	a.conv.In = session.pointer(s.in, image*s.in.image+s.inputOf(panel))
	k := session.plan.model.kernels
	switch s.kernel {
	case "depthwise":
		k.Depthwise(&a.conv)
	case "conv":
		k.Conv(&a.conv)
	case "halves":
		a.halves = kernels.HalvesArgs{ConvArgs: a.conv, Upper: int64(4 * s.ins)}
		k.Halves(&a.halves)
	default:
		a.grouped = kernels.GroupedArgs{
			ConvArgs: a.conv, Halves: s.grouping.Halves, Repeat: s.grouping.Repeat, Perm: unsafe.Pointer(&s.grouping.Perm[0]),
		}
		k.Grouped(&a.grouped)
	}
}
