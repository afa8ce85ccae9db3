package onnx

import "github.com/prototxt2go/prototxt2go/ir"

func init() {
	register("Relu, or LeakyRelu with a slope", relu)
	register("PRelu", prelu)
	register("Sigmoid", sigmoid)
	register("Softmax", softmax)
}

func relu(op ir.ReLU, l *layer) error {
	if op.NegativeSlope == 0 {
		l.give(l.step("Relu", "", l.out(0), l.inputs()))
	} else {
		l.give(l.step("LeakyRelu", "", l.out(0), l.inputs(), floatAttribute("alpha", op.NegativeSlope)))
	}
	return nil
}

func prelu(op ir.PReLU, l *layer) error {
	slope := l.in(1)
	if !op.ChannelShared {
		var err error
		if slope, err = l.coefficient(1, 1); err != nil {
			return err
		}
	}
	l.give(l.step("PRelu", "", l.out(0), []*value{l.in(0), slope}))
	return nil
}

func sigmoid(_ ir.Sigmoid, l *layer) error {
	l.give(l.step("Sigmoid", "", l.out(0), l.inputs()))
	return nil
}

func softmax(op ir.Softmax, l *layer) error {
	l.give(l.step("Softmax", "", l.out(0), l.inputs(), intAttribute("axis", op.Axis)))
	return nil
}
