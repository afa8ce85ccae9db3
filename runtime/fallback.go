package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// fallbackStep computes a node by its reference function.
type fallbackStep struct {
	executor *reference.Executor
	kind     string
	in, out  []*view
	names    []string // of the inputs
	results  []string // of the outputs
}

// fallBack adds the step for a node without fast kernels: a graph of that node
// alone, over plain values.
func (l *lowerer) fallBack(n *ir.Node) error {
	s := &fallbackStep{kind: n.Op.Kind()}
	g := ir.New(n.Name)
	inputs := map[*ir.Value]*ir.Value{}
	var in []*ir.Value
	for _, v := range n.In {
		if inputs[v] == nil {
			own, err := l.fallbackInput(g, s, v)
			if err != nil {
				return err
			}
			inputs[v] = own
		}
		in = append(in, inputs[v])
	}
	for _, v := range n.Out {
		s.results = append(s.results, v.Name)
	}
	node, err := g.AddNode(n.Name, n.Source, n.Op, in, s.results...)
	if err != nil {
		return err
	}
	if err := g.SetOutputs(node.Out...); err != nil {
		return err
	}
	if s.executor, err = reference.New(g); err != nil {
		return err
	}
	for _, v := range n.Out {
		s.out = append(s.out, l.define(v, plainView(v.Type)))
	}
	l.add(s, s.in, s.out...)
	return nil
}

// fallbackInput adds a value to the graph of the one node.
func (l *lowerer) fallbackInput(g *ir.Graph, s *fallbackStep, v *ir.Value) (*ir.Value, error) {
	if v.Const != nil {
		return g.AddConst(v.Name, v.Type, v.Const)
	}
	s.in = append(s.in, l.as(v, plain))
	s.names = append(s.names, v.Name)
	return g.AddInput(v.Name, v.Type)
}

func (s *fallbackStep) result() *view { return s.out[0] }

func (s *fallbackStep) tasks() int { return 1 }

func (s *fallbackStep) run(session *Session, _ *arguments, _ int) {
	inputs := map[string]*tensor.Tensor{}
	for i, v := range s.in {
		inputs[s.names[i]] = &tensor.Tensor{Shape: v.typ.Shape, Data: session.floats(v)}
	}
	out, err := s.executor.Run(session.ctx, inputs)
	if err != nil {
		session.err = err
		return
	}
	for i, v := range s.out {
		copy(session.floats(v), out[s.results[i]].Data)
	}
}

func (s *fallbackStep) String() string {
	return fmt.Sprintf("reference:%s %v -> %v", s.kind, s.in, s.out)
}
