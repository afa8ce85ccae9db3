package runtime

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/prototxt2go/prototxt2go/ir"
)

// step is one entry of a plan: what to compute, where its operands lie, and how
// it is cut into tasks that may run at the same time, in any order. Steps are
// data; what they compute on is the session's.
type step interface {
	fmt.Stringer
	// tasks returns the number of tasks.
	tasks() int
	// run does one task, with the arguments of the thread that does it.
	run(s *Session, a *arguments, task int)
	// result returns what the step writes; of several views the first.
	result() *view
}

// Plan is how a model runs for one set of input shapes: steps over one arena. It
// does not change and may be shared by sessions.
type Plan struct {
	model   *Model
	graph   *ir.Graph
	steps   []plannedStep
	inputs  map[string]*view
	outputs map[string]*view
	size    int // of the arena

	fallbacks []*fallbackStep
}

// plannedStep is a step with the layer that it comes from.
type plannedStep struct {
	step
	layer string
}

// Graph returns the fused graph that the plan runs.
func (p *Plan) Graph() *ir.Graph { return p.graph }

// ArenaBytes returns the memory that a session takes for activations.
func (p *Plan) ArenaBytes() int { return p.size }

// Inputs returns the types of the inputs, by name.
func (p *Plan) Inputs() map[string]ir.Type { return viewTypes(p.inputs) }

// Outputs returns the types of the outputs, by name.
func (p *Plan) Outputs() map[string]ir.Type { return viewTypes(p.outputs) }

func viewTypes(views map[string]*view) map[string]ir.Type {
	types := map[string]ir.Type{}
	for name, v := range views {
		types[name] = v.typ
	}
	return types
}

// WriteTo prints the plan: a line for each input, step and output.
func (p *Plan) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "plan %q: isa %v, arena %d bytes\n", p.graph.Name, p.model.isa, p.size)
	for _, v := range p.graph.Inputs {
		fmt.Fprintf(&b, "input %q: %v\n", v.Name, p.inputs[v.Name])
	}
	for _, s := range p.steps {
		fmt.Fprintf(&b, "%q: %v, %d tasks\n", s.layer, s.step, s.tasks())
	}
	for _, v := range p.graph.Outputs {
		fmt.Fprintf(&b, "output %q: %v\n", v.Name, p.outputs[v.Name])
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// kernelOf returns the name of what computes a step.
func kernelOf(s step) string {
	name, _, _ := strings.Cut(s.String(), " ")
	return name
}

// Kernels returns the names of the kernels that the plan uses, each once.
func (p *Plan) Kernels() []string {
	var names []string
	for _, s := range p.steps {
		name := kernelOf(s)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
