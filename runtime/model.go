package runtime

import (
	"fmt"
	"maps"
	"sync"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
)

// Options say how a model runs. The zero value is the best for this processor.
type Options struct {
	// ISA is the instruction set of the kernels: "avx2" or "portable", or "auto"
	// or "" for the best that there is.
	ISA string
	// NoFuse leaves the graph as it is.
	NoFuse bool
	// Keep names values that can be asked for beside the outputs, and that are
	// therefore not fused away.
	Keep []string
}

// Model is a graph with its packed weights, which all its plans share. It is safe
// for concurrent use.
type Model struct {
	graph   *ir.Graph
	isa     kernels.ISA
	kernels *kernels.Set

	mu     sync.Mutex
	packed map[packKey]*packed
	// executors run the nodes that no kernel does, by the name of their first output.
	executors map[string]*reference.Executor
	plans     []keyedPlan // the last few, the latest last
}

type keyedPlan struct {
	shapes string
	plan   *Plan
}

// maxPlans is how many input shapes a model keeps ready.
const maxPlans = 4

// NewModel fuses a graph, which is left as it is, and makes a model of it. It reads
// no weights: they are packed when the first plan needs them.
func NewModel(g *ir.Graph, o Options) (*Model, error) {
	isa, err := chooseISA(o.ISA)
	if err != nil {
		return nil, err
	}
	g, err = g.Reshape(nil)
	if err != nil {
		return nil, err
	}
	for _, name := range o.Keep {
		v := g.Value(name)
		if v == nil {
			return nil, fmt.Errorf("there is no value %q to keep", name)
		}
		if err := keep(g, v); err != nil {
			return nil, err
		}
	}
	if !o.NoFuse {
		if err := passes.Run(g, passes.Default()...); err != nil {
			return nil, err
		}
	}
	return &Model{graph: g, isa: isa, kernels: kernels.For(isa), packed: map[packKey]*packed{}, executors: map[string]*reference.Executor{}}, nil
}

// keep makes a value one of the graph's outputs.
func keep(g *ir.Graph, v *ir.Value) error {
	for _, out := range g.Outputs {
		if out == v {
			return nil
		}
	}
	return g.SetOutputs(append(g.Outputs[:len(g.Outputs):len(g.Outputs)], v)...)
}

// chooseISA returns the instruction set of that name, or the best.
func chooseISA(name string) (kernels.ISA, error) {
	best := kernels.Best()
	if name == "" || name == "auto" {
		return best, nil
	}
	isa, err := kernels.ParseISA(name)
	if err != nil {
		return 0, err
	}
	if isa > best {
		return 0, fmt.Errorf("this processor has no %v: the best kernels here are %v", isa, best)
	}
	return isa, nil
}

// ISAs returns the names of the instruction sets that there are kernels for, here or
// on another processor.
func ISAs() []string {
	var names []string
	for _, isa := range kernels.ISAs() {
		names = append(names, isa.String())
	}
	return names
}

// ISA returns the name of the kernels' instruction set.
func (m *Model) ISA() string { return m.isa.String() }

// Graph returns the fused graph, which must not be changed.
func (m *Model) Graph() *ir.Graph { return m.graph }

// Plan returns the plan for input shapes, by name; inputs without one have that of
// the graph. It packs the weights that no plan needed before.
func (m *Model) Plan(shapes map[string][]int) (*Plan, error) {
	all := map[string][]int{}
	for _, v := range m.graph.Inputs {
		all[v.Name] = v.Type.Shape
	}
	maps.Copy(all, shapes)
	key := fmt.Sprint(all)
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, p := range m.plans {
		if p.shapes == key {
			m.plans = append(append(m.plans[:i:i], m.plans[i+1:]...), p)
			return p.plan, nil
		}
	}
	g, err := m.graph.Reshape(shapes)
	if err != nil {
		return nil, err
	}
	p, err := lower(m, g)
	if err != nil {
		return nil, err
	}
	if len(m.plans) == maxPlans {
		m.plans = m.plans[1:]
	}
	m.plans = append(m.plans[:len(m.plans):len(m.plans)], keyedPlan{key, p})
	return p, nil
}

// PackedBytes returns the memory of all packed weights.
func (m *Model) PackedBytes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, p := range m.packed {
		n += len(p.memory.bytes)
	}
	return n
}
