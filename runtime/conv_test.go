package runtime

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// convCase is a convolution of a map of n×c×h×w.
type convCase struct {
	n, c, h, w int
	out        int
	op         ir.Convolution
}

// conv returns the attributes of a square convolution.
func conv(kernel, pad, stride, dilation, group int) ir.Convolution {
	twice := func(i int) []int { return []int{i, i} }
	return ir.Convolution{Axis: 1, Kernel: twice(kernel), Pad: twice(pad), Stride: twice(stride), Dilation: twice(dilation), Group: group}
}

// build returns a net of the convolution, behind a ReLU so that its input lies in
// blocks at first, or not.
func (c convCase) build(t *testing.T, blocked bool) *net {
	g := newNet(t)
	x := g.input(c.n, c.c, c.h, c.w)
	if blocked {
		x = g.node(ir.ReLU{NegativeSlope: 0.5}, x)
	}
	return g.outputs(g.convolution(c.op, c.out, x))
}

// convolution adds one of so many filters, with a residual that is an input.
func (n *net) convolution(op ir.Convolution, out int, x *ir.Value) *ir.Value {
	in := []*ir.Value{x, n.weights(out, x.Type.Shape[1]/op.Group, op.Kernel[0], op.Kernel[1])}
	if op.Bias {
		in = append(in, n.weights(out))
	}
	if op.Residual {
		plain := op
		plain.Residual, plain.ReLU = false, false
		types, err := plain.Infer([]ir.Type{x.Type, in[1].Type, ir.F32(out)}[:2+len(in[2:])])
		require.NoError(n.t, err)
		in = append(in, n.input(types[0].Shape...))
	}
	return n.node(op, in...)
}

func TestDenseConvolution(t *testing.T) {
	rectangular := conv(1, 0, 1, 1, 1)
	rectangular.Kernel, rectangular.Pad, rectangular.Stride, rectangular.Dilation = []int{3, 2}, []int{0, 3}, []int{2, 1}, []int{1, 2}
	tall := conv(1, 0, 1, 1, 1)
	tall.Kernel, tall.Pad = []int{5, 1}, []int{2, 0}
	cases := []convCase{
		{1, 16, 1, 1, 16, conv(1, 0, 1, 1, 1)},
		{1, 5, 7, 9, 3, conv(1, 0, 1, 1, 1)},
		{2, 17, 6, 7, 33, conv(3, 1, 1, 1, 1)},
		{1, 31, 13, 11, 15, conv(3, 1, 2, 1, 1)},
		{3, 16, 9, 5, 32, conv(3, 2, 1, 2, 1)},
		{1, 20, 10, 10, 20, conv(3, 3, 3, 3, 1)},
		{1, 16, 5, 5, 16, conv(5, 0, 1, 1, 1)},
		{1, 6, 4, 4, 17, conv(2, 5, 1, 1, 1)}, // windows of nothing but padding
		{1, 48, 30, 29, 7, conv(1, 1, 2, 1, 1)},
		{1, 7, 12, 10, 18, rectangular},
		{2, 32, 9, 3, 16, tall},
		{1, 64, 40, 40, 48, conv(1, 0, 1, 1, 1)}, // several chunks of pixels
		{1, 32, 6, 6, 64, conv(3, 1, 1, 1, 2)},   // groups of whole blocks
		{2, 96, 5, 4, 48, conv(3, 1, 2, 1, 3)},
	}
	for _, c := range cases {
		for extras := range 8 {
			if testing.Short() && extras%7 > 0 {
				continue
			}
			c.op.Bias, c.op.Residual, c.op.ReLU = extras&1 > 0, extras&2 > 0, extras&4 > 0
			t.Run(fmt.Sprintf("%d,%d,%d,%d to %d %+v", c.n, c.c, c.h, c.w, c.out, c.op), func(t *testing.T) {
				g := c.build(t, extras%2 == 0)
				require.Contains(t, steps(newPlan(t, newModel(t, g.Graph, Options{NoFuse: true}))), "conv")
				requireRight(t, g.Graph)
			})
		}
	}
}

func TestStem(t *testing.T) {
	dilated, wide := conv(3, 2, 1, 2, 1), conv(3, 1, 1, 1, 1)
	dilated.Dilation[1] = 1
	wide.Dilation[1] = 2 // no run of pixels
	for channels := 1; channels <= 5; channels++ {
		for _, op := range []ir.Convolution{conv(7, 3, 2, 1, 1), conv(3, 0, 1, 1, 1), conv(1, 0, 1, 1, 1), dilated, wide} {
			op.Bias, op.ReLU = true, channels%2 == 0
			t.Run(fmt.Sprintf("%d %+v", channels, op), func(t *testing.T) {
				g := convCase{2, channels, 15, 11, 20, op}.build(t, false)
				requireRight(t, g.Graph)
				p := newPlan(t, newModel(t, g.Graph, Options{}))
				want := blocked
				if channels <= 4 && op.Dilation[1] == 1 {
					want = pixels
				}
				require.Equal(t, want, p.steps[0].result().layout)
			})
		}
	}
}

