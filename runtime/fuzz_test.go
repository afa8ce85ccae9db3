package runtime

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A randomNet grows a net of maps from a seed.
type randomNet struct {
	*net
	r    *rand.Rand
	maps []*ir.Value
}

func newRandomNet(t testing.TB, seed uint64) *randomNet {
	n := &randomNet{net: newNet(t), r: rand.New(rand.NewPCG(seed, 1))}
	n.maps = append(n.maps, n.input(1+n.r.IntN(2), n.channels(), 1+n.r.IntN(12), 1+n.r.IntN(12)))
	for range 3 + n.r.IntN(8) {
		n.maps = append(n.maps, n.grow(n.pick()))
	}
	var outputs []*ir.Value
	for _, v := range n.maps {
		if n.r.IntN(5) == 0 {
			outputs = append(outputs, v)
		}
	}
	x := n.maps[len(n.maps)-1]
	x = n.node(ir.InnerProduct{Axis: 1}, x, n.weights(1+n.r.IntN(20), x.Type.Count()/x.Type.Shape[0]))
	n.outputs(append(outputs, n.node(ir.Softmax{Axis: 1}, x))...)
	return n
}

func (n *randomNet) flip() bool { return n.r.IntN(2) == 0 }

func (n *randomNet) channels() int { return []int{1, 2, 3, 4, 8, 16, 17, 21, 32, 40}[n.r.IntN(10)] }

// pick returns one of the maps, most often one of the last.
func (n *randomNet) pick() *ir.Value {
	return n.maps[len(n.maps)-1-n.r.IntN(n.r.IntN(len(n.maps))+1)]
}

// like returns another value of the type, if there is one.
func (n *randomNet) like(x *ir.Value) *ir.Value {
	for _, v := range n.maps {
		if v.Type.Equal(x.Type) && n.flip() {
			return v
		}
	}
	return x
}

// grow returns a map made of another one.
func (n *randomNet) grow(x *ir.Value) *ir.Value {
	switch n.r.IntN(13) {
	case 0, 1, 2, 3:
		return n.randomConvolution(x)
	case 4:
		return n.randomPooling(x)
	case 5:
		return n.node(ir.ReLU{NegativeSlope: []float32{0, 0.1}[n.r.IntN(2)]}, x)
	case 6:
		return n.node(ir.PReLU{}, x, n.weights(x.Type.Shape[1]))
	case 7:
		return n.node(ir.Eltwise{Operation: []ir.EltwiseOp{ir.EltwiseSum, ir.EltwiseSum, ir.EltwiseMax}[n.r.IntN(3)], ReLU: n.flip()}, x, n.like(x))
	case 8:
		return n.node(ir.Concat{Axis: 1}, x, n.like(x), n.input(x.Type.Shape[0], n.channels(), x.Type.Shape[2], x.Type.Shape[3]))
	case 9:
		return n.node(ir.Sigmoid{}, x)
	case 10:
		return n.squeezeExcite(x)
	case 11:
		gate := n.node(ir.Sigmoid{}, n.node(ir.Pooling{Method: ir.PoolMethod(n.r.IntN(2)), Global: true}, x))
		return n.node(ir.Axpy{ReLU: n.flip()}, gate, x, n.like(x))
	default:
		return n.node(ir.Reshape{Shape: []int{0, -1, x.Type.Shape[3], x.Type.Shape[2]}, NumAxes: -1}, x)
	}
}

func (n *randomNet) randomConvolution(x *ir.Value) *ir.Value {
	op := conv(1, 0, 1, 1, 1)
	out := n.channels()
	if c := x.Type.Shape[1]; n.flip() {
		op.Group = 1 + n.r.IntN(c)
		for c%op.Group != 0 {
			op.Group--
		}
		out = op.Group * []int{1, 2, 4, 8, 16, c / op.Group}[n.r.IntN(6)]
	}
	for axis, side := range x.Type.Shape[2:] {
		op.Stride[axis], op.Dilation[axis], op.Pad[axis] = 1+n.r.IntN(3), 1+n.r.IntN(2), n.r.IntN(4)
		op.Kernel[axis] = 1 + n.r.IntN(min(5, (side+2*op.Pad[axis]-1)/op.Dilation[axis]+1))
	}
	op.Bias, op.ReLU = n.flip(), n.flip()
	if out > 80 {
		out = op.Group
	}
	y := n.convolution(op, out, x)
	if n.r.IntN(3) == 0 {
		return n.node(ir.Eltwise{Operation: ir.EltwiseSum}, y, n.like(y))
	}
	return y
}

// randomPooling has no window outside the map: that would make 0/0.
func (n *randomNet) randomPooling(x *ir.Value) *ir.Value {
	op := ir.Pooling{Method: ir.PoolMethod(n.r.IntN(2)), Round: ir.RoundMode(n.r.IntN(2))}
	for _, side := range x.Type.Shape[2:] {
		kernel := 1 + n.r.IntN(min(side, 4))
		op.Kernel = append(op.Kernel, kernel)
		op.Pad = append(op.Pad, n.r.IntN(kernel))
		op.Stride = append(op.Stride, 1+n.r.IntN(kernel))
	}
	return n.node(op, x)
}

func (n *randomNet) squeezeExcite(x *ir.Value) *ir.Value {
	op := ir.SqueezeExcite{ReduceBias: n.flip(), ExpandBias: n.flip(), Residual: n.flip(), ReLU: n.flip()}
	c, hidden := x.Type.Shape[1], 1+n.r.IntN(20)
	in := []*ir.Value{x, n.weights(hidden, c)}
	if op.ReduceBias {
		in = append(in, n.weights(hidden))
	}
	in = append(in, n.weights(c, hidden))
	if op.ExpandBias {
		in = append(in, n.weights(c))
	}
	if op.Residual {
		in = append(in, n.like(x))
	}
	return n.node(op, in...)
}

// TestLower sees that all kernels are reached.
func TestLower(t *testing.T) {
	nets := uint64(200)
	if testing.Short() {
		nets = 25
	}
	seen := map[string]bool{}
	for seed := range nets {
		n := newRandomNet(t, seed)
		t.Run(fmt.Sprint(seed), func(t *testing.T) { requireRight(t, n.Graph) })
		for _, name := range newPlan(t, newModel(t, n.Graph, Options{})).Kernels() {
			seen[name] = true
		}
	}
	for _, name := range []string{
		"conv", "grouped", "halves", "depthwise", "pool_MAX", "pool_AVE", "means", "reduce", "expand", "sigmoid", "scale_add",
		"relu", "add", "concat", "product", "softmax", "reorder", "reference:Sigmoid", "reference:Concat", "reference:Convolution",
	} {
		require.True(t, seen[name] || testing.Short(), "%s among %v", name, seen)
	}
}

func FuzzLower(f *testing.F) {
	f.Add(uint64(1 << 40))
	f.Fuzz(func(t *testing.T, seed uint64) { requireRight(t, newRandomNet(t, seed).Graph) })
}
