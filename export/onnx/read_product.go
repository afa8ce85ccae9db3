package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerReader("Conv", readConv)
	registerReader("Gemm", readGemm)
}

func readConv(r *reader) error {
	in, err := r.inputs(2, 3)
	if err != nil {
		return err
	}
	spatial := in[1].Type.Rank() - 2
	if spatial < 1 {
		return fmt.Errorf("has filters %v", in[1].Type)
	}
	op := ir.Convolution{Axis: 1, Bias: len(in) > 2}
	var pads []int
	group, errGroup := lengths([]int64{r.int("group", 1)})
	for _, a := range []struct {
		to        *[]int
		name      string
		entries   int
		otherwise int
	}{
		{&op.Kernel, "kernel_shape", spatial, 0}, {&op.Stride, "strides", spatial, 1},
		{&op.Dilation, "dilations", spatial, 1}, {&pads, "pads", 2 * spatial, 0},
	} {
		if *a.to, err = r.ints(a.name, a.entries, a.otherwise); err != nil {
			return err
		}
	}
	if errGroup != nil {
		return errGroup
	}
	op.Group, op.Pad = group[0], pads[:spatial]
	if !slices.Equal(op.Pad, pads[spatial:]) {
		return fmt.Errorf("has pads %v, which differ before and behind", pads)
	}
	return r.result(op, in...)
}

func readGemm(r *reader) error {
	in, err := r.inputs(2, 3)
	if err != nil {
		return err
	}
	if in[0].Type.Rank() != 2 {
		return fmt.Errorf("needs an input of 2 axes, has %v", in[0].Type)
	}
	if r.int("transA", 0) != 0 || r.float("alpha", 1) != 1 || r.float("beta", 1) != 1 {
		return errors.New("has a transA, alpha or beta, which is not read")
	}
	return r.result(ir.InnerProduct{Axis: 1, Transpose: r.int("transB", 0) == 0, Bias: len(in) > 2}, in...)
}
