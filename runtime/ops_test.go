package runtime

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

func pooling(method ir.PoolMethod, kernel, pad, stride int, round ir.RoundMode) ir.Pooling {
	return ir.Pooling{Method: method, Kernel: []int{kernel, kernel}, Pad: []int{pad, pad}, Stride: []int{stride, stride}, Round: round}
}

func TestPooling(t *testing.T) {
	cases := []struct {
		n, c, h, w int
		op         ir.Pooling
	}{
		{1, 16, 7, 7, pooling(0, 3, 0, 2, ir.RoundCeil)},
		{2, 20, 8, 6, pooling(0, 3, 0, 2, ir.RoundCeil)}, // the last windows are clipped
		{2, 20, 8, 6, pooling(0, 3, 0, 2, ir.RoundFloor)},
		{1, 5, 9, 8, pooling(0, 3, 1, 2, ir.RoundCeil)},
		{1, 33, 5, 5, pooling(0, 2, 1, 3, ir.RoundFloor)},
		{1, 17, 4, 4, pooling(0, 1, 0, 3, ir.RoundCeil)}, // with the stride beyond the kernel
		{3, 3, 7, 5, ir.Pooling{Kernel: []int{3, 2}, Pad: []int{0, 1}, Stride: []int{1, 2}}},
		{1, 16, 3, 3, pooling(0, 9, 8, 1, ir.RoundCeil)},
	}
	for _, c := range cases {
		for _, method := range []ir.PoolMethod{ir.PoolMax, ir.PoolAve} {
			c.op.Method = method
			t.Run(fmt.Sprintf("%d,%d,%d,%d %+v", c.n, c.c, c.h, c.w, c.op), func(t *testing.T) {
				g := newNet(t)
				y := g.node(c.op, g.input(c.n, c.c, c.h, c.w))
				z := g.convolution(conv(3, 1, 1, 1, 1), 5, y) // wants a halo
				requireRight(t, g.outputs(y, z).Graph)
				require.Contains(t, steps(newPlan(t, newModel(t, g.Graph, Options{}))), "pool_"+c.op.Method.String())
			})
		}
	}
}

// TestPoolingOutsideTheMap: a stride beyond the kernel may put the last window
// there, where MAX gives the least float and AVE 0/0 or 0/-1. The lanes past the
// last channel stay zero, as the guard sees.
func TestPoolingOutsideTheMap(t *testing.T) {
	for _, method := range []ir.PoolMethod{ir.PoolMax, ir.PoolAve} {
		for side := 5; side < 9; side++ {
			g := newNet(t)
			y := g.node(pooling(method, 1, 0, 4, ir.RoundCeil), g.input(2, 19, side, 8))
			requireRight(t, g.outputs(y).Graph)
		}
	}
}

func TestGlobalPooling(t *testing.T) {
	for _, method := range []ir.PoolMethod{ir.PoolMax, ir.PoolAve} {
		for _, shape := range [][]int{{1, 16, 7, 7}, {3, 21, 5, 3}, {2, 1, 1, 1}, {1, 40, 1, 9}} {
			g := newNet(t)
			y := g.node(ir.Pooling{Method: method, Global: true}, g.input(shape...))
			z := g.convolution(conv(3, 1, 1, 1, 1), 18, y) // wants a halo around one pixel
			requireRight(t, g.outputs(z).Graph)
			requireRight(t, g.outputs(y, z).Graph)
		}
	}
}

