package reference

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// Every op of the graph has a function here.
func TestEveryOp(t *testing.T) {
	require.NotEmpty(t, ir.Ops())
	for _, op := range ir.Ops() {
		_, err := functionOf(op)
		require.NoError(t, err)
	}
}

func TestRegisterTwice(t *testing.T) {
	require.PanicsWithValue(t, "reference: two functions for op ir.ReLU", func() { register(relu) })
}

// unary gives the elements that an op makes of x.
func unary(t *testing.T, op ir.Op, x ...float32) []float32 {
	g := newGraph(t)
	g.node(op, []*ir.Value{g.inputOf("x", x, len(x))}, "y")
	return g.run()["y"].Data
}

func TestReLU(t *testing.T) {
	require.Equal(t, []float32{0, 0, 2.5, inf}, unary(t, ir.ReLU{}, -3, 0, 2.5, inf))
	require.Equal(t, []float32{-1.5, 0, 2.5, -inf}, unary(t, ir.ReLU{NegativeSlope: 0.5}, -3, 0, 2.5, -inf))
	require.False(t, math.Signbit(float64(unary(t, ir.ReLU{}, -3)[0])), "-3 becomes 0, not -0")
	for _, v := range unary(t, ir.ReLU{}, nan, -inf) {
		require.True(t, v != v, "%v", v)
	}
}

// Elementwise ops work in spans: sizes around their length.
func TestSpans(t *testing.T) {
	for _, n := range []int{0, 1, grain - 1, grain, grain + 1, 3*grain + 5} {
		x := random(1, n).Data
		want := make([]float32, n)
		for i, v := range x {
			want[i] = max(v, 0)
		}
		require.Equal(t, want, unary(t, ir.ReLU{}, x...))
	}
}

func TestPReLU(t *testing.T) {
	for _, c := range []struct {
		x, slope []int
		shared   bool
	}{{[]int{2, 3, 5, 7}, []int{3}, false}, {[]int{5, 4}, []int{4}, false}, {[]int{2, 3, 4}, []int{1}, true}, {[]int{2, 3}, []int{}, true}} {
		g := newGraph(t)
		g.node(ir.PReLU{ChannelShared: c.shared}, []*ir.Value{g.input("x", c.x...), g.constant("s", c.slope...)}, "y")
		have := g.run("s")
		var want []float64
		each(c.x, func(i []int) {
			at, _ := offset(c.x, i)
			v, s := float64(g.given["x"].Data[at]), have["s"].Data[0]
			if !c.shared {
				s = have["s"].Data[i[1]]
			}
			want = append(want, math.Max(v, 0)+float64(s)*math.Min(v, 0))
		})
		requireRounded(t, want, have["y"].Data)
	}
}

func TestSigmoid(t *testing.T) {
	x := append(random(1, 500).Data, 0, 20, -20, -90, 200)
	var want []float64
	for _, v := range x {
		want = append(want, math.Exp(float64(v)-math.Log1p(math.Exp(float64(v)))))
	}
	have := unary(t, ir.Sigmoid{}, x...)
	requireRounded(t, want[:504], have[:504])
	require.Equal(t, float32(1), have[504])
	require.Equal(t, []float32{1, 0}, unary(t, ir.Sigmoid{}, inf, -inf))
}

func TestPower(t *testing.T) {
	x := []float32{0.25, 4, 9, 0, -8}
	for _, c := range []struct {
		op   ir.Power
		want []float32
	}{
		{ir.Power{Power: 1, Scale: 1}, x},
		{ir.Power{Power: 1, Scale: 2, Shift: 1}, []float32{1.5, 9, 19, 1, -15}},
		{ir.Power{Power: 2, Scale: -1, Shift: 1}, []float32{0.5625, 9, 64, 1, 81}},
		{ir.Power{Power: -1, Scale: 2}, []float32{2, 0.125, 1. / 18, inf, -0.0625}},
		{ir.Power{Power: 0, Scale: 2, Shift: 3}, []float32{1, 1, 1, 1, 1}},
		{ir.Power{Power: 0, Scale: 0, Shift: 0}, []float32{1, 1, 1, 1, 1}},
		{ir.Power{Power: 3, Scale: 0, Shift: 2}, []float32{8, 8, 8, 8, 8}},
		// 1e-30·1e-30 is 0 in float32.
		{ir.Power{Power: 1e-30, Scale: 1e-30, Shift: 2}, []float32{1, 1, 1, 1, 1}},
	} {
		require.Equal(t, c.want, unary(t, c.op, x...), "%+v", c.op)
	}
	root := unary(t, ir.Power{Power: 0.5, Scale: 1}, x...)
	require.Equal(t, []float32{0.5, 2, 3, 0}, root[:4])
	require.True(t, root[4] != root[4], "the root of -8")
}

