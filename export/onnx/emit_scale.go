package onnx

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	register("Mul, with Reshape before where the net computes the coefficient; Add, Relu", scale)
}

func scale(op ir.Scale, l *layer) error {
	x, to := l.in(0), l.out(0)
	c, err := l.coefficient(1, op.Axis)
	if err != nil {
		return err
	}
	y := l.step("Mul", "", to, []*value{x, c})
	if op.Bias {
		if c, err = l.coefficient(2, op.Axis); err != nil {
			return err
		}
		y = l.step("Add", "bias", to, []*value{y, c})
	}
	l.giveRectified(y, op.ReLU)
	return nil
}

// coefficient returns input i, whose axes are those of input 0 from one on, with
// axes of 1 behind, so that it is broadcast over the others.
func (l *layer) coefficient(i, axis int) (*value, error) {
	c, rank := l.b.shapes.of[l.n.In[i]], l.n.In[0].Type.Rank()
	if len(c) == 0 {
		return l.in(i), nil
	}
	behind := rank - axisOf(axis, rank) - len(c)
	if behind == 0 {
		return l.in(i), nil
	}
	return l.inAs(i, append(slices.Clone(c), fixed(slices.Repeat([]int{1}, behind)...)...), "broadcast")
}
