package onnx

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	register("Mul; Add or Sum, with Mul before where there are coefficients; Max; Relu", eltwise)
}

func eltwise(op ir.Eltwise, l *layer) error {
	in, to := l.inputs(), l.out(0)
	y := in[0]
	switch op.Operation {
	case ir.EltwiseProd:
		for i, x := range in[1:] {
			y = l.step("Mul", label("product", i, len(in)-1), to, []*value{y, x})
		}
	case ir.EltwiseMax:
		if len(in) > 1 {
			y = l.step("Max", "", to, in)
		}
	case ir.EltwiseSum:
		for i, c := range op.Coeff {
			if c != 1 {
				part := fmt.Sprintf("coefficient%d", i)
				in[i] = l.step("Mul", part, to, []*value{in[i], l.scalar(part, c)})
			}
		}
		switch y = in[0]; len(in) {
		case 1:
		case 2:
			y = l.step("Add", "", to, in)
		default:
			y = l.step("Sum", "", to, in)
		}
	}
	l.giveRectified(y, op.ReLU)
	return nil
}

// label names step i of so many, the last of which does the layer's work.
func label(part string, i, steps int) string {
	if i == steps-1 {
		return ""
	}
	return fmt.Sprintf("%s%d", part, i)
}