func TestDropout(t *testing.T) {
	require.Equal(t, []float32{1, -2}, unary(t, ir.Dropout{Ratio: 0.75, ScaleTrain: true}, 1, -2))
	require.Equal(t, []float32{0.25, -0.5}, unary(t, ir.Dropout{Ratio: 0.75}, 1, -2))
}

func TestSoftmax(t *testing.T) {
	shape := []int{2, 5, 3}
	for axis := -1; axis < 3; axis++ {
		g := newGraph(t)
		g.node(ir.Softmax{Axis: axis}, []*ir.Value{g.input("x", shape...)}, "y")
		x, have := g.given["x"].Data, g.run()["y"].Data
		var want []float64
		each(shape, func(i []int) {
			a := axisOf(axis, shape)
			at, _ := offset(shape, i)
			j, sum := append([]int(nil), i...), 0.0
			for j[a] = range shape[a] {
				other, _ := offset(shape, j)
				sum += math.Exp(float64(x[other]) - float64(x[at]))
			}
			want = append(want, 1/sum)
		})
		requireRounded(t, want, have)
	}
}

func TestSoftmaxStable(t *testing.T) {
	require.Equal(t, []float32{0.5, 0.5, 0}, unary(t, ir.Softmax{}, 3e38, 3e38, -3e38))
	require.Equal(t, []float32{1}, unary(t, ir.Softmax{}, -3e38))
	for _, v := range unary(t, ir.Softmax{}, 1, nan, 2) {
		require.True(t, v != v)
	}
}

func TestEltwise(t *testing.T) {
	a, b, c := []float32{1, -2, 3, 0.5}, []float32{4, 5, -6, 0.25}, []float32{-1, 8, 2, 16}
	for _, k := range []struct {
		op   ir.Eltwise
		in   [][]float32
		want []float32
	}{
		{ir.Eltwise{Operation: ir.EltwiseProd}, [][]float32{a, b, c}, []float32{-4, -80, -36, 2}},
		{ir.Eltwise{Operation: ir.EltwiseSum}, [][]float32{a, b, c}, []float32{4, 11, -1, 16.75}},
		{ir.Eltwise{Operation: ir.EltwiseSum, Coeff: []float32{2, -1, 0.5}}, [][]float32{a, b, c}, []float32{-2.5, -5, 13, 8.75}},
		{ir.Eltwise{Operation: ir.EltwiseMax}, [][]float32{a, b, c}, []float32{4, 8, 3, 16}},
		{ir.Eltwise{Operation: ir.EltwiseMax}, [][]float32{a}, a},
		// Float32 would lose the 1, in this order.
		{ir.Eltwise{Operation: ir.EltwiseSum}, [][]float32{{1 << 24}, {1}, {-(1 << 24)}}, []float32{1}},
		// Caffe compares with >: the second of the first two, later ones only if above.
		{ir.Eltwise{Operation: ir.EltwiseMax}, [][]float32{{nan, nan}, {1, 1}, {0, 2}}, []float32{1, 2}},
		{ir.Eltwise{Operation: ir.EltwiseMax}, [][]float32{{1}, {2}, {nan}}, []float32{2}},
	} {
		g := newGraph(t)
		var in []*ir.Value
		for i, data := range k.in {
			in = append(in, g.inputOf(string(rune('a'+i)), data, 1, len(data)))
		}
		g.node(k.op, in, "y")
		require.Equal(t, k.want, g.run()["y"].Data, "%+v", k.op)
	}
	g := newGraph(t)
	g.node(ir.Eltwise{Operation: ir.EltwiseMax}, []*ir.Value{g.inputOf("a", []float32{1}, 1), g.inputOf("b", []float32{nan}, 1)}, "y")
	y := g.run()["y"].Data[0]
	require.True(t, y != y, "1 and NaN give the second")
}

func TestConcat(t *testing.T) {
	shapes := [][]int{{2, 3, 4}, {2, 3, 4}, {2, 3, 4}}
	for axis := -1; axis < 3; axis++ {
		g := newGraph(t)
		a := axisOf(axis, shapes[0])
		var in []*ir.Value
		for i, name := range []string{"a", "b", "c"} {
			shape := append([]int(nil), shapes[i]...)
			shape[a] = []int{1, 0, 5}[i]
			in = append(in, g.input(name, shape...))
		}
		g.node(ir.Concat{Axis: axis}, in, "y")
		y := g.run()["y"]
		var want []float32
		each(y.Shape, func(i []int) {
			from, j := g.given["a"], append([]int(nil), i...)
			if i[a] >= 1 {
				from, j[a] = g.given["c"], i[a]-1
			}
			at, ok := offset(from.Shape, j)
			require.True(t, ok)
			want = append(want, from.Data[at])
		})
		require.Equal(t, want, y.Data)
	}
}
