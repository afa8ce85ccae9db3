package onnx

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	register("Mul, Add and Pow, each where it is needed; Shape and ConstantOfShape where it is constant", power)
}

func power(op ir.Power, l *layer) error {
	y, to := l.in(0), l.out(0)
	// As Caffe asks: in float32.
	if op.Power*op.Scale == 0 {
		constant := float32(math.Pow(float64(op.Shift), float64(op.Power)))
		size := l.step("Shape", "shape", fixed(len(to)), []*value{y})
		l.give(l.step("ConstantOfShape", "", to, []*value{size}, floatTensorAttribute("value", constant)))
		return nil
	}
	for _, part := range []struct {
		op, label     string
		operand, none float32
	}{{"Mul", "scale", op.Scale, 1}, {"Add", "shift", op.Shift, 0}, {"Pow", "power", op.Power, 1}} {
		if part.operand != part.none {
			y = l.step(part.op, part.label, to, []*value{y, l.scalar(part.label, part.operand)})
		}
	}
	l.give(y)
	return nil
}
