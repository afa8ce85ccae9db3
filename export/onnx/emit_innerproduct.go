package onnx

import "github.com/prototxt2go/prototxt2go/ir"

func init() {
	register("Gemm, with Flatten before and Reshape behind where it takes them; Relu", innerProduct)
}

func innerProduct(op ir.InnerProduct, l *layer) error {
	x := l.in(0)
	axis := axisOf(op.Axis, len(x.shape))
	flat := shape{x.shape[:axis].count(), x.shape[axis:].count()}
	if axis != 1 || len(x.shape) != 2 {
		x = l.step("Flatten", "flatten", flat, []*value{x}, intAttribute("axis", axis))
	}
	result := l.out(0)
	in := append([]*value{x}, l.inputs()[1:]...)
	transposed := 1
	if op.Transpose {
		transposed = 0
	}
	y := l.step("Gemm", "", shape{flat[0], result[axis]}, in, intAttribute("transB", transposed))
	y, err := l.reshape(y, result, "result")
	if err != nil {
		return err
	}
	l.giveRectified(y, op.ReLU)
	return nil
}

// axisOf returns an axis counted from the front.
func axisOf(axis, rank int) int {
	if axis < 0 {
		axis += rank
	}
	return axis
}
