package ir

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Verify returns an error unless the graph is sound: each value has a name of
// its own, is known by it, and is listed where it is defined; each node has
// inputs that are defined before it and outputs of the types that its op infers;
// each constant has a source; each output is a value of the graph, given once.
// All that is wrong is reported, in the order of the graph.
func (g *Graph) Verify() error {
	v := verifier{g: g, defined: map[*Value]bool{}, nodes: map[*Node]bool{}}
	for _, x := range g.Inputs {
		v.input(x)
	}
	for _, x := range g.Consts {
		v.constant(x)
	}
	for _, n := range g.Nodes {
		v.node(n)
	}
	v.outputs()
	v.names()
	return errors.Join(v.errs...)
}

type verifier struct {
	g       *Graph
	defined map[*Value]bool
	nodes   map[*Node]bool
	errs    []error
}

func (v *verifier) errorf(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf(format, args...))
}

func (v *verifier) nodeErrorf(n *Node, format string, args ...any) {
	v.errs = append(v.errs, &NodeError{n, fmt.Errorf(format, args...)})
}

func (v *verifier) input(x *Value) {
	if !v.define("input", x) {
		return
	}
	if x.Def != nil || x.Const != nil {
		v.errorf("input %q is computed by a node or a constant", x.Name)
	}
}

func (v *verifier) constant(x *Value) {
	if !v.define("constant", x) {
		return
	}
	if x.Def != nil {
		v.errorf("constant %q is computed by a node", x.Name)
	}
	switch {
	case x.Const == nil:
		v.errorf("constant %q has no source", x.Name)
	case x.Type.Check() == nil:
		if err := checkSource(x.Const.Source, x.Type); err != nil {
			v.errorf("constant %q %w", x.Name, err)
		}
	}
}

// define checks what holds for every value and reports whether there is one.
func (v *verifier) define(role string, x *Value) bool {
	if x == nil {
		v.errorf("%s is nil", role)
		return false
	}
	switch {
	case v.defined[x]:
		v.errorf("%s %q is listed twice", role, x.Name)
	case x.Name == "":
		v.errorf("%s of type %v has no name", role, x.Type)
	case v.g.names[x.Name] == nil:
		v.errorf("%s %q is not known by its name", role, x.Name)
	case v.g.names[x.Name] != x:
		v.errorf("%s %q has the name of another value", role, x.Name)
	}
	v.defined[x] = true
	if err := x.Type.Check(); err != nil {
		v.errorf("%s %q: %w", role, x.Name, err)
	}
	return true
}

func (v *verifier) node(n *Node) {
	switch {
	case n == nil:
		v.errorf("node is nil")
		return
	case v.nodes[n]:
		v.nodeErrorf(n, "is listed twice")
		return
	}
	v.nodes[n] = true
	sound := n.Op != nil
	if !sound {
		v.nodeErrorf(n, "has no op")
	}
	for i, x := range n.In {
		switch {
		case x == nil:
			v.nodeErrorf(n, "input %d is nil", i)
		case !v.g.has(x):
			v.nodeErrorf(n, "input %q is not of this graph", x.Name)
		case !v.defined[x]:
			v.nodeErrorf(n, "input %q is used before it is defined", x.Name)
		}
		sound = sound && x != nil && x.Type.Check() == nil
	}
	for i, x := range n.Out {
		if !v.define("output", x) {
			sound = false
			continue
		}
		if x.Def != n || x.Index != i {
			v.nodeErrorf(n, "output %q does not say that it is output %d of this node", x.Name, i)
		}
		if x.Const != nil {
			v.nodeErrorf(n, "output %q has the elements of a constant", x.Name)
		}
	}
	if sound {
		v.types(n)
	}
}

// types compares the outputs with what the op infers.
func (v *verifier) types(n *Node) {
	inferred, err := n.infer()
	switch {
	case err != nil:
		v.nodeErrorf(n, "%w", err)
		return
	case len(inferred) != len(n.Out):
		v.nodeErrorf(n, "has %d outputs, gives %d", len(n.Out), len(inferred))
		return
	}
	for i, x := range n.Out {
		if !x.Type.Equal(inferred[i]) {
			v.nodeErrorf(n, "output %q is %v, %s gives %v", x.Name, x.Type, n.Op.Kind(), inferred[i])
		}
	}
}

func (v *verifier) outputs() {
	seen := map[*Value]bool{}
	for _, x := range v.g.Outputs {
		switch {
		case x == nil:
			v.errorf("output of the graph is nil")
		case seen[x]:
			v.errorf("output %q of the graph is given twice", x.Name)
		case !v.defined[x]:
			v.errorf("output %q of the graph is not of this graph", x.Name)
		}
		seen[x] = true
	}
}

// names reports values that are known by name and listed nowhere.
func (v *verifier) names() {
	for _, name := range slices.Sorted(maps.Keys(v.g.names)) {
		if x := v.g.names[name]; !v.defined[x] {
			v.errorf("value %q is known by name, but is no input, constant or output of a node", name)
		}
	}
}
