package reference

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// What comes out of a chain of nodes is computed in float64 all the way and
// rounded once, whichever of its values are kept.
func TestChainRoundedOnce(t *testing.T) {
	g := newGraph(t)
	x := g.input("x", 2, 5, 6, 6)
	s := g.node(ir.Sigmoid{}, []*ir.Value{x}, "sigmoid")
	conv := ir.Convolution{Axis: 1, Kernel: []int{3, 3}, Pad: []int{1, 1}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: 1}
	addConvolution(g, conv, s[0], 4)
	g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{g.Value("y"), g.constant("fc", 50, 4*6*6)}, "z")
	have := g.run("w", "fc", "sigmoid", "y")

	sigmoids := widened(g.given["x"].Data)
	for i, v := range sigmoids {
		sigmoids[i] = 1 / (1 + math.Exp(-v))
	}
	y := naiveConvolution(conv, sigmoids, x.Type.Shape, have["w"], nil, have["y"].Shape)
	var z []float64
	for row := range slices.Chunk(y, 144) {
		for o := range 50 {
			sum := 0.0
			for k, v := range row {
				sum += float64(v * float64(have["fc"].Data[o*144+k]))
			}
			z = append(z, sum)
		}
	}
	require.Equal(t, rounded(sigmoids), have["sigmoid"].Data)
	require.Equal(t, rounded(y), have["y"].Data)
	require.Equal(t, rounded(z), have["z"].Data)
	require.Equal(t, have["z"], g.run()["z"])
}

// Between nodes values go beyond what float32 can hold, at both ends.
func TestValuesBeyondFloat32(t *testing.T) {
	g := newGraph(t)
	x := g.inputOf("x", []float32{1e30, 1e-30, 3}, 3)
	y := g.node(ir.Eltwise{Operation: ir.EltwiseProd}, []*ir.Value{x, x}, "square")
	g.node(ir.Power{Power: 0.5, Scale: 1}, y, "root")
	have := g.run("square")
	require.Equal(t, []float32{inf, 0, 9}, have["square"].Data)
	require.Equal(t, g.given["x"].Data, have["root"].Data)
}

// Products do not widen their weights, which would double what a net takes.
func TestProductsTakeWeightsAsTheyAre(t *testing.T) {
	const side, weights = 64, 64 * 64
	conv := ir.Convolution{Axis: 1, Kernel: []int{1, 1}, Pad: []int{0, 0}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: 1}
	for _, c := range []struct {
		op ir.Op
		w  []int
	}{
		{conv, []int{side, side, 1, 1}},
		{ir.InnerProduct{Axis: 1}, []int{side, side}},
		{ir.InnerProduct{Axis: 1, Transpose: true}, []int{side, side}},
	} {
		g := newGraph(t)
		g.node(c.op, []*ir.Value{g.input("x", 1, side, 1, 1), g.constant("w", c.w...)}, "y")
		elements := 0
		allocate := newData
		newData = func(n int) []float64 { elements += n; return allocate(n) }
		g.run()
		newData = allocate
		require.Less(t, elements, weights, fmt.Sprintf("%+v", c.op))
	}
}

// A constant serves, as float32, products and, widened, other ops, also where it
// is passed on first.
func TestConstantInBothWidths(t *testing.T) {
	g := newGraph(t)
	w := g.constant("w", 4, 6)
	view := g.node(ir.Reshape{Shape: []int{6, 4}, NumAxes: -1}, []*ir.Value{w}, "view")
	x := g.input("x", 3, 6)
	g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{x, w}, "before")
	g.node(ir.ReLU{}, view, "relu")
	g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{x, w}, "after")
	g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{w, w}, "square")
	have := g.run("w", "view", "relu", "before", "after")
	require.Equal(t, have["before"].Data, have["after"].Data)
	require.Equal(t, have["w"].Data, have["view"].Data)
	w64 := widened(have["w"].Data)
	var positive, square []float64
	for i, v := range w64 {
		positive = append(positive, max(v, 0))
		if i < 16 {
			sum := 0.0
			for k := range 6 {
				sum += w64[i/4*6+k] * w64[i%4*6+k]
			}
			square = append(square, sum)
		}
	}
	require.Equal(t, rounded(positive), have["relu"].Data)
	require.Equal(t, rounded(square), have["square"].Data)
}
