package onnx

import (
	"fmt"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerReader("BatchNormalization", readBatchNormalization)
	registerReader("ReduceMean", readReduceMean)
}

func readBatchNormalization(r *reader) error {
	in, err := r.inputs(5, 5)
	if err != nil {
		return err
	}
	op := ir.BatchNorm{Eps: r.float("epsilon", 1e-5), UseGlobalStats: true}
	factor, err := r.splat(1, 1)
	if err != nil {
		return err
	}
	stored := []*ir.Value{in[0], in[3], in[4], factor}
	if all(in[1], 1) && all(in[2], 0) {
		return r.result(op, stored...)
	}
	y, err := r.step(op, stored...)
	if err != nil {
		return err
	}
	return r.result(ir.Scale{Axis: 1, Bias: true}, y, in[1], in[2])
}

// all reports whether a value is a constant of equal elements.
func all(v *ir.Value, want float32) bool {
	if v.Const == nil {
		return false
	}
	block := make([]float32, min(v.Type.Count(), blockSize))
	for offset := 0; offset < v.Type.Count(); offset += len(block) {
		block = block[:min(len(block), v.Type.Count()-offset)]
		v.Const.Source.Read(block, offset)
		if slices.ContainsFunc(block, func(f float32) bool { return f != want }) {
			return false
		}
	}
	return true
}

// readReduceMean takes the mean over all axes but one, which stay as axes of 1: a
// mean over what lies behind the one, and a mean of that over what lies before.
func readReduceMean(r *reader) error {
	in, err := r.inputs(1, 1)
	if err != nil {
		return err
	}
	shape := in[0].Type.Shape
	r.asked["axes"] = true
	keep, kept := 0, 0
	for i := range shape {
		if !slices.Contains(r.node.attributes["axes"].ints, int64(i)) {
			keep = i
			kept++
		}
	}
	if kept != 1 || r.int("keepdims", 1) != 1 {
		return fmt.Errorf("is read for means over all axes of %v but one alone, which stay as axes of 1", in[0].Type)
	}
	along := shape[keep]
	y, err := r.step(ir.Reshape{Shape: []int{-1, along, ir.F32(shape[keep+1:]...).Count(), 1}, NumAxes: -1}, in[0])
	if err != nil {
		return err
	}
	if y, err = r.step(ir.Pooling{Method: ir.PoolAve, Global: true}, y); err != nil {
		return err
	}
	if y, err = r.step(ir.Reshape{Shape: []int{1, 1, -1, along}, NumAxes: -1}, y); err != nil {
		return err
	}
	if y, err = r.step(column(ir.PoolAve, 0), y); err != nil {
		return err
	}
	one := slices.Repeat([]int{1}, len(shape))
	one[keep] = along
	return r.result(ir.Reshape{Shape: one, NumAxes: -1}, y)
}

// column returns a pooling of all elements along one of the axes H and W, whatever
// their number: Caffe clips the one window to the map.
func column(method ir.PoolMethod, axis int) ir.Pooling {
	const beyond = 1 << 24
	op := ir.Pooling{Method: method, Kernel: []int{1, 1}, Pad: []int{0, 0}, Stride: []int{1, 1}}
	op.Kernel[axis], op.Stride[axis] = beyond, beyond
	return op
}
