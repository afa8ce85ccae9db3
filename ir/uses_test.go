package ir

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUses(t *testing.T) {
	g := parse(t, small)
	uses := g.Uses()
	require.Equal(t, []Use{{g.Nodes[0], 1}}, uses[g.Value("w")].By)
	require.Equal(t, []Use{{g.Nodes[2], 0}}, uses[g.Value("b")].By)
	require.Equal(t, []Use{{g.Nodes[2], 1}}, uses[g.Value("c")].By)
	require.False(t, uses[g.Value("a")].Output)
	require.Equal(t, Uses{Output: true}, uses[g.Value("y")])
	require.Len(t, uses, 6)
}

func TestReplaceUses(t *testing.T) {
	g := parse(t, small)
	n, err := g.AddNode("new", "", ReLU{}, []*Value{g.Value("x")}, "r")
	require.NoError(t, err)
	g.ReplaceUses(g.Value("x"), n.Out[0])
	require.NoError(t, g.Verify())
	require.Same(t, g.Value("x"), n.In[0], "the new node keeps what it is computed from")
	require.Same(t, n.Out[0], g.Nodes[1].In[0])
	require.Equal(t, "new", g.Nodes[0].Name, "the new node comes before its user")

	m, err := g.AddNode("prob", "", Sigmoid{}, []*Value{g.Value("y")}, "p")
	require.NoError(t, err)
	g.ReplaceUses(g.Value("y"), m.Out[0])
	require.NoError(t, g.Verify())
	require.Equal(t, []*Value{m.Out[0]}, g.Outputs)

	before := g.String()
	g.ReplaceUses(m.Out[0], m.Out[0])
	require.Equal(t, before, g.String())
}

// TestReplaceUsesPastSplit takes a Split out: both its outputs become its input.
func TestReplaceUsesPastSplit(t *testing.T) {
	g := parse(t, small)
	g.ReplaceUses(g.Value("b"), g.Value("a"))
	g.ReplaceUses(g.Value("c"), g.Value("a"))
	require.NoError(t, g.Verify())
	g.Sweep()
	require.NoError(t, g.Verify())
	require.Len(t, g.Nodes, 2)
	require.Equal(t, []*Value{g.Value("a"), g.Value("a")}, g.Nodes[1].In)
	require.Nil(t, g.Value("b"))
}

// TestReplaceAllUses has one value stand for another that itself stands for a
// third, brings a node to the place of the one before, and takes a value that has
// no node of its own.
func TestReplaceAllUses(t *testing.T) {
	g := parse(t, small)
	x, a, b, c, y := g.Value("x"), g.Value("a"), g.Value("b"), g.Value("c"), g.Value("y")
	m, err := g.AddNode("sum", "", Eltwise{Operation: EltwiseSum, ReLU: true}, []*Value{b, c}, "z")
	require.NoError(t, err)
	g.SwapNames(y, m.Out[0])
	n, err := g.AddNode("fc", "", InnerProduct{Axis: 1, ReLU: true}, []*Value{x, g.Value("w")}, "fc2")
	require.NoError(t, err)
	g.ReplaceAllUses(map[*Value]*Value{c: b, b: a, a: n.Out[0], y: m.Out[0]})
	require.NoError(t, g.Verify())
	require.Equal(t, "fc", g.Nodes[0].Name)
	require.Same(t, n, g.Nodes[0], "it is where the old one was")
	g.Sweep()
	require.Equal(t, `graph "small"
input %x f32[1,2]
const %w f32[3,2] = splat(1)
%fc2 f32[1,3] = InnerProduct(%x, %w) {Axis=1 ReLU=true} layer "fc"
%y f32[1,3] = Eltwise(%fc2, %fc2) {Operation=SUM ReLU=true} layer "sum"
output %y
`, g.String())

	g.ReplaceAllUses(map[*Value]*Value{n.Out[0]: x})
	require.Same(t, x, m.In[0])
}

func TestSwapNames(t *testing.T) {
	g := parse(t, small)
	x, y := g.Value("x"), g.Value("y")
	g.SwapNames(x, y)
	require.NoError(t, g.Verify())
	require.Same(t, x, g.Value("y"))
	require.Same(t, y, g.Value("x"))
	require.Equal(t, "y", x.Name)
	g.SwapNames(x, x)
	require.Same(t, x, g.Value("y"))
}

func TestSweep(t *testing.T) {
	g := parse(t, `graph "g"
input %x f32[1]
input %unused f32[1]
const %w f32[1] = splat(1)
const %dead f32[1] = splat(1)
const %never f32[1] = splat(1)
%a f32[1] = Scale(%x, %w)
%b f32[1] = Scale(%a, %dead)
%c f32[1] = Scale(%b, %w)
%p f32[1], %q f32[1] = Split(%a) {Outputs=2}
output %q
`)
	g.Sweep()
	require.NoError(t, g.Verify())
	want := `graph "g"
input %x f32[1]
input %unused f32[1]
const %w f32[1] = splat(1)
%a f32[1] = Scale(%x, %w)
%p f32[1], %q f32[1] = Split(%a) {Outputs=2}
output %q
`
	require.Equal(t, want, g.String())
	g.Sweep()
	require.Equal(t, want, g.String())
	_, err := g.AddConst("dead", F32(1), &Const{Source: Splat(2)})
	require.NoError(t, err, "a name that is swept is free")

	require.NoError(t, g.SetOutputs())
	g.Sweep()
	require.NoError(t, g.Verify())
	require.Empty(t, g.Nodes)
	require.Empty(t, g.Consts)
	require.Len(t, g.Inputs, 2)
}

func TestSetOutputs(t *testing.T) {
	g := parse(t, small)
	x, a := g.Value("x"), g.Value("a")
	require.NoError(t, g.SetOutputs(a, x))
	require.Equal(t, []*Value{a, x}, g.Outputs)
	require.EqualError(t, g.SetOutputs(a, x, a), `output "a" is given twice`)
	require.EqualError(t, g.SetOutputs(&Value{Name: "a"}), "output 0 is not of this graph")
	require.EqualError(t, g.SetOutputs(nil), "output 0 is not of this graph")
	require.Equal(t, []*Value{a, x}, g.Outputs)
	require.NoError(t, g.Verify())
}
