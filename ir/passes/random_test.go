package passes_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// A randomNet grows a graph of maps 2×C×5×4 and vectors from a seed.
type randomNet struct {
	*ir.Graph
	t      testing.TB
	r      *rand.Rand
	maps   []*ir.Value
	rows   []*ir.Value
	shared []*ir.Value // weights that may be used again
}

func newRandomNet(t testing.TB, seed uint64) *randomNet {
	n := &randomNet{Graph: ir.New(fmt.Sprint(seed)), t: t, r: rand.New(rand.NewPCG(seed, 1))}
	for _, name := range []string{"x", "y"} {
		v, err := n.AddInput(name, ir.F32(2, 4, 5, 4))
		require.NoError(t, err)
		n.maps = append(n.maps, v)
	}
	for range 6 + n.r.IntN(10) {
		n.grow()
	}
	n.rows = append(n.rows, n.node(ir.InnerProduct{Axis: 1}, n.last(), n.weights(3, 4*5*4)))
	for range n.r.IntN(6) {
		n.growRow()
	}
	n.chooseOutputs()
	return n
}

func (n *randomNet) flip() bool { return n.r.IntN(2) == 0 }

func (n *randomNet) last() *ir.Value { return n.maps[len(n.maps)-1] }

// pick returns one of the latest maps, most often the last.
func (n *randomNet) pick() *ir.Value { return n.maps[max(0, len(n.maps)-1-max(0, n.r.IntN(9)-6))] }

// node adds a node and returns its first output.
func (n *randomNet) node(op ir.Op, in ...*ir.Value) *ir.Value {
	names := []string{fmt.Sprintf("v%d", len(n.Nodes))}
	if s, ok := op.(ir.Split); ok {
		for i := 1; i < s.Outputs; i++ {
			names = append(names, fmt.Sprintf("v%d_%d", len(n.Nodes), i))
		}
	}
	m, err := n.AddNode("layer"+names[0], "", op, in, names...)
	require.NoError(n.t, err)
	return m.Out[n.r.IntN(len(m.Out))]
}

func (n *randomNet) constant(s ir.Source, shape ...int) *ir.Value {
	v, err := n.AddConst(fmt.Sprintf("c%d", len(n.Consts)), ir.F32(shape...), &ir.Const{Source: s})
	require.NoError(n.t, err)
	return v
}

// weights returns a constant, at times one that other nodes use.
func (n *randomNet) weights(shape ...int) *ir.Value {
	for _, v := range n.shared {
		if v.Type.Equal(ir.F32(shape...)) && n.r.IntN(4) == 0 {
			return v
		}
	}
	v := n.constant(ir.Rand(n.r.Uint64()), shape...)
	n.shared = append(n.shared, v)
	return v
}

// positive returns a constant in [0.25, 0.75] or so, whatever is drawn.
func (n *randomNet) positive(count int) *ir.Value {
	elements := make(ir.Literal, count)
	for i := range elements {
		elements[i] = 0.25 + n.r.Float32()/2
	}
	return n.constant(elements, count)
}

// grow adds a map, by what nets are made of.
func (n *randomNet) grow() {
	x := n.pick()
	var y *ir.Value
	switch n.r.IntN(14) {
	case 0, 1, 2:
		y = n.normalized(n.convolution(x))
	case 3:
		y = n.convolution(x)
	case 4:
		y = n.normalized(x)
	case 5, 6:
		y = n.node(ir.ReLU{NegativeSlope: []float32{0, 0, 0.1}[n.r.IntN(3)]}, x)
	case 7, 8:
		op := ir.Eltwise{Operation: []ir.EltwiseOp{ir.EltwiseSum, ir.EltwiseSum, ir.EltwiseMax}[n.r.IntN(3)]}
		if op.Operation == ir.EltwiseSum && n.flip() {
			op.Coeff = []float32{1, []float32{1, -0.5}[n.r.IntN(2)]}
		}
		y = n.node(op, x, n.pick())
	case 9:
		y = n.node([]ir.Op{ir.Split{Outputs: 2}, ir.Dropout{Ratio: 0.5, ScaleTrain: n.flip()}, ir.Flatten{Axis: 1, EndAxis: 1}, ir.Reshape{Shape: []int{0, 4}, NumAxes: 2}}[n.r.IntN(4)], x)
	case 10, 11, 12:
		y = n.squeezeExcite(x)
	case 13:
		y = n.node(ir.Sigmoid{}, x)
	}
	if n.r.IntN(3) == 0 {
		y = n.node(ir.ReLU{}, y)
	}
	n.maps = append(n.maps, y)
}

func (n *randomNet) convolution(x *ir.Value) *ir.Value {
	group := []int{1, 1, 2, 4}[n.r.IntN(4)]
	k := []int{1, 3}[n.r.IntN(2)]
	op := ir.Convolution{Axis: 1, Kernel: []int{k, k}, Pad: []int{k / 2, k / 2}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: group, Bias: n.flip()}
	in := []*ir.Value{x, n.weights(4, 4/group, k, k)}
	if op.Bias {
		in = append(in, n.weights(4))
	}
	return n.node(op, in...)
}

// normalized adds BatchNorm and Scale, or one of them, or a Scale of another axis.
func (n *randomNet) normalized(x *ir.Value) *ir.Value {
	channels := x.Type.Shape[1]
	if n.r.IntN(4) > 0 {
		op := ir.BatchNorm{Eps: 1e-5, UseGlobalStats: n.r.IntN(5) > 0}
		factor := []ir.Source{ir.Splat(0), ir.Splat(1), ir.Splat(3)}[n.r.IntN(3)]
		if factor == ir.Splat(0) {
			op.Eps = 0.5
		}
		x = n.node(op, x, n.weights(channels), n.positive(channels), n.constant(factor, 1))
	}
	if n.r.IntN(4) == 0 {
		return x
	}
	op := ir.Scale{Axis: 1, Bias: n.flip()}
	shape := []int{channels}
	switch n.r.IntN(5) {
	case 0:
		op.Axis, shape = 0, []int{}
	case 1:
		op.Axis, shape = -1, x.Type.Shape[x.Type.Rank()-1:]
	}
	in := []*ir.Value{x, n.weights(shape...)}
	if op.Bias {
		in = append(in, n.weights(shape...))
	}
	return n.node(op, in...)
}

