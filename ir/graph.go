package ir

import (
	"fmt"
	"slices"
)

// Value is an input, a constant or an output of a node.
type Value struct {
	// Name is unique in the graph and not empty.
	Name string
	Type Type
	// Def is the node that computes the value as its output number Index; nil
	// for inputs and constants.
	Def   *Node
	Index int
	// Const holds the elements of a constant; nil for all other values.
	Const *Const
}

// Node computes its outputs from its inputs.
type Node struct {
	// Name is the name of the layer that the node comes from. Several nodes may
	// come from one layer.
	Name string
	Op   Op
	In   []*Value
	Out  []*Value
	// Source is the place in the net's file that the node comes from, such as
	// net.prototxt:12:3, or empty.
	Source string
}

// Graph is a whole net. Nodes are in an order in which they can run.
type Graph struct {
	Name    string
	Inputs  []*Value
	Consts  []*Value
	Nodes   []*Node
	Outputs []*Value

	names map[string]*Value
}

// New returns an empty graph.
func New(name string) *Graph { return &Graph{Name: name, names: map[string]*Value{}} }

// Value returns the value of that name, or nil.
func (g *Graph) Value(name string) *Value { return g.names[name] }

// ValueNames returns the names of all inputs and all that nodes compute.
func (g *Graph) ValueNames() []string {
	var names []string
	for _, v := range g.Inputs {
		names = append(names, v.Name)
	}
	for _, n := range g.Nodes {
		for _, v := range n.Out {
			names = append(names, v.Name)
		}
	}
	return names
}

// AddInput adds an input. The name must be new and the type sound.
func (g *Graph) AddInput(name string, t Type) (*Value, error) {
	v, err := g.addValue(name, t)
	if err != nil {
		return nil, fmt.Errorf("input %q: %w", name, err)
	}
	g.Inputs = append(g.Inputs, v)
	return v, nil
}

// AddConst adds a constant. The name must be new and the type sound.
func (g *Graph) AddConst(name string, t Type, c *Const) (*Value, error) {
	v, err := g.addValue(name, t)
	if err != nil {
		return nil, fmt.Errorf("constant %q: %w", name, err)
	}
	v.Const = c
	g.Consts = append(g.Consts, v)
	return v, nil
}

// AddNode adds a node after all others. Its outputs get the given names and the
// types that the op infers from the inputs, which must be of this graph. What
// does not fit is reported as a *NodeError, and the graph is then as it was.
func (g *Graph) AddNode(name, source string, op Op, in []*Value, outNames ...string) (*Node, error) {
	n := &Node{Name: name, Op: op, In: slices.Clone(in), Source: source}
	if err := g.addOutputs(n, outNames); err != nil {
		for _, v := range n.Out {
			delete(g.names, v.Name)
		}
		return nil, &NodeError{n, err}
	}
	g.Nodes = append(g.Nodes, n)
	return n, nil
}

func (g *Graph) addOutputs(n *Node, names []string) error {
	for i, v := range n.In {
		if !g.has(v) {
			return fmt.Errorf("input %d is not of this graph", i)
		}
	}
	types, err := n.infer()
	if err != nil {
		return err
	}
	if len(types) != len(names) {
		return fmt.Errorf("has %d outputs, gives %d", len(names), len(types))
	}
	for i, t := range types {
		v, err := g.addValue(names[i], t)
		if err != nil {
			return fmt.Errorf("output %q: %w", names[i], err)
		}
		v.Def, v.Index = n, i
		n.Out = append(n.Out, v)
	}
	return nil
}

// has reports whether a value is of this graph.
func (g *Graph) has(v *Value) bool { return v != nil && g.names[v.Name] == v }

func (g *Graph) addValue(name string, t Type) (*Value, error) {
	if name == "" {
		return nil, fmt.Errorf("a value needs a name")
	}
	if g.names[name] != nil {
		return nil, fmt.Errorf("there is a value of this name already")
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	v := &Value{Name: name, Type: t}
	g.names[name] = v
	return v, nil
}

// SwapNames gives two values of the graph the name of each other, so that a value
// which stands in for another is known by its name.
func (g *Graph) SwapNames(a, b *Value) {
	a.Name, b.Name = b.Name, a.Name
	g.names[a.Name], g.names[b.Name] = a, b
}

func (n *Node) infer() ([]Type, error) { return n.Op.Infer(types(n.In)) }

// Cost returns what the node costs.
func (n *Node) Cost() Cost { return n.Op.Cost(types(n.In), types(n.Out)) }

// Cost returns the sum over all nodes. A constant that several nodes share is
// counted once.
func (g *Graph) Cost() Cost {
	var total Cost
	seen := map[*Const]bool{}
	for _, n := range g.Nodes {
		c := n.Cost()
		for _, v := range n.In {
			if v.Const == nil {
				continue
			}
			if seen[v.Const] {
				c = c.without(int64(v.Type.Count()))
			}
			seen[v.Const] = true
		}
		total = total.Add(c)
	}
	return total
}

func types(values []*Value) []Type {
	ts := make([]Type, len(values))
	for i, v := range values {
		ts[i] = v.Type
	}
	return ts
}

// NodeError says what is wrong with a node.
type NodeError struct {
	Node *Node
	Err  error
}

// Error gives file:line:col: layer "name": what is wrong.
func (e *NodeError) Error() string {
	where := ""
	if e.Node.Source != "" {
		where = e.Node.Source + ": "
	}
	return fmt.Sprintf("%slayer %q: %v", where, e.Node.Name, e.Err)
}

// Unwrap returns what is wrong.
func (e *NodeError) Unwrap() error { return e.Err }
