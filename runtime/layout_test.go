package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// TestReaders: one value may be read with several halos and in several layouts.
func TestReaders(t *testing.T) {
	for _, channels := range []int{3, 16, 21} {
		g := newNet(t)
		x := g.input(2, channels, 9, 7)
		y := g.convolution(conv(3, 1, 1, 1, 1), channels, x)
		for _, v := range []*ir.Value{x, y} {
			wide := conv(3, 4, 1, 4, 1) // never as pixels
			outputs := []*ir.Value{
				g.convolution(conv(1, 0, 1, 1, 1), 5, v),
				g.convolution(conv(7, 3, 2, 1, 1), 18, v),
				g.convolution(wide, 20, v),
				g.convolution(conv(5, 2, 1, 1, 1), 16, v),
				g.node(ir.Sigmoid{}, v),
				g.node(ir.Eltwise{Operation: ir.EltwiseSum}, v, y),
				g.node(pooling(ir.PoolMax, 3, 1, 2, ir.RoundCeil), v),
			}
			g.Outputs = append(g.Outputs, append(outputs, v)...)
		}
		requireRight(t, g.Graph)
	}
}

func TestInputIsOutput(t *testing.T) {
	g := newNet(t)
	x, y := g.input(2, 5, 3, 3), g.input(4)
	flat := g.node(ir.Flatten{Axis: 1, EndAxis: -1}, x)
	requireRight(t, g.outputs(x, y, flat, g.node(ir.ReLU{}, x)).Graph)

	inputs := randomInputs(g.Graph)
	out := answers(t, g.Graph, Options{}, 2, inputs)
	require.Equal(t, inputs[x.Name], out[x.Name])
	require.Equal(t, inputs[y.Name], out[y.Name])
	require.Equal(t, inputs[x.Name].Data, out[flat.Name].Data)
}

// TestConstantIsActivation: constants are taken wherever the net computes.
func TestConstantIsActivation(t *testing.T) {
	g := newNet(t)
	c, row := g.weights(1, 21, 4, 4), g.weights(2, 3)
	x := g.input(1, 21, 4, 4)
	requireRight(t, g.outputs(
		g.node(ir.Eltwise{Operation: ir.EltwiseSum}, x, c),
		g.convolution(conv(3, 1, 1, 1, 1), 4, c),
		g.node(ir.Sigmoid{}, c),
		g.node(ir.Flatten{Axis: 0, EndAxis: -1}, row),
	).Graph)

	require.NoError(t, g.SetOutputs(c, row))
	out := answers(t, g.Graph, Options{}, 1, randomInputs(g.Graph))
	require.Equal(t, elements(c).Data, out[c.Name].Data)
	require.Equal(t, elements(row).Data, out[row.Name].Data)
}

// TestReshape: the elements stay where they are, in blocks too where both are one
// pixel an image.
func TestReshape(t *testing.T) {
	g := newNet(t)
	means := g.node(ir.Pooling{Method: ir.PoolAve, Global: true}, g.input(2, 21, 5, 5))
	flat := g.node(ir.Reshape{Shape: []int{0, 0}, NumAxes: -1}, means)
	back := g.node(ir.Reshape{Shape: []int{0, 0, 1, 1}, NumAxes: -1}, flat)
	y := g.convolution(conv(1, 0, 1, 1, 1), 16, back)
	padded := g.convolution(conv(3, 1, 1, 1, 1), 16, back)
	requireRight(t, g.outputs(y).Graph)
	p := newPlan(t, newModel(t, g.Graph, Options{}))
	require.Equal(t, []string{"reorder", "means", "conv", "reorder"}, steps(p))
	requireRight(t, g.outputs(y, padded, means, flat, back).Graph)

	g = newNet(t)
	m := g.convolution(conv(3, 1, 1, 1, 1), 8, g.input(2, 3, 4, 4))
	other := g.node(ir.Reshape{Shape: []int{0, 4, 8, 4}, NumAxes: -1}, m)
	requireRight(t, g.outputs(g.convolution(conv(3, 1, 1, 1, 1), 3, other), m).Graph)
	cut := g.node(ir.Reshape{Shape: []int{-1, 16}, NumAxes: -1}, m)
	requireRight(t, g.outputs(g.node(ir.InnerProduct{Axis: 1}, cut, g.weights(5, 16))).Graph)
}

// small returns a net with one of all that is fast.
func small(t testing.TB, batch int) *net {
	g := newNet(t)
	op := conv(3, 1, 1, 1, 1)
	op.Bias = true
	x := g.node(ir.ReLU{}, g.convolution(op, 21, g.input(batch, 3, 12, 10)))
	x = g.node(pooling(ir.PoolMax, 3, 0, 2, ir.RoundCeil), x)
	left := g.node(ir.PReLU{}, g.convolution(op, 32, x), g.weights(32))
	op.Group = 3
	x = g.node(ir.Concat{Axis: 1}, left, g.convolution(op, 21, x))
	in := []*ir.Value{x, g.weights(4, 53), g.weights(53, 4)}
	x = g.node(ir.SqueezeExcite{}, in...)
	x = g.node(ir.Eltwise{Operation: ir.EltwiseSum}, x, g.convolution(conv(3, 1, 1, 1, 1), 53, x))
	x = g.node(ir.Sigmoid{}, x)
	x = g.node(ir.Pooling{Method: ir.PoolAve, Global: true}, x)
	x = g.node(ir.InnerProduct{Axis: 1}, x, g.weights(10, 53))
	return g.outputs(g.node(ir.Softmax{Axis: 1}, x))
}

func TestBatches(t *testing.T) {
	for _, batch := range []int{0, 1, 3} {
		requireRight(t, small(t, batch).Graph)
	}
}

// TestEmpty: a net may have nothing to compute, or nothing at all.
func TestEmpty(t *testing.T) {
	requireRight(t, newNet(t).Graph)
	g := newNet(t)
	x := g.input(2, 0, 3, 3)
	requireRight(t, g.outputs(g.node(ir.ReLU{}, x), g.node(ir.Concat{Axis: 1}, x, g.input(2, 4, 3, 3)), x).Graph)
}
