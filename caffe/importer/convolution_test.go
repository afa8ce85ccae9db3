package importer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// conv is a convolution of two spatial axes with Caffe's defaults, but for the
// kernel.
func conv(kernelH, kernelW int, change func(*ir.Convolution)) ir.Convolution {
	c := ir.Convolution{
		Axis: 1, Group: 1, Bias: true,
		Kernel: []int{kernelH, kernelW}, Pad: []int{0, 0}, Stride: []int{1, 1}, Dilation: []int{1, 1},
	}
	if change != nil {
		change(&c)
	}
	return c
}

func TestConvolution(t *testing.T) {
	x := []int{2, 6, 9, 11}
	testLayer(t, "Convolution", []layerTest{
		{name: "defaults", x: x, params: "convolution_param { num_output: 4 kernel_size: 3 }",
			op: conv(3, 3, nil), shapes: [][]int{{4, 6, 3, 3}, {4}}, out: []int{2, 4, 7, 9}},
		{name: "all once", x: x, params: "convolution_param { num_output: 4 kernel_size: 3 pad: 2 stride: 2 dilation: 2 group: 2 bias_term: false }",
			op: conv(3, 3, func(c *ir.Convolution) {
				c.Pad, c.Stride, c.Dilation, c.Group, c.Bias = []int{2, 2}, []int{2, 2}, []int{2, 2}, 2, false
			}), shapes: [][]int{{4, 3, 3, 3}}, out: []int{2, 4, 5, 6}},
		{name: "all per axis", x: x, params: "convolution_param { num_output: 4 kernel_size: [3, 2] pad: [2, 1] stride: [1, 3] dilation: [1, 2] }",
			op: conv(3, 2, func(c *ir.Convolution) {
				c.Pad, c.Stride, c.Dilation = []int{2, 1}, []int{1, 3}, []int{1, 2}
			}), shapes: [][]int{{4, 6, 3, 2}, {4}}, out: []int{2, 4, 11, 4}},
		{name: "h and w", x: x, params: "convolution_param { num_output: 4 kernel_h: 1 kernel_w: 5 pad_h: 0 pad_w: 2 stride_h: 2 stride_w: 1 }",
			op:     conv(1, 5, func(c *ir.Convolution) { c.Pad, c.Stride = []int{0, 2}, []int{2, 1} }),
			shapes: [][]int{{4, 6, 1, 5}, {4}}, out: []int{2, 4, 5, 11}},
		{name: "pad_w alone", x: x, params: "convolution_param { num_output: 4 kernel_size: 3 pad_w: 1 }",
			op: conv(3, 3, func(c *ir.Convolution) { c.Pad = []int{0, 1} }), shapes: [][]int{{4, 6, 3, 3}, {4}}, out: []int{2, 4, 7, 11}},
		{name: "pads of a fork", x: x, params: "convolution_param { num_output: 4 kernel_size: 3 pad_l: 1 pad_r: 1 pad_t: 2 pad_b: 2 }",
			op: conv(3, 3, func(c *ir.Convolution) { c.Pad = []int{2, 1} }), shapes: [][]int{{4, 6, 3, 3}, {4}}, out: []int{2, 4, 11, 11}},
		{name: "one spatial axis", x: []int{2, 6, 9}, params: "convolution_param { num_output: 4 kernel_size: 3 }",
			op:     ir.Convolution{Axis: 1, Group: 1, Bias: true, Kernel: []int{3}, Pad: []int{0}, Stride: []int{1}, Dilation: []int{1}},
			shapes: [][]int{{4, 6, 3}, {4}}, out: []int{2, 4, 7}},
		{name: "three spatial axes", x: []int{2, 6, 9, 8, 7}, params: "convolution_param { num_output: 4 kernel_size: 3 stride: [1, 2, 1] }",
			op:     ir.Convolution{Axis: 1, Group: 1, Bias: true, Kernel: []int{3, 3, 3}, Pad: []int{0, 0, 0}, Stride: []int{1, 2, 1}, Dilation: []int{1, 1, 1}},
			shapes: [][]int{{4, 6, 3, 3, 3}, {4}}, out: []int{2, 4, 7, 3, 5}},
		{name: "axis 2", x: []int{2, 3, 6, 9, 11}, params: "convolution_param { num_output: 4 kernel_size: 3 axis: 2 }",
			op: conv(3, 3, func(c *ir.Convolution) { c.Axis = 2 }), shapes: [][]int{{4, 6, 3, 3}, {4}}, out: []int{2, 3, 4, 7, 9}},
		{name: "axis from the back", x: x, params: "convolution_param { num_output: 4 kernel_size: 3 axis: -3 }",
			op: conv(3, 3, nil), shapes: [][]int{{4, 6, 3, 3}, {4}}, out: []int{2, 4, 7, 9}},
	})
}

