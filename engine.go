package prototxt2go

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// engine runs a graph on inputs of any shape that it takes, by the names of its
// values, and returns the outputs and the values named in keep. It is safe for
// concurrent use.
type engine interface {
	run(ctx context.Context, inputs map[string]*tensor.Tensor, keep []string) (map[string]*tensor.Tensor, error)
}

func newEngine(g *ir.Graph, o Options) (engine, error) {
	if o.Reference {
		return newReferenceEngine(g, o.Threads)
	}
	return newFastEngine(g, o.Runtime, o.Threads)
}

// maxReady is how many input shapes, and sessions, an engine keeps ready.
const maxReady = 4

func shapesOf(inputs map[string]*tensor.Tensor) map[string][]int {
	shapes := map[string][]int{}
	for name, t := range inputs {
		shapes[name] = t.Shape
	}
	return shapes
}

// referenceEngine runs the graph by plain functions in float64.
type referenceEngine struct {
	own *reference.Executor // for the graph's own shapes

	mu        sync.Mutex
	executors map[string]*reference.Executor // by the shapes of the inputs
}

func newReferenceEngine(g *ir.Graph, threads int) (*referenceEngine, error) {
	own, err := reference.New(g)
	if err != nil {
		return nil, err
	}
	own.Threads = threads
	return &referenceEngine{own: own, executors: map[string]*reference.Executor{}}, nil
}

func (e *referenceEngine) run(ctx context.Context, inputs map[string]*tensor.Tensor, keep []string) (map[string]*tensor.Tensor, error) {
	x, err := e.executor(shapesOf(inputs))
	if err != nil {
		return nil, err
	}
	return x.Run(ctx, inputs, keep...)
}

func (e *referenceEngine) executor(shapes map[string][]int) (*reference.Executor, error) {
	key := fmt.Sprint(shapes)
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.executors[key]; x != nil {
		return x, nil
	}
	x, err := e.own.Reshape(shapes)
	if err != nil {
		return nil, err
	}
	if len(e.executors) == maxReady {
		clear(e.executors)
	}
	e.executors[key] = x
	return x, nil
}

// fastEngine runs the graph by the kernels of this processor.
type fastEngine struct {
	graph   *ir.Graph
	options runtime.Options
	threads int

	mu     sync.Mutex
	models map[string]*runtime.Model // by what they keep
	idle   []idleSession             // the latest last
}

type idleSession struct {
	plan    *runtime.Plan
	session *runtime.Session
}

func newFastEngine(g *ir.Graph, o runtime.Options, threads int) (*fastEngine, error) {
	e := &fastEngine{graph: g, options: o, threads: threads, models: map[string]*runtime.Model{}}
	_, err := e.model(nil)
	return e, err
}

// model returns the model that keeps these values.
func (e *fastEngine) model(keep []string) (*runtime.Model, error) {
	keep = slices.Compact(slices.Sorted(slices.Values(keep)))
	key := strings.Join(keep, "\x00")
	e.mu.Lock()
	defer e.mu.Unlock()
	if m := e.models[key]; m != nil {
		return m, nil
	}
	o := e.options
	o.Keep = keep
	m, err := runtime.NewModel(e.graph, o)
	if err != nil {
		return nil, err
	}
	if len(e.models) == maxReady {
		clear(e.models)
	}
	e.models[key] = m
	return m, nil
}

func (e *fastEngine) run(ctx context.Context, inputs map[string]*tensor.Tensor, keep []string) (map[string]*tensor.Tensor, error) {
	m, err := e.model(keep)
	if err != nil {
		return nil, err
	}
	p, err := m.Plan(shapesOf(inputs))
	if err != nil {
		return nil, err
	}
	s, err := e.take(p)
	if err != nil {
		return nil, err
	}
	defer e.give(p, s)
	for name, x := range inputs {
		dst, err := s.Input(name)
		if err != nil {
			return nil, err
		}
		copy(dst, x.Data)
	}
	if err := s.Run(ctx); err != nil {
		return nil, err
	}
	out := map[string]*tensor.Tensor{}
	for name, t := range p.Outputs() {
		data, err := s.Output(name)
		if err != nil {
			return nil, err
		}
		out[name] = &tensor.Tensor{Shape: slices.Clone(t.Shape), Data: slices.Clone(data)}
	}
	return out, nil
}

// take returns an idle session of the plan, or a new one.
func (e *fastEngine) take(p *runtime.Plan) (*runtime.Session, error) {
	e.mu.Lock()
	for i, s := range e.idle {
		if s.plan == p {
			e.idle = slices.Delete(e.idle, i, i+1)
			e.mu.Unlock()
			return s.session, nil
		}
	}
	e.mu.Unlock()
	return p.NewSession(e.threads)
}

// give keeps a session of the plan for the next run.
func (e *fastEngine) give(p *runtime.Plan, s *runtime.Session) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.idle) == maxReady {
		e.idle = slices.Delete(e.idle, 0, 1)
	}
	e.idle = append(e.idle, idleSession{p, s})
}
