package ir

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTypeCheck(t *testing.T) {
	for _, test := range []struct {
		shape []int
		err   string
	}{
		{nil, ""},
		{[]int{0}, ""},
		{[]int{1, 3, 224, 224}, ""},
		{[]int{math.MaxInt32}, ""},
		{[]int{math.MaxInt32, 1, 0}, ""},
		{[]int{46340, 46341}, ""},
		{[]int{46341, 46341}, "more than 2^31-1 elements"},
		{[]int{math.MaxInt32, 2}, "more than 2^31-1 elements"},
		{[]int{0, math.MaxInt32, math.MaxInt32}, "more than 2^31-1 elements"},
		{[]int{math.MaxInt32, math.MaxInt32, 0}, "more than 2^31-1 elements"},
		{[]int{3, -1}, "shape f32[3,-1] has a negative axis"},
		{[]int{0, math.MinInt}, "has a negative axis"},
		{make([]int, 32), ""},
		{make([]int, 33), "a shape of 33 axes; there may be 32"},
	} {
		err := F32(test.shape...).Check()
		if test.err == "" {
			require.NoError(t, err, "%v", test.shape)
			continue
		}
		require.ErrorContains(t, err, test.err, "%v", test.shape)
	}
	require.ErrorContains(t, Type{DType: 1}.Check(), "no dtype 1")
	require.ErrorIs(t, F32(math.MaxInt32, 2).Check(), ErrTooLarge)
}

func TestAddErrors(t *testing.T) {
	g := New("g")
	x, err := g.AddInput("x", F32(2))
	require.NoError(t, err)

	_, err = g.AddInput("x", F32(2))
	require.EqualError(t, err, `input "x": there is a value of this name already`)
	_, err = g.AddInput("", F32(2))
	require.EqualError(t, err, `input "": a value needs a name`)
	_, err = g.AddConst("c", F32(-1), &Const{Source: Splat(0)})
	require.EqualError(t, err, `constant "c": shape f32[-1] has a negative axis`)

	_, err = g.AddNode("n", "net.prototxt:1:2", Sigmoid{}, nil, "y")
	require.EqualError(t, err, `net.prototxt:1:2: layer "n": needs 1 input, has 0`)
	var nodeErr *NodeError
	require.ErrorAs(t, err, &nodeErr)
	require.Equal(t, "n", nodeErr.Node.Name)
	_, err = g.AddNode("n", "", Sigmoid{}, []*Value{x}, "y", "z")
	require.EqualError(t, err, `layer "n": has 2 outputs, gives 1`)
	_, err = g.AddNode("n", "", Sigmoid{}, []*Value{{Name: "x"}}, "y")
	require.EqualError(t, err, `layer "n": input 0 is not of this graph`)
	_, err = g.AddNode("n", "", Sigmoid{}, []*Value{nil}, "y")
	require.EqualError(t, err, `layer "n": input 0 is not of this graph`)

	_, err = g.AddNode("n", "", Split{Outputs: 2}, []*Value{x}, "y", "x")
	require.EqualError(t, err, `layer "n": output "x": there is a value of this name already`)
	require.Nil(t, g.Value("y"), "a node that fails leaves nothing")
	require.Empty(t, g.Nodes)
	require.NoError(t, g.Verify())

	in := []*Value{x}
	n, err := g.AddNode("n", "", Sigmoid{}, in, "y")
	require.NoError(t, err)
	in[0] = nil
	require.Same(t, x, n.In[0], "the caller's slice stays the caller's")
}