func TestConvolutionErrors(t *testing.T) {
	x := []int{2, 6, 9, 11}
	param := func(p string) string { return "convolution_param { num_output: 4 kernel_size: 3 " + p + " }" }
	testLayer(t, "Convolution", []layerTest{
		{name: "no parameters", x: x, err: "num_output must be positive, have 0"},
		{name: "num_output 0", x: x, params: "convolution_param { num_output: 0 kernel_size: 3 }", err: "num_output must be positive, have 0"},
		{name: "num_output 2^31", x: x, params: "convolution_param { num_output: 2147483648 kernel_size: 3 }",
			err: "convolution_param: num_output cannot be 2147483648: it is out of range"},
		{name: "num_output 2^32-1", x: x, params: "convolution_param { num_output: 4294967295 kernel_size: 3 }",
			err: "convolution_param: num_output cannot be 4294967295: it is out of range"},
		{name: "num_output 2^31-1", x: x, params: "convolution_param { num_output: 2147483647 kernel_size: 3 }",
			err: "blob 0: shape f32[2147483647,6,3,3]: more than 2^31-1 elements"},
		{name: "kernel 2^31-1", x: x, params: "convolution_param { num_output: 1 kernel_size: 2147483647 }",
			err: "blob 0: shape f32[1,6,2147483647,2147483647]: more than 2^31-1 elements"},
		{name: "output too large", x: []int{1, 1, 1, 1}, params: "convolution_param { num_output: 1 kernel_size: 1 pad: 2147483647 }",
			err: "input f32[1,1,1,1]: a side of 1 with pad 2147483647: more than 2^31-1 elements"},
		{name: "group does not divide num_output", x: x, params: param("group: 3"), err: "group 3 does not divide num_output 4"},
		{name: "group does not divide channels", x: x, params: param("group: 4"), err: `group 4 does not divide the 6 channels of bottom "x"`},
		{name: "group 0", x: x, params: param("group: 0"), err: "group 0 does not divide num_output 4"},
		{name: "no kernel", x: x, params: "convolution_param { num_output: 4 }", err: "kernel_size is missing"},
		{name: "kernel twice", x: x, params: param("kernel_h: 3 kernel_w: 3"), err: "kernel is given both once and as kernel_h, kernel_w"},
		{name: "pad twice", x: x, params: param("pad: 1 pad_h: 1"), err: "pad is given both once and as pad_h, pad_w"},
		{name: "stride twice", x: x, params: param("stride: 1 stride_w: 1 stride_h: 1"), err: "stride is given both once and as stride_h, stride_w"},
		{name: "kernel_h alone", x: x, params: "convolution_param { num_output: 4 kernel_h: 3 }", err: "kernel_h and kernel_w must both be given"},
		{name: "stride_h alone", x: x, params: param("stride_h: 2"), err: "stride_h and stride_w must both be given"},
		{name: "stride_w alone", x: x, params: param("stride_w: 2"), err: "stride_h and stride_w must both be given"},
		{name: "kernel_h and one axis", x: []int{2, 6, 9}, params: "convolution_param { num_output: 4 kernel_h: 3 kernel_w: 3 }",
			err: "kernel_h and kernel_w are for 2 spatial axes, not for 1"},
		{name: "pad_h and three axes", x: []int{2, 6, 9, 9, 9}, params: param("pad_h: 1"), err: "pad_h and pad_w are for 2 spatial axes, not for 3"},
		{name: "stride_h and three axes", x: []int{2, 6, 9, 9, 9}, params: param("stride_h: 1"), err: "stride_h and stride_w are for 2 spatial axes, not for 3"},
		{name: "three kernels", x: x, params: "convolution_param { num_output: 4 kernel_size: [3, 3, 3] }", err: "kernel has 3 entries for 2 spatial axes"},
		{name: "three pads", x: x, params: param("pad: [1, 1, 1]"), err: "pad has 3 entries for 2 spatial axes"},
		{name: "three dilations", x: x, params: param("dilation: [1, 1, 1]"), err: "dilation has 3 entries for 2 spatial axes"},
		{name: "kernel 0", x: x, params: "convolution_param { num_output: 4 kernel_size: 0 }", err: "kernel [0 0] must not be less than 1"},
		{name: "stride 0", x: x, params: param("stride: 0"), err: "stride [0 0] must not be less than 1"},
		{name: "kernel too large", x: x, params: "convolution_param { num_output: 4 kernel_size: 10 pad: 0 }",
			err: "input f32[2,6,9,11]: a kernel over 10 does not fit into 9 with pad 0"},
		{name: "fork's pads that differ", x: x, params: param("pad_l: 0 pad_r: 1 pad_t: 0 pad_b: 1"),
			err: "pads that differ between the sides are not supported: pad_l 0, pad_r 1, pad_t 0, pad_b 1"},
		{name: "fork's pad of one side", x: x, params: param("pad_b: 1"),
			err: "pads that differ between the sides are not supported: pad_l 0, pad_r 0, pad_t 0, pad_b 1"},
		{name: "axis beyond", x: x, params: param("axis: 4"), err: "axis 4 is not among the axes of f32[2,6,9,11]"},
		{name: "axis before", x: x, params: param("axis: -5"), err: "axis -5 is not among the axes of f32[2,6,9,11]"},
		{name: "scalar", x: []int{}, params: param(""), err: "axis 1 is not among the axes of f32[]"},
		{name: "two tops", x: x, tops: "y z", params: param(""), err: "type Convolution makes 1 top, the layer names 2"},
		{name: "two bottoms and one top", x: x, others: input("x2", 2, 6, 9, 11), bottoms: "x x2", params: param(""),
			err: "type Convolution makes 2 tops, the layer names 1"},
		{name: "second bottom of other channels", x: x, others: input("x2", 2, 5, 9, 11), bottoms: "x x2", tops: "y y2", params: param(""),
			err: "needs weights f32[4,5,3,3] for an input f32[2,5,9,11], has f32[4,6,3,3]"},
		{name: "random weights", x: x, params: param(`weight_filler { type: "msra" }`),
			err: `blob 0: no weights are given and its filler "msra" is random: give the weights, or ask for the deterministic fill`},
		{name: "random bias", x: x, params: param(`bias_filler { type: "gaussian" }`),
			err: `blob 1: no weights are given and its filler "gaussian" is random: give the weights, or ask for the deterministic fill`},
	})
	importError(t, input("x", 1, 2)+line("l", "Convolution", "", "y", param("")), `net.prototxt:2:7: layer "l": type Convolution needs 1 bottom, has 0`)
}

// TestConvolutionOfManyBottoms shows that all bottoms get the same weights.
func TestConvolutionOfManyBottoms(t *testing.T) {
	r := importText(t, input("a", 2, 6, 9, 9)+input("b", 2, 6, 9, 9)+
		line("l", "Convolution", "a b", "ya yb", `convolution_param { num_output: 4 kernel_size: 3 weight_filler { value: 0.5 } bias_filler { value: -1 } }`))
	made := nodes(r, "l")
	require.Len(t, made, 2)
	require.Equal(t, []string{"a", "l/0", "l/1"}, names(made[0].In))
	require.Equal(t, []string{"b", "l/0", "l/1"}, names(made[1].In))
	require.Equal(t, []string{"ya", "yb"}, names(r.Graph.Outputs))
	require.Equal(t, ir.Splat(0.5), made[0].In[1].Const.Source)
	require.Equal(t, ir.Splat(-1), made[0].In[2].Const.Source)
}