// squeezeExcite adds a block of one form or another, at times of none that is one.
func (n *randomNet) squeezeExcite(x *ir.Value) *ir.Value {
	squeezed := x
	if n.r.IntN(8) == 0 {
		squeezed = n.pick()
	}
	v := n.node(ir.Pooling{Method: []ir.PoolMethod{ir.PoolAve, ir.PoolAve, ir.PoolAve, ir.PoolMax}[n.r.IntN(4)], Global: true}, squeezed)
	conv := ir.Convolution{Axis: 1, Kernel: []int{1, 1}, Pad: []int{0, 0}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: 1}
	flat := n.flip()
	product := func(v *ir.Value, m, k int) *ir.Value {
		bias := n.flip()
		var op ir.Op = conv
		in := []*ir.Value{v, nil}
		if flat {
			transpose := n.r.IntN(8) == 0
			op, in[1] = ir.InnerProduct{Axis: 1, Bias: bias, Transpose: transpose}, n.weights(m, k)
			if transpose {
				in[1] = n.weights(k, m)
			}
		} else {
			c := conv
			c.Bias = bias
			op, in[1] = c, n.weights(m, k, 1, 1)
		}
		if bias {
			in = append(in, n.weights(m))
		}
		y := n.node(op, in...)
		if n.r.IntN(4) == 0 {
			y = n.normalized(y)
		}
		return y
	}
	v = n.node(ir.ReLU{}, product(v, 3, 4))
	v = n.node(ir.Sigmoid{}, product(v, 4, 3))
	if n.r.IntN(12) == 0 {
		n.maps = append(n.maps, n.node(ir.Axpy{}, v, n.pick(), n.pick())) // another user of the gate
	}
	if n.flip() {
		return n.node(ir.Axpy{}, v, x, n.pick())
	}
	if v.Type.Rank() == 4 {
		v = n.node(ir.Reshape{Shape: []int{0, 0}, NumAxes: -1}, v)
	}
	y := n.node(ir.Scale{Dynamic: true}, x, v)
	if n.flip() {
		y = n.node(ir.Eltwise{Operation: ir.EltwiseSum}, n.pick(), y)
	}
	return y
}

// growRow adds a vector.
func (n *randomNet) growRow() {
	x := n.rows[len(n.rows)-1]
	var y *ir.Value
	switch n.r.IntN(4) {
	case 0:
		y = n.normalized(n.node(ir.InnerProduct{Axis: 1, Transpose: true, Bias: true}, x, n.weights(3, 3), n.weights(3)))
	case 1:
		y = n.normalized(x)
	case 2:
		y = n.node(ir.ReLU{}, x)
	case 3:
		y = n.node(ir.Flatten{Axis: 1, EndAxis: -1}, x)
	}
	n.rows = append(n.rows, y)
}

// chooseOutputs makes the last row an output, and some values besides.
func (n *randomNet) chooseOutputs() {
	outputs := []*ir.Value{n.rows[len(n.rows)-1]}
	for _, m := range n.Nodes {
		for _, v := range m.Out {
			if v != outputs[0] && n.r.IntN(12) == 0 {
				outputs = append(outputs, v)
			}
		}
	}
	require.NoError(n.t, n.SetOutputs(outputs...))
}

// requireRewritten runs each pass alone, and all of them, on a random net: the
// result computes the same, at another batch too, and is made once for all.
func requireRewritten(t testing.TB, seed uint64) map[string]int {
	n := newRandomNet(t, seed)
	require.NoError(t, n.Verify())
	lists := [][]passes.Pass{passes.Default()}
	for _, p := range passes.Default() {
		lists = append(lists, []passes.Pass{p})
	}
	batch := map[string][]int{"x": {3, 4, 5, 4}, "y": {3, 4, 5, 4}}
	for _, ps := range lists {
		g := duplicate(t, n.Graph)
		require.NoError(t, passes.Run(g, ps...))
		requireSameOutputs(t, n.Graph, g)
		requireTwiceIsOnce(t, g, ps...)
		want, err := n.Reshape(batch)
		require.NoError(t, err)
		have, err := g.Reshape(batch)
		require.NoError(t, err)
		requireSameOutputs(t, want, have)
	}
	all := duplicate(t, n.Graph)
	require.NoError(t, passes.Run(all, passes.Default()...))
	return countOps(all)
}

func TestRandomNets(t *testing.T) {
	total := map[string]int{}
	for seed := range uint64(150) {
		for kind, count := range requireRewritten(t, seed) {
			total[kind] += count
		}
	}
	for _, kind := range []string{
		"Convolution", "Convolution+ReLU", "Convolution+sum", "Convolution+sum+ReLU", "InnerProduct", "InnerProduct+ReLU",
		"SqueezeExcite", "SqueezeExcite+ReLU", "SqueezeExcite+sum", "SqueezeExcite+sum+ReLU", "BatchNorm", "Scale", "Axpy",
	} {
		require.Positive(t, total[kind], "%s among %v", kind, total)
	}
}

func FuzzRandomNets(f *testing.F) {
	f.Add(uint64(1 << 40))
	f.Fuzz(func(t *testing.T, seed uint64) { requireRewritten(t, seed) })
}
