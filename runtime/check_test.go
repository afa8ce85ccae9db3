package runtime

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// unit is the most that rounding to float32 changes a number by, relative to it.
const unit = 0x1p-24

// requireRight runs a graph under every instruction set, as it is and fused. Each
// node's output must be what its reference function makes of the very inputs that
// the node had, within the bound of limits; and the outputs of the graph must be
// the same bits when only they are asked for, on several threads.
func requireRight(t testing.TB, g *ir.Graph) {
	t.Helper()
	fused, err := g.Reshape(nil)
	require.NoError(t, err)
	require.NoError(t, passes.Run(fused, passes.Default()...))
	inputs := randomInputs(g)
	for _, isa := range isas() {
		for _, g := range []*ir.Graph{g, fused} {
			all := answers(t, g, Options{ISA: isa, NoFuse: true, Keep: computed(g)}, 1, inputs)
			for _, n := range g.Nodes {
				requireNode(t, n, all, inputs)
			}
			out := answers(t, g, Options{ISA: isa, NoFuse: true}, 3, inputs)
			for name := range all {
				if out[name] == nil {
					delete(all, name)
				}
			}
			requireSameBits(t, all, out, "%s", isa)
		}
	}
}

// computed returns the names of all values that nodes compute.
func computed(g *ir.Graph) []string {
	var names []string
	for _, n := range g.Nodes {
		for _, v := range n.Out {
			names = append(names, v.Name)
		}
	}
	return names
}

// requireNode holds a node's outputs against its reference function.
func requireNode(t testing.TB, n *ir.Node, all ...tensors) {
	t.Helper()
	in := make([]*tensor.Tensor, len(n.In))
	for i, v := range n.In {
		in[i] = elements(v, all...)
	}
	want := alone(t, n, in)
	limit := limits(t, n, in)
	for i, v := range n.Out {
		have := all[0][v.Name]
		require.Equal(t, v.Type.Shape, have.Shape)
		for j, w := range want[i].Data {
			h := have.Data[j]
			if w == h || w != w && h != h {
				continue
			}
			if off := math.Abs(float64(w) - float64(h)); !(off <= limit(i, j)) {
				t.Fatalf("%v: %s[%d] is %v instead of %v: off by %.3g, allowed are %.3g", n, v.Name, j, h, w, off, limit(i, j))
			}
		}
	}
}

// elements returns those of a constant, or of a value that is in one of the maps.
func elements(v *ir.Value, all ...tensors) *tensor.Tensor {
	if v.Const != nil {
		x := tensor.New(v.Type.Shape...)
		v.Const.Source.Read(x.Data, 0)
		return x
	}
	for _, m := range all {
		if m[v.Name] != nil {
			return m[v.Name]
		}
	}
	return nil
}

// alone runs one node by its reference function.
func alone(t testing.TB, n *ir.Node, in []*tensor.Tensor) []*tensor.Tensor {
	t.Helper()
	g := newNet(t)
	given := tensors{}
	var values []*ir.Value
	for _, x := range in {
		v := g.input(x.Shape...)
		given[v.Name] = x
		values = append(values, v)
	}
	out := g.nodes(n.Op, len(n.Out), values...)
	results := expected(t, g.outputs(out...).Graph, given)
	list := make([]*tensor.Tensor, len(out))
	for i, v := range out {
		list[i] = results[v.Name]
	}
	return list
}

// limits returns how far element j of output i of a node may be from the reference
// function's, which is rounded once.
//
// A sum of K products in any order, with a bias and a residual, rounds each term at
// most K+2 times: it is off by no more than (K+3)·u·Σ|a·b|, and the sum is what the
// node makes of the absolute values. Without products the same holds with K for the
// number of terms. A node that has no fast kernel is the reference function's own.
func limits(t testing.TB, n *ir.Node, in []*tensor.Tensor) func(i, j int) float64 {
	exact := func(int, int) float64 { return 0 }
	if _, ok := fast(n); !ok {
		return exact
	}
	roundings := 0
	switch op := n.Op.(type) {
	case ir.Convolution, ir.InnerProduct:
		roundings = n.In[1].Type.Count()/n.In[1].Type.Shape[0] + 3
	case ir.Pooling:
		if op.Method == ir.PoolMax {
			return exact
		}
		roundings = n.In[0].Type.Shape[2]*n.In[0].Type.Shape[3] + 2
		if !op.Global {
			roundings = op.Kernel[0]*op.Kernel[1] + 2
		}
	case ir.SqueezeExcite:
		return squeezeExciteLimits(op, in)
	case ir.Axpy, ir.Eltwise, ir.ReLU, ir.PReLU, ir.Softmax:
		roundings = 3
	case ir.Concat, ir.Reshape, ir.Flatten:
		return exact
	default:
		require.Fail(t, "a fast op without a limit", "%v", n.Op.Kind())
	}
	sizes := in
	if _, ok := n.Op.(ir.Softmax); !ok {
		sizes = absolutes(in)
	}
	size := alone(t, n, sizes)
	return func(i, j int) float64 {
		return float64(roundings)*unit*math.Abs(float64(size[i].Data[j])) + math.SmallestNonzeroFloat32
	}
}

func absolutes(in []*tensor.Tensor) []*tensor.Tensor {
	all := make([]*tensor.Tensor, len(in))
	for i, x := range in {
		all[i] = tensor.New(x.Shape...)
		for j, f := range x.Data {
			all[i].Data[j] = float32(math.Abs(float64(f)))
		}
	}
	return all
}

// squeezeExciteLimits follows the errors through the block: those of the means and
// the two products add up to E·u·Z, where Z is what the second makes of absolute
// values; the sigmoid's slope is at most 1/4, and its result is rounded once.
func squeezeExciteLimits(op ir.SqueezeExcite, in []*tensor.Tensor) func(i, j int) float64 {
	o := op.Operands()
	images, channels := in[0].Shape[0], in[0].Shape[1]
	pixels, hidden := in[0].Shape[2]*in[0].Shape[3], in[1].Shape[0]
	roundings := float64(pixels+2) + float64(channels+2) + float64(hidden+2)
	gates := make([]float64, 0, images*channels)
	for image := range images {
		means := make([]float64, channels)
		for c := range means {
			for _, f := range in[0].Data[(image*channels+c)*pixels:][:pixels] {
				means[c] += math.Abs(float64(f)) / float64(pixels)
			}
		}
		z := absoluteProduct(in, o.Expand, o.ExpandBias, absoluteProduct(in, 1, o.ReduceBias, means))
		for _, size := range z {
			gates = append(gates, roundings*unit*size/4+unit)
		}
	}
	return func(_, j int) float64 {
		limit := math.Abs(float64(in[0].Data[j])) * (gates[j/pixels] + 3*unit)
		if op.Residual {
			limit += 2 * unit * math.Abs(float64(in[o.Shortcut].Data[j]))
		}
		return limit + math.SmallestNonzeroFloat32
	}
}

// absoluteProduct returns |W|·x + |b| for operands of a node.
func absoluteProduct(in []*tensor.Tensor, weights, bias int, x []float64) []float64 {
	y := make([]float64, in[weights].Shape[0])
	for i := range y {
		for k, f := range x {
			y[i] += math.Abs(float64(in[weights].Data[i*len(x)+k])) * f
		}
		if bias >= 0 {
			y[i] += math.Abs(float64(in[bias].Data[i]))
		}
	}
	return y
}