func TestGroupedConvolution(t *testing.T) {
	const none = "reference:Convolution"
	shapes := []struct {
		in, out int // channels of a group
		kernel  string
	}{
		{1, 1, "depthwise"},
		{2, 2, "grouped"}, {4, 4, "grouped"}, {1, 2, "grouped"}, {1, 4, "grouped"}, {2, 4, "grouped"},
		{8, 8, "halves"}, {4, 8, "halves"}, {2, 8, "halves"}, {1, 8, "halves"},
		{8, 16, "conv"}, {4, 16, "conv"}, {1, 16, "conv"}, {8, 48, "conv"},
		{16, 16, "conv"}, {16, 32, "conv"}, {32, 16, "conv"},
		{3, 3, none}, {8, 4, none}, {5, 16, none}, {16, 8, none}, {2, 6, none}, {12, 12, none}, {1, 3, none}, {17, 17, none},
	}
	for _, s := range shapes {
		for _, groups := range []int{2, 5, 8, 11} {
			if testing.Short() && groups%2 == 0 {
				continue
			}
			op := conv(3, 1, 1+groups%2, 1+groups%3%2, groups)
			op.Bias, op.Residual, op.ReLU = groups > 2, groups > 5, groups%3 == 2
			t.Run(fmt.Sprintf("%d groups of %d to %d", groups, s.in, s.out), func(t *testing.T) {
				c := convCase{2, groups * s.in, 7, 6, groups * s.out, op}
				g := c.build(t, groups%2 == 0)
				require.Contains(t, steps(newPlan(t, newModel(t, g.Graph, Options{}))), s.kernel)
				requireRight(t, g.Graph)
			})
		}
	}
}

// TestNotFinite: lanes past the last channel are 0·x, which must not become part of
// what is read from them.
func TestNotFinite(t *testing.T) {
	g := newNet(t)
	x := g.input(1, 3, 4, 4)
	half := &ir.Const{Source: ir.Splat(0.5)}
	y := g.node(conv(1, 0, 1, 1, 1), g.node(ir.ReLU{}, x), g.constant(half, 5, 3, 1, 1))
	z := g.node(conv(3, 1, 1, 1, 1), g.node(ir.ReLU{}, y), g.constant(half, 6, 5, 3, 3))
	g.outputs(y, z)
	inputs := randomInputs(g.Graph)
	inputs[x.Name].Data[20] = float32(math.Inf(1))
	want := expected(t, g.Graph, inputs)
	require.True(t, slices.ContainsFunc(want[z.Name].Data, isInf))
	require.True(t, slices.ContainsFunc(want[z.Name].Data, func(f float32) bool { return f == f && !isInf(f) }))
	for _, isa := range isas() {
		have := answers(t, g.Graph, Options{ISA: isa}, 1, inputs)
		for name := range want {
			for i, w := range want[name].Data {
				h := have[name].Data[i]
				require.Equal(t, w != w, h != h, "%s[%d] of %s", name, i, isa)
				require.Equal(t, isInf(w), isInf(h), "%s[%d] of %s", name, i, isa)
			}
		}
	}
}

func isInf(f float32) bool { return math.IsInf(float64(f), 0) }

// TestSharedConstants: one constant may be the weights of nodes that see it in
// different shapes, as a net's layers may that share a blob permissively.
func TestSharedConstants(t *testing.T) {
	g := newNet(t)
	c := &ir.Const{Source: ir.Rand(1)}
	var outputs []*ir.Value
	for _, shape := range [][]int{{16, 20, 1, 1}, {16, 10, 2, 1}, {32, 10, 1, 1}, {8, 10, 2, 2}, {2, 10, 4, 4}} {
		op := conv(1, 1, 1, 1, 1)
		op.Kernel = shape[2:]
		outputs = append(outputs, g.node(op, g.input(1, shape[1], 5, 5), g.constant(c, shape...)))
	}
	for _, shape := range [][]int{{32, 1, 1}, {16, 2, 1}, {16, 1, 2}, {8, 2, 2}} {
		outputs = append(outputs, g.node(ir.InnerProduct{Axis: 1}, g.input(2, shape[0], shape[1], shape[2]), g.constant(c, 10, 32)))
	}
	for _, channels := range []int{20, 30, 17} {
		outputs = append(outputs,
			g.node(ir.ReLU{NegativeSlope: 0.25}, g.input(1, channels, 2, 2)),
			g.node(ir.PReLU{ChannelShared: true}, g.input(1, channels, 2, 2), g.constant(c, 1)),
			g.node(ir.PReLU{}, g.input(1, channels, 2, 2), g.constant(c, channels)))
	}
	requireRight(t, g.outputs(outputs...).Graph)
}

// TestHugeHalo: padding may make a map that kernels cannot address of one that they
// can.
func TestHugeHalo(t *testing.T) {
	g := newNet(t)
	op := conv(1, 1<<14, 1<<15, 1, 1)
	y := g.convolution(op, 2, g.input(1, 2, 3, 3))
	_, ok := fast(y.Def)
	require.False(t, ok)
	op.Pad = []int{1 << 10, 1 << 10}
	_, ok = fast(g.convolution(op, 2, g.input(1, 2, 3, 3)).Def)
	require.True(t, ok)
}
