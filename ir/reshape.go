package ir

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Reshape returns the same graph for other shapes of its inputs, by name; inputs
// without a shape keep theirs. Values and nodes are new, while ops and *Const
// are shared. The receiver stays as it is.
//
// A shape that the net cannot take is reported as a *NodeError. Where the reason
// is that the net has a fixed size, the error names the layers that fix it.
func (g *Graph) Reshape(shapes map[string][]int) (*Graph, error) {
	if err := g.checkInputNames(shapes); err != nil {
		return nil, fmt.Errorf("reshape: %w", err)
	}
	r, failed, err := g.rebuild(shapes)
	if err == nil {
		return r, nil
	}
	if failed != nil {
		if hint := g.fixedSizeHint(failed, shapes); hint != "" {
			err = &NodeError{failed, fmt.Errorf("%w; %s", err, hint)}
		} else {
			err = &NodeError{failed, err}
		}
	}
	return nil, fmt.Errorf("reshape: %w", err)
}

// checkInputNames returns an error about the names that are not of inputs.
func (g *Graph) checkInputNames(shapes map[string][]int) error {
	var have, unknown []string
	for _, v := range g.Inputs {
		have = append(have, v.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		if !slices.Contains(have, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return fmt.Errorf("%s: no such input; the graph has %s", quoteAll(unknown), quoteAll(have))
}

func quoteAll(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}

// rebuild makes the graph anew for other input shapes. If a node does not take
// what comes to it, that node of g is returned with the plain reason.
func (g *Graph) rebuild(shapes map[string][]int) (r *Graph, failed *Node, err error) {
	r = New(g.Name)
	fresh := map[*Value]*Value{}
	for _, v := range g.Inputs {
		t := v.Type
		if shape, ok := shapes[v.Name]; ok {
			t.Shape = slices.Clone(shape)
		}
		if fresh[v], err = r.AddInput(v.Name, t); err != nil {
			return nil, nil, err
		}
	}
	for _, v := range g.Consts {
		if fresh[v], err = r.AddConst(v.Name, v.Type, v.Const); err != nil {
			return nil, nil, err
		}
	}
	for _, n := range g.Nodes {
		in := make([]*Value, len(n.In))
		for i, v := range n.In {
			in[i] = fresh[v]
		}
		names := make([]string, len(n.Out))
		for i, v := range n.Out {
			names[i] = v.Name
		}
		m, err := r.AddNode(n.Name, n.Source, n.Op, in, names...)
		if err != nil {
			return nil, n, err.(*NodeError).Err
		}
		for i, v := range n.Out {
			fresh[v] = m.Out[i]
		}
	}
	for _, v := range g.Outputs {
		r.Outputs = append(r.Outputs, fresh[v])
	}
	return r, nil, nil
}
