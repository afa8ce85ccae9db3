package runtime

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"unsafe"

	"github.com/prototxt2go/prototxt2go/runtime/internal/cpu"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
)

// Session runs a plan. It holds the activations and belongs to one goroutine at a
// time; sessions of one plan may run at the same time.
type Session struct {
	plan    *Plan
	memory  *memory
	threads int

	// inputs and outputs are the caller's side of the arena's. They are of the
	// collector's heap, so that slices of them outlive the session.
	inputs, outputs map[string][]float32

	executors []*reference.Executor
	workers   []*worker
	region    region
	arguments arguments
	ctx       context.Context // of the run under way
	err       error           // of its steps
	// observe, if set, is told of each step before it runs and, with -1, of the end.
	observe func(step int)
}

// NewSession returns a session that runs on up to so many threads; 0 stands for the
// processors that the process may use. Results do not depend on the number.
func (p *Plan) NewSession(threads int) (*Session, error) {
	if threads <= 0 {
		threads = cpu.CPUs()
	}
	memory, err := newMemory(p.size)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	executors, err := p.fallbackExecutors(threads)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	s := &Session{
		plan: p, memory: memory, threads: threads, executors: executors,
		inputs: buffers(p.inputs), outputs: buffers(p.outputs),
	}
	s.region.s = s
	return s, nil
}

// buffers returns memory for views, by name.
func buffers(views map[string]*view) map[string][]float32 {
	all := map[string][]float32{}
	for name, v := range views {
		all[name] = make([]float32, v.typ.Count())
	}
	return all
}

// Plan returns the plan that the session runs.
func (s *Session) Plan() *Plan { return s.plan }

// Threads returns on how many threads the session runs at most.
func (s *Session) Threads() int { return s.threads }

// Input returns the elements of an input, to be filled before Run, in C order. They
// stay as they are over runs.
func (s *Session) Input(name string) ([]float32, error) { return named("input", s.inputs, name) }

// Output returns the elements of an output in C order. The next Run overwrites
// them.
func (s *Session) Output(name string) ([]float32, error) { return named("output", s.outputs, name) }

func named(what string, all map[string][]float32, name string) ([]float32, error) {
	data, ok := all[name]
	if !ok {
		return nil, fmt.Errorf("there is no %s %q: there are %q", what, name, slices.Sorted(maps.Keys(all)))
	}
	return data, nil
}

// floats returns the elements of a plain view.
func (s *Session) floats(v *view) []float32 { return s.slice(v, 0, 4*v.typ.Count()) }

// slice returns bytes of a view as floats.
func (s *Session) slice(v *view, offset, bytes int) []float32 {
	if bytes == 0 {
		return nil
	}
	return unsafe.Slice((*float32)(s.pointer(v, offset)), bytes/4)
}

// pointer returns the address of a byte of a view.
func (s *Session) pointer(v *view, offset int) unsafe.Pointer {
	return unsafe.Pointer(&s.memory.bytes[v.offset()+offset])
}

// Run computes the outputs from the inputs. It allocates nothing after the first
// time, but for ops without fast kernels. An end of ctx stops it between two steps;
// after an error the outputs are as they were.
func (s *Session) Run(ctx context.Context) error {
	s.ctx, s.err = ctx, nil
	s.workers = lease(s.workers[:0], s.threads-1)
	defer s.end()
	for name, v := range s.plan.inputs {
		copy(s.floats(v), s.inputs[name])
	}
	for i := range s.plan.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.observe != nil {
			s.observe(i)
		}
		s.do(s.plan.steps[i].step)
		if s.err != nil {
			return s.err
		}
	}
	if s.observe != nil {
		s.observe(-1)
	}
	for name, v := range s.plan.outputs {
		copy(s.outputs[name], s.floats(v))
	}
	return nil
}

// end ends a run.
func (s *Session) end() {
	release(s.workers)
	s.ctx = nil
}

func (s *Session) do(st step) {
	tasks := st.tasks()
	if len(s.workers) == 0 || tasks == 1 {
		for i := range tasks {
			st.run(s, &s.arguments, i)
		}
		return
	}
	s.region.step, s.region.tasks = st, int64(tasks)
	s.region.together(s.workers, &s.arguments)
}
