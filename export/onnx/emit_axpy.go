package onnx

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("Mul, Add, with Reshape before where the gate has two axes; Relu", axpy) }

func axpy(op ir.Axpy, l *layer) error {
	to := l.out(0)
	gate, err := l.inAs(0, shape{to[0], to[1], {1, 1}, {1, 1}}, "gate")
	if err != nil {
		return err
	}
	scaled := l.step("Mul", "scaled", to, []*value{l.in(1), gate})
	l.giveRectified(l.step("Add", "", to, []*value{scaled, l.in(2)}), op.ReLU)
	return nil
}
