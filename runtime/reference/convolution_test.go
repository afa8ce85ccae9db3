package reference

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// naiveConvolution is the definition, for any number of axes. Terms come in the
// order of the weights, so that results are equal to the last bit; the products
// with padding, all zero, are left out.
func naiveConvolution(op ir.Convolution, x []float64, shape []int, w *tensor.Tensor, bias []float32, out []int) []float64 {
	var y []float64
	channels, filters := shape[op.Axis]/op.Group, w.Shape[0]/op.Group
	each(out, func(o []int) {
		filter := o[op.Axis]
		first := filter / filters * channels
		sum := 0.0
		each(w.Shape[1:], func(tap []int) {
			at := append([]int(nil), o...)
			at[op.Axis] = first + tap[0]
			for i := range op.Kernel {
				at[op.Axis+1+i] = o[op.Axis+1+i]*op.Stride[i] - op.Pad[i] + tap[1+i]*op.Dilation[i]
			}
			if from, ok := offset(shape, at); ok {
				weight, _ := offset(w.Shape, append([]int{filter}, tap...))
				sum += float64(x[from] * float64(w.Data[weight]))
			}
		})
		if bias != nil {
			sum += float64(bias[filter])
		}
		y = append(y, sum)
	})
	return y
}

// addConvolution adds a convolution of "x" by filters "w" to "y".
func addConvolution(g *testGraph, op ir.Convolution, x *ir.Value, filters int) {
	in := []*ir.Value{x, g.constant("w", append([]int{filters, x.Type.Shape[op.Axis] / op.Group}, op.Kernel...)...)}
	if op.Bias {
		in = append(in, g.constant("b", filters))
	}
	g.node(op, in, "y")
}

func TestConvolution(t *testing.T) {
	one, two := []int{1, 1}, []int{2, 2}
	for _, c := range []struct {
		name    string
		x       []int
		filters int
		op      ir.Convolution
	}{
		{"1x1", []int{2, 5, 3, 7}, 4, ir.Convolution{Kernel: one, Pad: []int{0, 0}, Stride: one, Dilation: one, Group: 1}},
		{"1x1 stride", []int{1, 3, 8, 7}, 5, ir.Convolution{Kernel: one, Pad: []int{0, 0}, Stride: two, Dilation: one, Group: 1}},
		{"3x3", []int{2, 7, 13, 11}, 6, ir.Convolution{Kernel: []int{3, 3}, Pad: one, Stride: one, Dilation: one, Group: 1}},
		{"3x3 over 240 steps", []int{1, 31, 5, 5}, 3, ir.Convolution{Kernel: []int{3, 3}, Pad: one, Stride: one, Dilation: one, Group: 1}},
		{"7x7 stride 2", []int{1, 3, 31, 29}, 9, ir.Convolution{Kernel: []int{7, 7}, Pad: []int{3, 3}, Stride: two, Dilation: one, Group: 1}},
		{"rectangle", []int{2, 3, 9, 12}, 4, ir.Convolution{Kernel: []int{1, 5}, Pad: []int{0, 2}, Stride: []int{3, 1}, Dilation: one, Group: 1}},
		{"pad beyond the kernel", []int{1, 2, 3, 3}, 3, ir.Convolution{Kernel: two, Pad: []int{4, 3}, Stride: []int{3, 2}, Dilation: one, Group: 1}},
		{"dilation", []int{1, 3, 11, 17}, 4, ir.Convolution{Kernel: []int{3, 3}, Pad: []int{2, 4}, Stride: []int{1, 2}, Dilation: []int{2, 4}, Group: 1}},
		{"groups", []int{2, 6, 7, 5}, 9, ir.Convolution{Kernel: []int{3, 3}, Pad: one, Stride: one, Dilation: one, Group: 3}},
		{"depthwise", []int{2, 5, 9, 6}, 5, ir.Convolution{Kernel: []int{3, 3}, Pad: one, Stride: two, Dilation: one, Group: 5}},
		{"depthwise with a multiplier", []int{1, 4, 6, 6}, 8, ir.Convolution{Kernel: []int{3, 3}, Pad: one, Stride: one, Dilation: one, Group: 4}},
		{"one pixel", []int{1, 67, 1, 1}, 130, ir.Convolution{Kernel: one, Pad: []int{0, 0}, Stride: one, Dilation: one, Group: 1}},
		{"no channels", []int{2, 0, 4, 4}, 3, ir.Convolution{Kernel: []int{3, 3}, Pad: one, Stride: one, Dilation: one, Group: 1}},
		{"no spatial axis", []int{3, 5}, 4, ir.Convolution{Group: 1}},
		{"one spatial axis", []int{2, 4, 19}, 6, ir.Convolution{Kernel: []int{5}, Pad: []int{2}, Stride: []int{3}, Dilation: []int{2}, Group: 2}},
		{"three spatial axes", []int{2, 4, 5, 6, 7}, 6, ir.Convolution{Kernel: []int{2, 3, 1}, Pad: []int{1, 0, 2}, Stride: []int{1, 2, 3}, Dilation: []int{3, 1, 1}, Group: 2}},
	} {
		for axis := range 3 {
			for _, bias := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s axis %d bias %v", c.name, axis, bias), func(t *testing.T) {
					g := newGraph(t)
					op := c.op
					op.Axis, op.Bias = axis, bias
					x := g.input("x", batchOf(axis, c.x)...)
					addConvolution(g, op, x, c.filters)
					y := g.run("w")
					var b []float32
					if bias {
						b = g.run("b")["b"].Data
					}
					want := naiveConvolution(op, widened(g.given["x"].Data), x.Type.Shape, y["w"], b, y["y"].Shape)
					require.Equal(t, rounded(want), y["y"].Data)
				})
			}
		}
	}
}

// batchOf gives a shape [N, C, ..] so many batch axes.
func batchOf(axes int, shape []int) []int {
	switch axes {
	case 0:
		return shape[1:]
	case 1:
		return shape
	default:
		return append([]int{2}, shape...)
	}
}

// Caffe multiplies the zeros of the padding like other elements.
func TestConvolutionPaddingTimesInfinity(t *testing.T) {
	g := newGraph(t)
	x, w := g.input("x", 1, 1, 1, 3), g.constantOf("w", ir.Splat(inf), 1, 1, 1, 3)
	g.given["x"].Data = []float32{1, 1, 1}
	g.node(ir.Convolution{Axis: 1, Kernel: []int{1, 3}, Pad: []int{0, 1}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: 1}, []*ir.Value{x, w}, "y")
	y := g.run()["y"].Data
	require.Equal(t, inf, y[1])
	require.True(t, y[0] != y[0] && y[2] != y[2], "%v", y)
}

func TestConvolutionPaddingTooLarge(t *testing.T) {
	g := newGraph(t)
	huge := []int{1 << 28, 1 << 28}
	op := ir.Convolution{Axis: 1, Kernel: []int{1, 1}, Pad: huge, Stride: []int{1 << 29, 1 << 29}, Dilation: []int{1, 1}, Group: 1}
	addConvolution(g, op, g.input("x", 1, 1, 1, 1), 1)
	e, err := New(g.Graph)
	require.NoError(t, err)
	_, err = e.Run(context.Background(), g.given)
	require.ErrorIs(t, err, ir.ErrTooLarge)
	require.ErrorContains(t, err, `layer "layer_y": pad [268435456 268435456]`)
	var node *ir.NodeError
	require.True(t, errors.As(err, &node))
}
