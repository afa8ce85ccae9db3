package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// fallbackStep computes a node by its reference function.
type fallbackStep struct {
	executor *reference.Executor // which each session has its own of
	index    int                 // of it among them
	kind     string
	in, out  []*view
	names    []string // of the inputs
	results  []string // of the outputs
}

// fallBack adds the step for a node without fast kernels, over plain values.
func (l *lowerer) fallBack(n *ir.Node) error {
	s := &fallbackStep{kind: n.Op.Kind(), index: len(l.plan.fallbacks)}
	shapes := map[string][]int{}
	for _, v := range n.In {
		if v.Const == nil && shapes[v.Name] == nil {
			s.in = append(s.in, l.as(v, plain))
			s.names = append(s.names, v.Name)
			shapes[v.Name] = v.Type.Shape
		}
	}
	var err error
	if s.executor, err = l.model.executor(n, shapes); err != nil {
		return err
	}
	for _, v := range n.Out {
		s.out = append(s.out, l.define(v, plainView(v.Type)))
		s.results = append(s.results, v.Name)
	}
	l.plan.fallbacks = append(l.plan.fallbacks, s)
	l.add(s, s.in, s.out...)
	return nil
}

// executor returns what runs a node for shapes of its inputs. All plans share what
// it reads of constants. The model's lock is held.
func (m *Model) executor(n *ir.Node, shapes map[string][]int) (*reference.Executor, error) {
	name := n.Out[0].Name
	if e := m.executors[name]; e != nil {
		return e.Reshape(shapes)
	}
	g, err := graphOf(n)
	if err != nil {
		return nil, err
	}
	e, err := reference.New(g)
	if err == nil {
		m.executors[name] = e
	}
	return e, err
}

// graphOf returns a graph of one node alone.
func graphOf(n *ir.Node) (*ir.Graph, error) {
	g := ir.New(n.Name)
	var in []*ir.Value
	for _, v := range n.In {
		own, err := g.Value(v.Name), error(nil)
		switch {
		case own != nil:
		case v.Const != nil:
			own, err = g.AddConst(v.Name, v.Type, v.Const)
		default:
			own, err = g.AddInput(v.Name, v.Type)
		}
		if err != nil {
			return nil, err
		}
		in = append(in, own)
	}
	var names []string
	for _, v := range n.Out {
		names = append(names, v.Name)
	}
	node, err := g.AddNode(n.Name, n.Source, n.Op, in, names...)
	if err != nil {
		return nil, err
	}
	return g, g.SetOutputs(node.Out...)
}

// fallbackExecutors returns a session's own executors, on so many threads.
func (p *Plan) fallbackExecutors(threads int) ([]*reference.Executor, error) {
	var all []*reference.Executor
	for _, s := range p.fallbacks {
		e, err := s.executor.Reshape(nil)
		if err != nil {
			return nil, err
		}
		e.Threads = threads
		all = append(all, e)
	}
	return all, nil
}

func (s *fallbackStep) result() *view { return s.out[0] }

func (s *fallbackStep) tasks() int { return 1 }

func (s *fallbackStep) run(session *Session, _ *arguments, _ int) {
	inputs := map[string]*tensor.Tensor{}
	for i, v := range s.in {
		inputs[s.names[i]] = &tensor.Tensor{Shape: v.typ.Shape, Data: session.floats(v)}
	}
	out, err := session.executors[s.index].Run(session.ctx, inputs)
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
