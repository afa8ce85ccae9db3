package ir

import (
	"fmt"
	"slices"
)

// Use is one place where a value is taken: input number Index of a node.
type Use struct {
	Node  *Node
	Index int
}

// Uses says where a value is used.
type Uses struct {
	// By lists the inputs of nodes that are the value, in the order of the graph.
	By []Use
	// Output says that the value is an output of the graph.
	Output bool
}

// Uses returns where each value is used. Values that nobody uses are not in it.
func (g *Graph) Uses() map[*Value]Uses {
	uses := map[*Value]Uses{}
	for _, n := range g.Nodes {
		for i, v := range n.In {
			u := uses[v]
			u.By = append(u.By, Use{n, i})
			uses[v] = u
		}
	}
	for _, v := range g.Outputs {
		u := uses[v]
		u.Output = true
		uses[v] = u
	}
	return uses
}

// ReplaceUses makes all that uses one value use another of the same graph: nodes
// and the outputs of the graph. Nodes that the new value is itself computed from
// keep the old one, so that a node may be put in behind a value. Afterwards the
// nodes are again in an order in which they can run. Types are the caller's
// affair, as Verify tells.
func (g *Graph) ReplaceUses(old, new *Value) {
	if old == new {
		return
	}
	keep := map[*Node]bool{}
	ancestors(new.Def, func(n *Node) { keep[n] = true }, map[*Node]bool{})
	for _, n := range g.Nodes {
		if keep[n] {
			continue
		}
		replace(n.In, old, new)
	}
	replace(g.Outputs, old, new)
	g.sort()
}

// ReplaceAllUses makes all that uses a key of the map use what the map gives for
// it, and what it gives for that in turn: nodes and the outputs of the graph. No
// new value may be computed from the one that it is for. A node that computes a
// new value comes to the place of the node that computed the old one, and then the
// nodes are again in an order in which they can run. Types are the caller's
// affair, as Verify tells.
func (g *Graph) ReplaceAllUses(by map[*Value]*Value) {
	last := func(v *Value) *Value {
		for by[v] != nil {
			v = by[v]
		}
		return v
	}
	inPlaceOf := map[*Node][]*Node{}
	for _, n := range g.Nodes {
		for i, v := range n.In {
			n.In[i] = last(v)
		}
		for _, v := range n.Out {
			if v != last(v) && last(v).Def != nil {
				inPlaceOf[n] = append(inPlaceOf[n], last(v).Def)
			}
		}
	}
	for i, v := range g.Outputs {
		g.Outputs[i] = last(v)
	}
	moved := make([]*Node, 0, len(g.Nodes))
	seen := map[*Node]bool{}
	for _, n := range g.Nodes {
		for _, m := range append(inPlaceOf[n], n) {
			if !seen[m] {
				seen[m] = true
				moved = append(moved, m)
			}
		}
	}
	g.Nodes = moved
	g.sort()
}

func replace(values []*Value, old, new *Value) {
	for i, v := range values {
		if v == old {
			values[i] = new
		}
	}
}

// ancestors calls visit for a node and all that it is computed from, each after
// those that come before it, and only for nodes that are not seen yet.
func ancestors(n *Node, visit func(*Node), seen map[*Node]bool) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	for _, v := range n.In {
		ancestors(v.Def, visit, seen)
	}
	visit(n)
}

// sort puts the nodes in an order in which they can run, the present one where
// it will do.
func (g *Graph) sort() {
	sorted := make([]*Node, 0, len(g.Nodes))
	seen := map[*Node]bool{}
	for _, n := range g.Nodes {
		ancestors(n, func(n *Node) { sorted = append(sorted, n) }, seen)
	}
	g.Nodes = sorted
}

// Sweep removes the nodes that no output of the graph is computed from, with
// their values, and the constants that nobody uses any more. Inputs stay.
func (g *Graph) Sweep() {
	live := map[*Node]bool{}
	seen := map[*Node]bool{}
	for _, v := range g.Outputs {
		ancestors(v.Def, func(n *Node) { live[n] = true }, seen)
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n *Node) bool {
		if live[n] {
			return false
		}
		for _, v := range n.Out {
			delete(g.names, v.Name)
		}
		return true
	})
	uses := g.Uses()
	g.Consts = slices.DeleteFunc(g.Consts, func(v *Value) bool {
		if _, used := uses[v]; used {
			return false
		}
		delete(g.names, v.Name)
		return true
	})
}

// SetOutputs makes these values the outputs of the graph, in place of those that
// it has. Each must be of the graph and be given once; else the outputs stay.
func (g *Graph) SetOutputs(values ...*Value) error {
	seen := map[*Value]bool{}
	for i, v := range values {
		switch {
		case !g.has(v):
			return fmt.Errorf("output %d is not of this graph", i)
		case seen[v]:
			return fmt.Errorf("output %q is given twice", v.Name)
		}
		seen[v] = true
	}
	g.Outputs = slices.Clone(values)
	return nil
}
