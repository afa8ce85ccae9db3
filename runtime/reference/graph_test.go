package reference

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// A testGraph is a graph with elements for its inputs. Its nodes' last outputs
// are its outputs unless a test sets others.
type testGraph struct {
	*ir.Graph
	t     testing.TB
	seed  uint64
	given map[string]*tensor.Tensor
}

func newGraph(t testing.TB) *testGraph {
	return &testGraph{Graph: ir.New("test"), t: t, given: map[string]*tensor.Tensor{}}
}

// input adds an input with pseudo-random elements in [-1, 1).
func (g *testGraph) input(name string, shape ...int) *ir.Value {
	v, err := g.AddInput(name, ir.F32(shape...))
	require.NoError(g.t, err)
	g.given[name] = random(g.next(), shape...)
	return v
}

// inputOf adds an input with these elements.
func (g *testGraph) inputOf(name string, data []float32, shape ...int) *ir.Value {
	v := g.input(name, shape...)
	require.Len(g.t, data, v.Type.Count())
	g.given[name].Data = data
	return v
}

// constant adds a constant with pseudo-random elements in [-1, 1).
func (g *testGraph) constant(name string, shape ...int) *ir.Value {
	return g.constantOf(name, ir.Rand(g.next()), shape...)
}

func (g *testGraph) constantOf(name string, s ir.Source, shape ...int) *ir.Value {
	v, err := g.AddConst(name, ir.F32(shape...), &ir.Const{Source: s})
	require.NoError(g.t, err)
	return v
}

// node adds a node, whose outputs become the graph's.
func (g *testGraph) node(op ir.Op, in []*ir.Value, out ...string) []*ir.Value {
	n, err := g.AddNode("layer_"+out[0], "", op, in, out...)
	require.NoError(g.t, err)
	g.Outputs = n.Out
	return n.Out
}

func (g *testGraph) next() uint64 {
	g.seed++
	return g.seed
}

// run runs the graph on two goroutines.
func (g *testGraph) run(keep ...string) map[string]*tensor.Tensor {
	e, err := New(g.Graph)
	require.NoError(g.t, err)
	e.Threads = 2
	out, err := e.Run(g.t.Context(), g.given, keep...)
	require.NoError(g.t, err)
	return out
}

func random(seed uint64, shape ...int) *tensor.Tensor {
	x := tensor.New(shape...)
	ir.Rand(seed).Read(x.Data, 0)
	return x
}
