package onnx

import (
	"errors"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerReader("Relu", func(r *reader) error { return r.unary(ir.ReLU{}) })
	registerReader("LeakyRelu", func(r *reader) error { return r.unary(ir.ReLU{NegativeSlope: r.float("alpha", 0.01)}) })
	registerReader("PRelu", readPRelu)
	registerReader("Sigmoid", func(r *reader) error { return r.unary(ir.Sigmoid{}) })
	registerReader("Softmax", readSoftmax)
}

func readPRelu(r *reader) error {
	in, err := r.inputs(2, 2)
	if err != nil {
		return err
	}
	slope, axis, err := r.coefficient(in[0], in[1])
	if err != nil {
		return err
	}
	if slope.Type.Rank() > 0 && (axis != 1 || slope.Type.Rank() > 1) {
		return errors.New("is read for a slope of each channel, or one for all, alone")
	}
	return r.result(ir.PReLU{ChannelShared: slope.Type.Rank() == 0}, in[0], slope)
}

func readSoftmax(r *reader) error {
	axis, err := r.axis(-1)
	if err != nil {
		return err
	}
	return r.unary(ir.Softmax{Axis: axis})
}
