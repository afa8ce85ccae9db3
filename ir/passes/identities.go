package passes

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// dropIdentities takes out nodes whose outputs equal their input: Split, a Dropout
// that does nothing, and a Reshape or Flatten that leaves the shape as it is. An
// output of the graph keeps its name; where that cannot be, since the input is an
// input, a constant or an output of the graph itself, the node stays for it.
func dropIdentities(g *ir.Graph) error {
	return rewrite(g, func(r *rewriter, n *ir.Node) {
		if identity(n) && !r.touched[n.In[0].Def] {
			r.bypass(n)
		}
	})
}

// identity reports whether a node gives its input for every shape of as many axes.
// A Reshape to several given sides, or to one beside an inferred one, does so only
// for some.
func identity(n *ir.Node) bool {
	if op, ok := n.Op.(ir.Reshape); ok {
		given := slices.DeleteFunc(slices.Clone(op.Shape), func(d int) bool { return d == 0 })
		return len(given) <= 1 && sameValue(n)
	}
	return sameValue(n)
}

// bypass has all that uses a node's outputs use its input, but for outputs of the
// graph that cannot.
func (r *rewriter) bypass(n *ir.Node) {
	x := n.In[0]
	renamed := r.takeName(n)
	for _, y := range n.Out {
		if u := r.uses[y]; y == renamed || !u.Output && len(u.By) > 0 {
			r.replaced[y] = x
		}
	}
	r.touched[n] = true
}

// takeName gives the input of a node the name of the one output that the graph has
// as its own, or else of the one output that there is, if nobody needs the input
// by its name. It returns that output, or nil.
func (r *rewriter) takeName(n *ir.Node) *ir.Value {
	x := n.In[0]
	if x.Def == nil || r.uses[x].Output {
		return nil
	}
	var own []*ir.Value
	for _, y := range n.Out {
		if r.uses[y].Output {
			own = append(own, y)
		}
	}
	if len(own) == 0 && len(n.Out) == 1 && len(r.uses[x].By) == 1 {
		own = n.Out
	}
	if len(own) != 1 {
		return nil
	}
	r.g.SwapNames(x, own[0])
	r.touched[x.Def] = true
	return own[0]
}
