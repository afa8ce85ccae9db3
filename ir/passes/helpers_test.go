package passes_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// parse reads graph text that must be sound.
func parse(t testing.TB, text string) *ir.Graph {
	t.Helper()
	g, err := ir.Parse("test.ir", text, nil)
	require.NoError(t, err)
	return g
}

// duplicate returns a graph of its own.
func duplicate(t testing.TB, g *ir.Graph) *ir.Graph {
	t.Helper()
	c, err := g.Reshape(nil)
	require.NoError(t, err)
	return c
}

// randomInputs gives each input of a graph pseudo-random elements in [-1, 1).
func randomInputs(g *ir.Graph) map[string]*tensor.Tensor {
	inputs := map[string]*tensor.Tensor{}
	for i, v := range g.Inputs {
		x := tensor.New(v.Type.Shape...)
		ir.Rand(1000+i).Read(x.Data, 0)
		inputs[v.Name] = x
	}
	return inputs
}

func execute(t testing.TB, g *ir.Graph, inputs map[string]*tensor.Tensor) map[string]*tensor.Tensor {
	t.Helper()
	e, err := reference.New(g)
	require.NoError(t, err)
	out, err := e.Run(t.Context(), inputs)
	require.NoError(t, err)
	return out
}

// requireSameOutputs runs two graphs and requires the same outputs, by name, of
// the same values.
//
// Both are computed in float64 from weights that were float32 or, scaled, stayed
// float64, and are rounded once at the end: a ulp of 2^-23 can lie between the two
// at most, and what float64 itself loses, 2^-53 for each of some thousand
// operations, in proportion to the largest element, or to the inputs, which are of
// order 1, since sums may cancel.
func requireSameOutputs(t testing.TB, want, have *ir.Graph) {
	t.Helper()
	require.Len(t, have.Outputs, len(want.Outputs))
	for i, v := range want.Outputs {
		require.Equal(t, v.Name, have.Outputs[i].Name)
		require.Equal(t, v.Type.String(), have.Outputs[i].Type.String())
	}
	inputs := randomInputs(want)
	expected, got := execute(t, want, inputs), execute(t, have, inputs)
	for name, w := range expected {
		requireNear(t, w.Data, got[name].Data, name)
	}
}

func requireNear(t testing.TB, want, have []float32, name string) {
	t.Helper()
	largest := 1.0
	for _, w := range want {
		if a := math.Abs(float64(w)); !math.IsInf(a, 0) {
			largest = math.Max(largest, a)
		}
	}
	for i, w := range want {
		h := have[i]
		if w == h || w != w && h != h {
			continue
		}
		limit := 0x1p-23*math.Abs(float64(w)) + 1e-12*largest
		require.LessOrEqual(t, math.Abs(float64(w)-float64(h)), limit, "%s[%d]: want %v, have %v", name, i, w, h)
	}
}

// requireTwiceIsOnce runs passes again on a graph that they have made.
func requireTwiceIsOnce(t testing.TB, g *ir.Graph, ps ...passes.Pass) {
	t.Helper()
	once := g.String()
	require.NoError(t, passes.Run(g, ps...))
	require.Equal(t, once, g.String())
}

// countOps counts the nodes of each kind, with what is fused into them behind it.
func countOps(g *ir.Graph) map[string]int {
	counts := map[string]int{}
	for _, n := range g.Nodes {
		kind := n.Op.Kind()
		switch op := n.Op.(type) {
		case ir.Convolution:
			kind += suffix(op.Residual, op.ReLU)
		case ir.SqueezeExcite:
			kind += suffix(op.Residual, op.ReLU)
		case ir.InnerProduct:
			kind += suffix(false, op.ReLU)
		}
		counts[kind]++
	}
	return counts
}

func suffix(residual, relu bool) string {
	s := ""
	if residual {
		s = "+sum"
	}
	if relu {
		s += "+ReLU"
	}
	return s
}