// TestFallbacks: what no fast kernel does is done by reference functions, between
// reorders.
func TestFallbacks(t *testing.T) {
	stochastic, mask := pooling(ir.PoolStochastic, 2, 0, 1, ir.RoundCeil), pooling(ir.PoolMax, 2, 0, 2, ir.RoundCeil)
	mask.Mask = true
	huge := ir.Pooling{Kernel: []int{1500, 1}, Pad: []int{1499, 0}, Stride: []int{1, 1}}
	lean := conv(1, 0, 1, 1, 1)
	lean.Kernel, lean.Pad, lean.Stride, lean.Dilation = []int{3}, []int{1}, []int{1}, []int{1}
	cases := map[string]func(g *net, x *ir.Value) []*ir.Value{
		"stochastic pooling": func(g *net, x *ir.Value) []*ir.Value { return g.nodes(stochastic, 1, x) },
		"mask":               func(g *net, x *ir.Value) []*ir.Value { return g.nodes(mask, 2, x) },
		"window list too long": func(g *net, _ *ir.Value) []*ir.Value {
			return g.nodes(huge, 1, g.node(ir.ReLU{}, g.input(1, 1, 1500, 1)))
		},
		"sigmoid": func(g *net, x *ir.Value) []*ir.Value { return g.nodes(ir.Sigmoid{}, 1, x) },
		"product of maps": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.Eltwise{Operation: ir.EltwiseProd}, 1, x, x)
		},
		"weighted sum": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.Eltwise{Operation: ir.EltwiseSum, Coeff: []float32{1, 0.5}}, 1, x, x)
		},
		"sum of three": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.Eltwise{Operation: ir.EltwiseSum}, 1, x, x, g.node(ir.ReLU{}, x))
		},
		"softmax of maps": func(g *net, x *ir.Value) []*ir.Value { return g.nodes(ir.Softmax{Axis: 1}, 1, x) },
		"softmax over images": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.Softmax{Axis: 0}, 1, g.node(ir.Flatten{Axis: 1, EndAxis: -1}, x))
		},
		"convolution along one axis": func(g *net, x *ir.Value) []*ir.Value {
			v := g.node(ir.Flatten{Axis: 2, EndAxis: 3}, x)
			return g.nodes(lean, 1, v, g.weights(4, v.Type.Shape[1], 3))
		},
		"computed weights": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(conv(1, 0, 1, 1, 1), 1, x, g.input(4, x.Type.Shape[1], 1, 1))
		},
		"computed bias": func(g *net, x *ir.Value) []*ir.Value {
			op := conv(1, 0, 1, 1, 1)
			op.Bias = true
			return g.nodes(op, 1, x, g.weights(4, x.Type.Shape[1], 1, 1), g.input(4))
		},
		"product with a computed bias": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.InnerProduct{Axis: 1, Bias: true}, 1, x, g.weights(3, x.Type.Count()/2), g.input(3))
		},
		"product of rows": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.InnerProduct{Axis: 2}, 1, x, g.weights(3, x.Type.Shape[2]*x.Type.Shape[3]))
		},
		"transposed product": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.InnerProduct{Axis: 1, Transpose: true}, 1, x, g.weights(x.Type.Count()/2, 3))
		},
		"computed slopes": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.PReLU{}, 1, x, g.input(x.Type.Shape[1]))
		},
		"concat along rows": func(g *net, x *ir.Value) []*ir.Value { return g.nodes(ir.Concat{Axis: 2}, 1, x, x) },
		"concat unaligned": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.Concat{Axis: 1}, 1, x, g.input(2, 3, 6, 5), x)
		},
		"block with a computed bias": func(g *net, x *ir.Value) []*ir.Value {
			c := x.Type.Shape[1]
			return g.nodes(ir.SqueezeExcite{ExpandBias: true}, 1, x, g.weights(2, c), g.weights(c, 2), g.input(c))
		},
		"relu of a matrix of three axes": func(g *net, x *ir.Value) []*ir.Value {
			return g.nodes(ir.ReLU{}, 1, g.node(ir.Flatten{Axis: 2, EndAxis: 3}, x))
		},
	}
	for name, add := range cases {
		t.Run(name, func(t *testing.T) {
			g := newNet(t)
			x := g.convolution(conv(3, 1, 1, 1, 1), 19, g.input(2, 3, 6, 5))
			out := add(g, x)
			_, ok := fast(out[0].Def)
			require.False(t, ok)
			last := append([]*ir.Value(nil), out...)
			if isMaps(out[0]) && out[0].Type.Rank() == 4 {
				last = append(last, g.convolution(conv(3, 1, 1, 1, 1), 7, out[0]))
			}
			requireRight(t, g.outputs(last...).Graph)
		})
	}
}

func TestReLU(t *testing.T) {
	for _, shape := range [][]int{{1, 16, 4, 4}, {2, 21, 3, 5}, {3, 5}, {1, 1, 1, 1}} {
		for _, slope := range []float32{0, 0.1, -2} {
			g := newNet(t)
			requireRight(t, g.outputs(g.node(ir.ReLU{NegativeSlope: slope}, g.input(shape...))).Graph)
		}
		for _, slopes := range [][]int{{}, {1}, {shape[1]}} {
			g := newNet(t)
			op := ir.PReLU{ChannelShared: len(slopes) == 0 || slopes[0] == 1}
			requireRight(t, g.outputs(g.node(op, g.input(shape...), g.weights(slopes...))).Graph)
		}
	}
}