func TestCost(t *testing.T) {
	g := parse(t, `graph "g"
input %x f32[2,4,5,5]
input %gate f32[2,6]
const %w f32[6,2,3,3] = splat(1)
const %b f32[6] = splat(1)
const %factor f32[1] = splat(1)
const %fc f32[7,150] = splat(1)
%a f32[2,6,5,5] = Convolution(%x, %w, %b) {Axis=1 Kernel=[3,3] Pad=[1,1] Stride=[1,1] Dilation=[1,1] Group=2 Bias=true}
%c f32[2,6,5,5] = BatchNorm(%a, %b, %b, %factor)
%d f32[2,6,5,5] = Scale(%c, %b, %b) {Axis=1 Bias=true}
%e f32[2,6,5,5] = Scale(%d, %gate) {Dynamic=true}
%f f32[2,6,5,5] = PReLU(%e, %b)
%y f32[2,7] = InnerProduct(%f, %fc) {Axis=1}
output %y
`)
	costs := make([]Cost, len(g.Nodes))
	for i, n := range g.Nodes {
		costs[i] = n.Cost()
	}
	require.Equal(t, []Cost{
		{Parameters: 6*2*9 + 6, MultiplyAdds: 2 * 6 * 25 * 2 * 9},
		{Statistics: 6 + 6 + 1},
		{Parameters: 12},
		{},
		{Parameters: 6},
		{Parameters: 7 * 150, MultiplyAdds: 2 * 7 * 150},
	}, costs)
	require.Equal(t, Cost{
		Parameters:   6*2*9 + 6 + 7*150,
		Statistics:   1,
		MultiplyAdds: 2*6*25*2*9 + 2*7*150,
	}, g.Cost(), "b is counted once, with the convolution that comes first")

	se := SqueezeExcite{ReduceBias: true, ExpandBias: true, Residual: true}
	m := F32(2, 6, 5, 7)
	require.Equal(t, Cost{Parameters: 18 + 3 + 18 + 6, MultiplyAdds: 2 * 36}, se.Cost(in(m, F32(3, 6), F32(3), F32(6, 3), F32(6), m), in(m)))
	require.Equal(t, Cost{Parameters: 36, MultiplyAdds: 2 * 36}, SqueezeExcite{}.Cost(in(m, F32(3, 6), F32(6, 3)), in(m)))

	transposed := InnerProduct{Axis: 1, Transpose: true, Bias: true}
	require.Equal(t, Cost{Parameters: 33 + 11, MultiplyAdds: 66}, transposed.Cost(in(F32(2, 3), F32(3, 11), F32(11)), in(F32(2, 11))))
}

func TestRegister(t *testing.T) {
	require.PanicsWithValue(t, "ir: op ReLU registered twice", func() { Register(ReLU{}) })
	require.PanicsWithValue(t, "ir: op Bad: field Field has the type map[string]int, which graph text does not have", func() { Register(badOp[map[string]int]{}) })
	require.Panics(t, func() { Register(badOp[float64]{}) })
	require.Panics(t, func() { Register(&badOp[int]{}) })
	for _, op := range Ops() {
		require.NotEqual(t, "Bad", op.Kind())
	}
}

type badOp[T any] struct{ Field T }

func (badOp[T]) Kind() string                 { return "Bad" }
func (badOp[T]) Infer([]Type) ([]Type, error) { return nil, nil }
func (badOp[T]) Cost(_, _ []Type) Cost        { return Cost{} }

const small = `graph "small"
input %x f32[1,2]
const %w f32[3,2] = splat(1)
%a f32[1,3] = InnerProduct(%x, %w) {Axis=1} layer "fc"
%b f32[1,3], %c f32[1,3] = Split(%a) {Outputs=2} layer "split"
%y f32[1,3] = Eltwise(%b, %c) {Operation=SUM} layer "sum"
output %y
`

