package passes

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// SqueezeExcite is a squeeze-and-excitation block: the means of a map's channels
// go through two products with a ReLU between them and a Sigmoid behind, and the
// result scales the channels of that same map.
type SqueezeExcite struct {
	// Map is the map N×C×H×W that is scaled, as Apply takes it.
	Map *ir.Value
	// Squeeze is the average Pooling over all of the map; Reduce and Expand are
	// the products, Convolutions of kernel 1×1 or InnerProducts.
	Squeeze, Reduce, Expand *ir.Node
	// Gate is what the map is scaled by, as Apply takes it: N×C or N×C×1×1.
	Gate *ir.Value
	// Apply is the Axpy or Scale.
	Apply *ir.Node
	// Channels is C, and Hidden the number of outputs of Reduce.
	Channels, Hidden int
	// Nodes are all nodes of the squeeze and the excitation, from the pooling to
	// what gives Gate, in the order in which they run. Nobody else uses what they
	// compute.
	Nodes []*ir.Node
	// Shortcut is what is added to the scaled map: Axpy's third input, or the
	// other input of Sum; nil if there is none.
	Shortcut *ir.Value
	// Sum is the Eltwise that adds Shortcut, and alone uses what Apply gives; nil
	// if Apply is an Axpy or there is no such node.
	Sum *ir.Node
	// rectified says that a ReLU stands behind what Apply or Sum gives, in one node
	// with it.
	rectified bool
}

// FindSqueezeExcite returns the squeeze-and-excitation blocks of a graph, in the
// order of their Apply, but for those that are fused already.
//
// The squeeze is a global AVE pooling, or one whose kernel covers the map
// without a pad whenever it has one window. Split, a Dropout that is the identity, Reshape and Flatten may
// stand anywhere. A Scale applies the gate N×C from axis 0 on, without a bias.
// It is no such block if the gate comes from another map than the one it scales,
// or if a value between the map and Apply has another use or is an output.
func FindSqueezeExcite(g *ir.Graph) []SqueezeExcite {
	uses := g.Uses()
	var found []SqueezeExcite
	for _, n := range g.Nodes {
		if se, ok := matchApply(n); ok && se.matchExcitation(uses) {
			se.matchShortcut(uses)
			found = append(found, se)
		}
	}
	return found
}

// matchApply looks at the node that scales.
func matchApply(n *ir.Node) (SqueezeExcite, bool) {
	se := SqueezeExcite{Apply: n}
	switch op := n.Op.(type) {
	case ir.Axpy:
		se.rectified = op.ReLU
		se.Gate, se.Map, se.Shortcut = n.In[0], n.In[1], n.In[2]
	case ir.Scale:
		se.Map, se.Gate = n.In[0], n.In[1]
		se.rectified = op.ReLU
		fromFirst := op.Axis == 0 || op.Axis == -se.Map.Type.Rank()
		if op.Bias || !fromFirst || se.Gate.Type.Rank() != 2 || se.Map.Type.Rank() != 4 {
			return se, false
		}
	default:
		return se, false
	}
	se.Channels = se.Map.Type.Shape[1]
	// In a map without elements, shapes do not tell which element is whose.
	return se, se.Map.Type.Count() > 0
}

// matchExcitation walks from the gate up to the map.
func (se *SqueezeExcite) matchExcitation(uses map[*ir.Value]ir.Uses) bool {
	w := walk{uses: uses, at: se.Gate}
	batch := se.Map.Type.Shape[0]

	if n := w.up(); n == nil || n.Op != (ir.Sigmoid{}) {
		return false
	}
	se.Expand = w.up()
	expand, ok := productOf(se.Expand)
	if !ok {
		return false
	}
	if n := w.up(); n == nil || n.Op != (ir.ReLU{}) {
		return false
	}
	se.Reduce = w.up()
	reduce, ok := productOf(se.Reduce)
	if !ok {
		return false
	}
	se.Squeeze = w.up()
	if se.Squeeze == nil || !averagesAll(se.Squeeze) || origin(se.Squeeze.In[0]) != origin(se.Map) {
		return false
	}
	se.Hidden = reduce.n
	slices.Reverse(w.nodes)
	se.Nodes = w.nodes
	return reduce == product{batch, se.Channels, se.Hidden} && expand == product{batch, se.Hidden, se.Channels}
}

// matchShortcut looks for the addition behind a Scale.
func (se *SqueezeExcite) matchShortcut(uses map[*ir.Value]ir.Uses) {
	if se.Shortcut != nil || se.rectified {
		return
	}
	scaled := se.Apply.Out[0]
	n := soleUser(uses, scaled)
	for n != nil && sameValue(n) {
		scaled = usedOutput(uses, n)
		if scaled == nil {
			return
		}
		n = soleUser(uses, scaled)
	}
	if n == nil || !addsTwo(n) {
		return
	}
	se.Sum, se.rectified = n, n.Op.(ir.Eltwise).ReLU
	se.Shortcut = n.In[0]
	if se.Shortcut == scaled {
		se.Shortcut = n.In[1]
	}
}

