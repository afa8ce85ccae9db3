package onnx

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("Conv, and Reshape about it unless Axis is 1; Add, Relu", convolution) }

// convolution joins the axes before the channels, of which ONNX has exactly one. A
// convolution without spatial axes gets one of length 1.
func convolution(op ir.Convolution, l *layer) error {
	given, result := l.b.shapes.of[l.n.In[0]], l.out(0)
	x, err := l.inAs(0, oneBatch(given, op.Axis), "batch")
	if err != nil {
		return err
	}
	filters := l.n.In[1].Type.Shape
	if len(op.Kernel) == 0 {
		one := []int{1}
		op.Kernel, op.Pad, op.Stride, op.Dilation = one, []int{0}, one, one
		filters = append(slices.Clone(filters), 1)
	}
	w, err := l.inAs(1, fixed(filters...), "filters")
	if err != nil {
		return err
	}
	in := []*value{x, w}
	if op.Bias {
		in = append(in, l.in(2))
	}
	y := l.step("Conv", "", oneBatch(result, op.Axis), in,
		intsAttribute("dilations", op.Dilation...),
		intAttribute("group", op.Group),
		intsAttribute("kernel_shape", op.Kernel...),
		intsAttribute("pads", append(slices.Clone(op.Pad), op.Pad...)...),
		intsAttribute("strides", op.Stride...),
	)
	if y, err = l.reshape(y, result, "result"); err != nil {
		return err
	}
	if op.Residual {
		y = l.step("Add", "sum", result, []*value{y, l.in(len(l.n.In) - 1)})
	}
	l.giveRectified(y, op.ReLU)
	return nil
}

// oneBatch joins the axes before one, and adds an axis where there is no spatial
// one.
func oneBatch(s shape, axis int) shape {
	joined := append(shape{s[:axis].count()}, s[axis:]...)
	if len(joined) == 2 {
		joined = append(joined, dim{1, 1})
	}
	return joined
}