func TestSum(t *testing.T) {
	for _, relu := range []bool{false, true} {
		g := newNet(t)
		op := ir.Eltwise{Operation: ir.EltwiseSum, Coeff: []float32{1, 1}, ReLU: relu}
		x := g.input(2, 21, 4, 3)
		twice := g.node(op, x, x)
		y := g.node(op, twice, g.convolution(conv(3, 1, 1, 1, 1), 21, x))
		row := g.node(op, g.input(3, 18), g.input(3, 18))
		requireRight(t, g.outputs(y, row).Graph)
		require.NotContains(t, newPlan(t, newModel(t, g.Graph, Options{NoFuse: true})).Kernels(), "reference:Eltwise")
	}
}

func TestConcat(t *testing.T) {
	for _, c := range []struct {
		channels []int
		kernel   string
	}{
		{[]int{16, 32}, "concat"}, {[]int{16}, "concat"}, {[]int{48, 16, 5}, "concat"},
		{[]int{5, 16}, "reference:Concat"}, {[]int{16, 1, 16}, "reference:Concat"},
	} {
		for _, axis := range []int{1, -3} {
			g := newNet(t)
			var in []*ir.Value
			for i, channels := range c.channels {
				x := g.input(2, channels, 5, 3)
				if i%2 == 1 {
					x = g.convolution(conv(1, 0, 1, 1, 1), channels, x)
				}
				in = append(in, x)
			}
			y := g.node(ir.Concat{Axis: axis}, in...)
			z := g.convolution(conv(3, 2, 1, 2, 1), 4, y)
			requireRight(t, g.outputs(z).Graph)
			require.Contains(t, newPlan(t, newModel(t, g.Graph, Options{})).Kernels(), c.kernel)
		}
	}
	g := newNet(t)
	x := g.input(2, 16)
	requireRight(t, g.outputs(g.node(ir.Concat{Axis: -1}, x, x, g.input(2, 3))).Graph)
}

func TestInnerProduct(t *testing.T) {
	for _, shape := range [][]int{{1, 40}, {3, 7}, {1, 16, 1, 1}, {2, 21, 3, 5}, {5, 32, 7, 7}} {
		for _, out := range []int{1, 16, 37} {
			for _, bias := range []bool{false, true} {
				g := newNet(t)
				x := g.input(shape...)
				in := []*ir.Value{x, g.weights(out, x.Type.Count()/shape[0])}
				if bias {
					in = append(in, g.weights(out))
				}
				y := g.node(ir.InnerProduct{Axis: 1, Bias: bias, ReLU: bias}, in...)
				requireRight(t, g.outputs(y, g.node(ir.Softmax{Axis: -1}, y)).Graph)
				require.Equal(t, []string{"product", "softmax"}, fastSteps(newPlan(t, newModel(t, g.Graph, Options{}))))
			}
		}
	}
}

// fastSteps is steps without reorders.
func fastSteps(p *Plan) []string {
	var names []string
	for _, name := range steps(p) {
		if name != "reorder" {
			names = append(names, name)
		}
	}
	return names
}

func TestSqueezeExcite(t *testing.T) {
	for _, shape := range [][]int{{1, 16, 7, 7}, {2, 35, 4, 6}, {3, 64, 1, 1}} {
		for extras := range 16 {
			if testing.Short() && extras%5 > 0 {
				continue
			}
			op := ir.SqueezeExcite{ReduceBias: extras&1 > 0, ExpandBias: extras&2 > 0, Residual: extras&4 > 0, ReLU: extras&8 > 0}
			g := newNet(t)
			c, hidden := shape[1], 3+extras
			x := g.convolution(conv(3, 1, 1, 1, 1), c, g.input(shape...))
			in := []*ir.Value{x, g.weights(hidden, c)}
			if op.ReduceBias {
				in = append(in, g.weights(hidden))
			}
			in = append(in, g.weights(c, hidden))
			if op.ExpandBias {
				in = append(in, g.weights(c))
			}
			if op.Residual {
				in = append(in, g.input(shape...))
			}
			y := g.node(op, in...)
			requireRight(t, g.outputs(g.convolution(conv(3, 1, 2, 1, 1), 8, y)).Graph)
		}
	}
}

func TestAxpy(t *testing.T) {
	for _, gate := range [][]int{{2, 21}, {2, 21, 1, 1}} {
		for _, relu := range []bool{false, true} {
			g := newNet(t)
			v := g.node(ir.ReLU{NegativeSlope: 1}, g.input(gate...))
			x := g.input(2, 21, 5, 6)
			out := []*ir.Value{g.node(ir.Axpy{ReLU: relu}, v, x, g.convolution(conv(3, 1, 1, 1, 1), 21, x))}
			if len(gate) == 4 {
				out = append(out, g.convolution(conv(3, 1, 1, 1, 1), 3, v)) // the gate has a halo
			}
			requireRight(t, g.outputs(out...).Graph)
		}
	}
}