// walk goes from a value up through nodes that nobody else uses.
type walk struct {
	uses  map[*ir.Value]ir.Uses
	at    *ir.Value
	nodes []*ir.Node // that were passed, last first
}

// up returns the node that computes the value at hand, past those that only hand
// its elements on, and goes to that node's first input. It returns nil if a
// value on the way has another use, is an output or is no node's.
func (w *walk) up() *ir.Node {
	for {
		n := w.at.Def
		if n == nil || len(n.In) == 0 || soleUser(w.uses, w.at) == nil || usedOutput(w.uses, n) != w.at {
			return nil
		}
		w.nodes = append(w.nodes, n)
		w.at = n.In[0]
		if !sameElements(n) {
			return n
		}
	}
}

// soleUser returns the node that uses a value in one place, if nothing else does.
func soleUser(uses map[*ir.Value]ir.Uses, v *ir.Value) *ir.Node {
	if u := uses[v]; len(u.By) == 1 && !u.Output {
		return u.By[0].Node
	}
	return nil
}

// usedOutput returns the output of a node that is used, if there is just one.
func usedOutput(uses map[*ir.Value]ir.Uses, n *ir.Node) *ir.Value {
	var used *ir.Value
	for _, v := range n.Out {
		if _, ok := uses[v]; !ok {
			continue
		}
		if used != nil {
			return nil
		}
		used = v
	}
	return used
}

// sameElements reports whether all outputs of a node have the elements of its
// input in the same order, be it in another shape.
func sameElements(n *ir.Node) bool {
	switch op := n.Op.(type) {
	case ir.Split, ir.Reshape, ir.Flatten:
		return true
	case ir.Dropout:
		return op.ScaleTrain || op.Ratio == 0
	}
	return false
}

// sameValue reports whether all outputs of a node equal its input.
func sameValue(n *ir.Node) bool { return sameElements(n) && n.Out[0].Type.Equal(n.In[0].Type) }

// origin returns the value that v is a copy of.
func origin(v *ir.Value) *ir.Value {
	for v.Def != nil && sameValue(v.Def) {
		v = v.Def.In[0]
	}
	return v
}

// averagesAll reports whether a node gives the mean of each channel.
func averagesAll(n *ir.Node) bool {
	p, ok := n.Op.(ir.Pooling)
	if !ok || p.Method != ir.PoolAve {
		return false
	}
	if p.Global {
		return true
	}
	in, out := n.In[0].Type.Shape, n.Out[0].Type.Shape
	if p.Kernel[0] < in[2] || p.Kernel[1] < in[3] || out[2] != 1 || out[3] != 1 || p.Pad[0] != 0 || p.Pad[1] != 0 {
		return false
	}
	// With strides and RoundFloor the one window of a larger map would miss some.
	return p.Round == ir.RoundCeil || all(p.Stride, 1)
}

// product is the size of a matrix product: m rows of k elements to m rows of n.
type product struct{ m, k, n int }

// productOf returns the product by constants that a node is, if it is one and
// nothing is fused into it.
func productOf(n *ir.Node) (product, bool) {
	if n == nil {
		return product{}, false
	}
	switch op := n.Op.(type) {
	case ir.Convolution:
		x, plain := n.In[0].Type.Shape, !op.Residual && !op.ReLU
		size := product{m: count(x[:op.Axis]), k: x[op.Axis], n: n.Out[0].Type.Shape[op.Axis]}
		return size, plain && constants(n.In[1:]) && op.Group == 1 && all(op.Kernel, 1) && all(op.Pad, 0) && all(x[op.Axis+1:], 1)
	case ir.InnerProduct:
		x := n.In[0].Type.Shape
		axis := op.Axis
		if axis < 0 {
			axis += len(x)
		}
		return product{m: count(x[:axis]), k: count(x[axis:]), n: n.Out[0].Type.Shape[axis]}, constants(n.In[1:]) && !op.ReLU
	}
	return product{}, false
}

func constants(values []*ir.Value) bool {
	return !slices.ContainsFunc(values, func(v *ir.Value) bool { return v.Const == nil })
}

func all(dims []int, want int) bool {
	return !slices.ContainsFunc(dims, func(d int) bool { return d != want })
}

func count(dims []int) int { return ir.F32(dims...).Count() }

// addsTwo reports whether a node is the plain sum of two inputs.
func addsTwo(n *ir.Node) bool {
	op, ok := n.Op.(ir.Eltwise)
	if !ok || op.Operation != ir.EltwiseSum || len(n.In) != 2 {
		return false
	}
	return !slices.ContainsFunc(op.Coeff, func(c float32) bool { return c != 1 })
}
