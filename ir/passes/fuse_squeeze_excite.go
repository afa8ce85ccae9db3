package passes

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// fuseSqueezeExcite makes one node of each squeeze-and-excitation block, with the
// addition of a shortcut where there is one. A block with transposed weights stays
// as it is.
func fuseSqueezeExcite(g *ir.Graph) error {
	return rounds(g, func(r *rewriter) {
		for _, se := range FindSqueezeExcite(g) {
			r.fuseBlock(se)
		}
	})
}

func (r *rewriter) fuseBlock(se SqueezeExcite) {
	nodes := append(slices.Clone(se.Nodes), se.Apply)
	if se.Sum != nil {
		nodes = append(nodes, se.Sum)
	}
	changed := slices.ContainsFunc(nodes, func(n *ir.Node) bool { return r.touched[n] })
	if changed || transposed(se.Reduce) || transposed(se.Expand) {
		return
	}
	op := ir.SqueezeExcite{
		ReduceBias: len(se.Reduce.In) > 2, ExpandBias: len(se.Expand.In) > 2,
		Residual: se.Shortcut != nil, ReLU: se.rectified,
	}
	in := []*ir.Value{se.Map}
	for _, n := range []*ir.Node{se.Reduce, se.Expand} {
		in = append(append(in, r.matrix(n.In[1])), n.In[2:]...)
	}
	if op.Residual {
		in = append(in, se.Shortcut)
	}
	r.fuse(nodes, se.Apply, op, in)
}

func transposed(n *ir.Node) bool {
	op, ok := n.Op.(ir.InnerProduct)
	return ok && op.Transpose
}

// matrix returns the weights of a product as a constant of two axes: what the
// product has, or the same elements in another shape.
func (r *rewriter) matrix(w *ir.Value) *ir.Value {
	if w.Type.Rank() == 2 {
		return w
	}
	outputs := w.Type.Shape[0]
	return r.derive(w, ir.F32(outputs, w.Type.Count()/outputs), w.Const)
}
