package ir

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fixedSizeHint says why a node of g does not take other input shapes: a product
// has weights for a fixed part of what a pooling of fixed kernel gives. It is
// empty where that is not the reason.
func (g *Graph) fixedSizeHint(failed *Node, shapes map[string][]int) string {
	var pool, product *Node
	switch failed.Op.(type) {
	case InnerProduct:
		pool, product = poolingAbove(failed), failed
	case Pooling:
		pool, product = failed, g.productBelow(failed)
	}
	if pool == nil || product == nil || pool.Op.(Pooling).Global {
		return ""
	}
	return fmt.Sprintf("layer %q pools a fixed %s and layer %q has weights for %s of it: this net is made for %s",
		pool.Name, sides(pool.Op.(Pooling).Kernel), product.Name, sides(pool.Out[0].Type.Shape[2:]), g.fittingInputs(shapes))
}

// poolingAbove returns the pooling whose elements are those that a node takes.
func poolingAbove(n *Node) *Node {
	for {
		v := onlyData(n)
		if v == nil || v.Def == nil {
			return nil
		}
		n = v.Def
		if _, ok := n.Op.(Pooling); ok {
			return n
		}
		if !keepsElements(n) {
			return nil
		}
	}
}

// productBelow returns the first InnerProduct that takes the elements of a node.
func (g *Graph) productBelow(n *Node) *Node {
	reached := map[*Node]bool{n: true}
	for _, m := range g.Nodes {
		v := onlyData(m)
		if v == nil || v.Def == nil || !reached[v.Def] {
			continue
		}
		if _, ok := m.Op.(InnerProduct); ok {
			return m
		}
		reached[m] = keepsElements(m)
	}
	return nil
}

// onlyData returns the one input of a node that is no constant, or nil.
func onlyData(n *Node) *Value {
	var data *Value
	for _, v := range n.In {
		if v.Const != nil {
			continue
		}
		if data != nil {
			return nil
		}
		data = v
	}
	return data
}

// keepsElements reports whether each output of a node has an element for each of
// its one input that is no constant: ops on single elements and those that
// change the shape alone.
func keepsElements(n *Node) bool {
	v := onlyData(n)
	if v == nil || n.Cost().MultiplyAdds > 0 {
		return false
	}
	if _, ok := n.Op.(Pooling); ok {
		return false
	}
	return !slices.ContainsFunc(n.Out, func(out *Value) bool { return out.Type.Count() != v.Type.Count() })
}

// fittingInputs gives the shapes that the graph has: with the batch asked for
// where it is known to take that, else with its own.
func (g *Graph) fittingInputs(asked map[string][]int) string {
	batched := map[string][]int{}
	for name, shape := range asked {
		own := slices.Clone(g.Value(name).Type.Shape)
		if len(shape) == len(own) && len(own) > 1 {
			own[0] = shape[0]
		}
		batched[name] = own
	}
	r, _, err := g.rebuild(batched)
	if err != nil {
		r = g
	}
	parts := make([]string, len(r.Inputs))
	for i, v := range r.Inputs {
		parts[i] = fmt.Sprintf("%s as %s", v.Name, sides(v.Type.Shape))
	}
	return strings.Join(parts, ", ")
}

// sides gives a shape as people say it: 1x3x224x224.
func sides(shape []int) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "x")
}