func TestVerify(t *testing.T) {
	for name, test := range map[string]struct {
		damage func(g *Graph)
		want   string
	}{
		"sound":           {func(*Graph) {}, ""},
		"node order":      {func(g *Graph) { g.Nodes[0], g.Nodes[1] = g.Nodes[1], g.Nodes[0] }, `layer "split": input "a" is used before it is defined`},
		"node twice":      {func(g *Graph) { g.Nodes = append(g.Nodes, g.Nodes[0]) }, `layer "fc": is listed twice`},
		"node nil":        {func(g *Graph) { g.Nodes = append(g.Nodes, nil) }, "node is nil"},
		"no op":           {func(g *Graph) { g.Nodes[0].Op = nil }, `layer "fc": has no op`},
		"type":            {func(g *Graph) { g.Value("y").Type = F32(3) }, `layer "sum": output "y" is f32[3], Eltwise gives f32[1,3]`},
		"infer":           {func(g *Graph) { g.Nodes[2].Op = Sigmoid{} }, `layer "sum": needs 1 input, has 2`},
		"outputs":         {func(g *Graph) { g.Nodes[1].Op = Split{Outputs: 3} }, `layer "split": has 2 outputs, gives 3`},
		"negative type":   {func(g *Graph) { g.Value("y").Type = F32(-3) }, "output \"y\": shape f32[-3] has a negative axis\nlayer \"sum\": output \"y\" is f32[-3], Eltwise gives f32[1,3]"},
		"def":             {func(g *Graph) { g.Value("c").Def = g.Nodes[0] }, `layer "split": output "c" does not say that it is output 1 of this node`},
		"index":           {func(g *Graph) { g.Value("c").Index = 0 }, `layer "split": output "c" does not say that it is output 1 of this node`},
		"const output":    {func(g *Graph) { g.Value("y").Const = &Const{Source: Splat(0)} }, `layer "sum": output "y" has the elements of a constant`},
		"no source":       {func(g *Graph) { g.Value("w").Const.Source = nil }, `constant "w" has no source`},
		"no const":        {func(g *Graph) { g.Value("w").Const = nil }, `constant "w" has no source`},
		"literal":         {func(g *Graph) { g.Value("w").Const.Source = Literal{1} }, `constant "w" of type f32[3,2] has 1 elements`},
		"const def":       {func(g *Graph) { g.Value("w").Def = g.Nodes[0] }, `constant "w" is computed by a node`},
		"input def":       {func(g *Graph) { g.Value("x").Def = g.Nodes[0] }, `input "x" is computed by a node or a constant`},
		"input nil":       {func(g *Graph) { g.Nodes[0].In[1] = nil }, `layer "fc": input 1 is nil`},
		"nil input":       {func(g *Graph) { g.Inputs = append(g.Inputs, nil) }, "input is nil"},
		"nil const":       {func(g *Graph) { g.Consts = append(g.Consts, nil) }, "constant is nil"},
		"nil output":      {func(g *Graph) { g.Outputs = append(g.Outputs, nil) }, "output of the graph is nil"},
		"foreign":         {func(g *Graph) { g.Nodes[0].In[0] = &Value{Name: "x", Type: F32(1, 2)} }, `layer "fc": input "x" is not of this graph`},
		"foreign output":  {func(g *Graph) { g.Outputs[0] = &Value{Name: "q"} }, `output "q" of the graph is not of this graph`},
		"output twice":    {func(g *Graph) { g.Outputs = append(g.Outputs, g.Outputs[0]) }, `output "y" of the graph is given twice`},
		"unlisted input":  {func(g *Graph) { g.Inputs = nil }, "layer \"fc\": input \"x\" is used before it is defined\nvalue \"x\" is known by name, but is no input, constant or output of a node"},
		"input twice":     {func(g *Graph) { g.Inputs = append(g.Inputs, g.Inputs[0]) }, `input "x" is listed twice`},
		"renamed":         {func(g *Graph) { g.Value("y").Name = "z" }, `output "z" is not known by its name`},
		"name of another": {func(g *Graph) { g.Value("y").Name = "b" }, `output "b" has the name of another value`},
		"no name":         {func(g *Graph) { g.Value("y").Name = "" }, `output of type f32[1,3] has no name`},
	} {
		t.Run(name, func(t *testing.T) {
			g := parse(t, small)
			test.damage(g)
			err := g.Verify()
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			for line := range strings.Lines(test.want) {
				require.Contains(t, strings.Split(err.Error(), "\n"), strings.TrimSuffix(line, "\n"))
			}
			require.Equal(t, err.Error(), g.Verify().Error(), "the order is always the same")
		})
	}
}
