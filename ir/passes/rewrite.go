package passes

import (
	"cmp"
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A rewriter collects what one round of a pass changes. Uses are those before the
// round, so that a node takes part in one change at most.
type rewriter struct {
	g        *ir.Graph
	uses     map[*ir.Value]ir.Uses
	touched  map[*ir.Node]bool
	replaced map[*ir.Value]*ir.Value
	err      error // the first one
}

// rewrite offers the nodes that a round has not changed yet to match, round after
// round, until one changes nothing.
func rewrite(g *ir.Graph, match func(r *rewriter, n *ir.Node)) error {
	return rounds(g, func(r *rewriter) {
		for _, n := range g.Nodes {
			if !r.touched[n] {
				match(r, n)
			}
		}
	})
}

// rounds calls round until it changes nothing.
func rounds(g *ir.Graph, round func(r *rewriter)) error {
	for {
		r := &rewriter{g: g, uses: g.Uses(), touched: map[*ir.Node]bool{}, replaced: map[*ir.Value]*ir.Value{}}
		round(r)
		if r.err != nil || len(r.replaced) == 0 {
			return r.err
		}
		g.ReplaceAllUses(r.replaced)
		g.Sweep()
	}
}

// fuse adds a node that computes the one output of the last of some nodes; it is
// named as the layer of like. The output gets the name and, at the end of the
// round, the uses of the one that it stands for.
func (r *rewriter) fuse(nodes []*ir.Node, like *ir.Node, op ir.Op, in []*ir.Value) {
	old := nodes[len(nodes)-1].Out[0]
	n, err := r.g.AddNode(like.Name, like.Source, op, in, r.fresh(old.Name))
	if err != nil {
		r.err = cmp.Or(r.err, err)
		return
	}
	r.g.SwapNames(old, n.Out[0])
	r.replaced[old] = n.Out[0]
	for _, n := range nodes {
		r.touched[n] = true
	}
}

// producer returns the node that computes a value which has no use but the one at
// hand, if there is such a node and it has not been changed in this round.
func (r *rewriter) producer(v *ir.Value) *ir.Node {
	if v.Def == nil || len(v.Def.Out) != 1 || soleUser(r.uses, v) == nil || r.touched[v.Def] {
		return nil
	}
	return v.Def
}

// derive adds a constant in the place of an old one, with its name if the old one
// has no other use.
func (r *rewriter) derive(old *ir.Value, t ir.Type, c *ir.Const) *ir.Value {
	v := r.constant(old.Name, t, c)
	if v != nil && soleUser(r.uses, old) != nil {
		r.g.SwapNames(old, v)
	}
	return v
}

// vector adds a constant of one axis.
func (r *rewriter) vector(name string, elements []float64) *ir.Value {
	return r.constant(name, ir.F32(len(elements)), &ir.Const{Source: ir.Literal64(elements)})
}

// constant adds a constant.
func (r *rewriter) constant(name string, t ir.Type, c *ir.Const) *ir.Value {
	v, err := r.g.AddConst(r.fresh(name), t, c)
	r.err = cmp.Or(r.err, err)
	return v
}

// fresh returns a name that no value has: the given one, with a number behind if
// it needs one.
func (r *rewriter) fresh(name string) string {
	for base, n := name, 2; r.g.Value(name) != nil; n++ {
		name = fmt.Sprintf("%s#%d", base, n)
	}
	return name
}
