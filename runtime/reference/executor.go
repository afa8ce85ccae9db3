package reference

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"

	"github.com/prototxt2go/prototxt2go/internal/nearest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// An Executor runs one graph, which must not change meanwhile. It is safe for
// concurrent use.
type Executor struct {
	// Threads is the most goroutines that one Run computes on; 0 stands for
	// GOMAXPROCS. It makes no difference to the results, and is not to be set
	// while a Run is under way.
	Threads int

	graph     *ir.Graph
	functions []function
	constants constantSet
}

// New prepares a graph, after verifying it, and reads none of its constants: each
// is read when a Run first uses it, and kept from then on: in float64 if it is an
// ir.Source64, else in float32. An op without a reference function is reported as
// an *ir.NodeError.
func New(g *ir.Graph) (*Executor, error) {
	if err := g.Verify(); err != nil {
		return nil, fmt.Errorf("verify graph: %w", err)
	}
	e := &Executor{graph: g, constants: newConstantSet(g)}
	for _, n := range g.Nodes {
		f, err := functionOf(n.Op)
		if err != nil {
			return nil, &ir.NodeError{Node: n, Err: err}
		}
		e.functions = append(e.functions, f)
	}
	return e, nil
}

// Reshape returns an executor of the same graph for other shapes of its inputs,
// by name, with the same Threads; inputs without a shape keep theirs. The two
// share their constants, so that each is read and kept once for both, and may run
// at the same time. Errors are those of ir.Graph.Reshape.
func (e *Executor) Reshape(shapes map[string][]int) (*Executor, error) {
	g, err := e.graph.Reshape(shapes)
	if err != nil {
		return nil, err
	}
	return &Executor{Threads: e.Threads, graph: g, functions: e.functions, constants: e.constants}, nil
}

// Run computes the graph's outputs, and the values named in keep, and returns
// them by name. It needs a tensor of exactly the graph's shape for each input,
// by name, which it only reads. The tensors it returns are values rounded to
// float32 once, and share memory with nothing else. All other values live no
// longer than they are needed.
//
// A wrong input and an unknown name are errors that say what there is; an end of
// ctx stops the run within a fraction of a node and is returned wrapped.
func (e *Executor) Run(ctx context.Context, inputs map[string]*tensor.Tensor, keep ...string) (map[string]*tensor.Tensor, error) {
	wanted, err := e.wanted(keep)
	if err := errors.Join(e.checkInputs(inputs), err); err != nil {
		return nil, err
	}
	r := e.start(ctx, inputs, wanted)
	for i, n := range e.graph.Nodes {
		if err := r.compute(n, e.functions[i]); err != nil {
			return nil, &ir.NodeError{Node: n, Err: err}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("run graph: %w", err)
	}
	return r.finish(), nil
}

// wanted returns the values to return.
func (e *Executor) wanted(keep []string) (map[*ir.Value]bool, error) {
	wanted := map[*ir.Value]bool{}
	for _, v := range e.graph.Outputs {
		wanted[v] = true
	}
	var errs []error
	for _, name := range keep {
		if v := e.graph.Value(name); v != nil {
			wanted[v] = true
		} else {
			errs = append(errs, fmt.Errorf("the graph has no value %q to keep%s", name, nearest.Hint(name, e.graph.ValueNames())))
		}
	}
	return wanted, errors.Join(errs...)
}

func (e *Executor) checkInputs(inputs map[string]*tensor.Tensor) error {
	var errs []error
	known := map[string]bool{}
	var names []string
	for _, v := range e.graph.Inputs {
		known[v.Name] = true
		names = append(names, v.Name)
		if err := checkInput(v.Type, inputs[v.Name]); err != nil {
			errs = append(errs, fmt.Errorf("input %q: %w", v.Name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		if !known[name] {
			errs = append(errs, fmt.Errorf("the graph has no input %q%s", name, nearest.Hint(name, names)))
		}
	}
	return errors.Join(errs...)
}

func checkInput(want ir.Type, t *tensor.Tensor) error {
	if t == nil {
		return fmt.Errorf("needs %v, none is given", want)
	}
	if have := ir.F32(t.Shape...); !have.Equal(want) {
		return fmt.Errorf("needs %v, %v is given", want, have)
	}
	if len(t.Data) != want.Count() {
		return fmt.Errorf("needs %v, the given tensor has %d elements", want, len(t.Data))
	}
	return nil
}

func (e *Executor) threads() int {
	if e.Threads > 0 {
		return e.Threads
	}
	return runtime.GOMAXPROCS(0)
}
