package runtime

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// workerCount is how many workers the tests have, whatever the machine: enough for
// a session of eight threads.
const workerCount = 7

// TestMain gives the pool its workers.
func TestMain(m *testing.M) {
	pool.once.Do(func() { addWorkers(workerCount) })
	m.Run()
}

// isas returns the names of the instruction sets that are here.
func isas() []string {
	var names []string
	for _, isa := range kernels.ISAs() {
		if kernels.For(isa) != nil {
			names = append(names, isa.String())
		}
	}
	return names
}

// tensors are elements by the names of values.
type tensors = map[string]*tensor.Tensor

// A net is a graph that a test makes.
type net struct {
	*ir.Graph
	t    testing.TB
	seed uint64
}

func newNet(t testing.TB) *net { return &net{Graph: ir.New("test"), t: t} }

func (n *net) input(shape ...int) *ir.Value {
	v, err := n.AddInput(fmt.Sprintf("in%d", len(n.Inputs)), ir.F32(shape...))
	require.NoError(n.t, err)
	return v
}

// weights adds a constant of pseudo-random elements in [-1, 1).
func (n *net) weights(shape ...int) *ir.Value {
	n.seed++
	return n.constant(&ir.Const{Source: ir.Rand(n.seed)}, shape...)
}

func (n *net) constant(c *ir.Const, shape ...int) *ir.Value {
	v, err := n.AddConst(fmt.Sprintf("c%d", len(n.Consts)), ir.F32(shape...), c)
	require.NoError(n.t, err)
	return v
}

// node adds a node and returns its first output.
func (n *net) node(op ir.Op, in ...*ir.Value) *ir.Value { return n.nodes(op, 1, in...)[0] }

func (n *net) nodes(op ir.Op, outputs int, in ...*ir.Value) []*ir.Value {
	names := make([]string, outputs)
	for i := range names {
		names[i] = fmt.Sprintf("v%d_%d", len(n.Nodes), i)
	}
	m, err := n.AddNode(fmt.Sprintf("%s%d", op.Kind(), len(n.Nodes)), "", op, in, names...)
	require.NoError(n.t, err)
	return m.Out
}

// outputs makes these the graph's outputs.
func (n *net) outputs(values ...*ir.Value) *net {
	require.NoError(n.t, n.SetOutputs(values...))
	return n
}

// randomInputs gives each input of a graph pseudo-random elements in [-1, 1).
func randomInputs(g *ir.Graph) tensors {
	inputs := tensors{}
	for i, v := range g.Inputs {
		x := tensor.New(v.Type.Shape...)
		ir.Rand(1000+i).Read(x.Data, 0)
		inputs[v.Name] = x
	}
	return inputs
}

func newModel(t testing.TB, g *ir.Graph, o Options) *Model {
	t.Helper()
	m, err := NewModel(g, o)
	require.NoError(t, err)
	return m
}

func newPlan(t testing.TB, m *Model) *Plan {
	t.Helper()
	p, err := m.Plan(nil)
	require.NoError(t, err)
	return p
}

// newSession returns a session that stays guarded: see guard.
func newSession(t testing.TB, p *Plan, threads int) *Session {
	t.Helper()
	s, err := p.NewSession(threads)
	require.NoError(t, err)
	guard(t, s)
	return s
}

// run runs a session on inputs, in an arena of NaN, and returns copies of the
// outputs.
func run(t testing.TB, s *Session, inputs tensors) tensors {
	t.Helper()
	for name, x := range inputs {
		dst, err := s.Input(name)
		require.NoError(t, err)
		require.Len(t, dst, len(x.Data), name)
		copy(dst, x.Data)
	}
	poison(s)
	require.NoError(t, s.Run(t.Context()))
	out := tensors{}
	for name, typ := range s.plan.Outputs() {
		data, err := s.Output(name)
		require.NoError(t, err)
		out[name] = &tensor.Tensor{Shape: typ.Shape, Data: slices.Clone(data)}
	}
	return out
}

// answers makes a model of a graph and runs it.
func answers(t testing.TB, g *ir.Graph, o Options, threads int, inputs tensors) tensors {
	t.Helper()
	return run(t, newSession(t, newPlan(t, newModel(t, g, o)), threads), inputs)
}

// expected runs a graph by its reference functions.
func expected(t testing.TB, g *ir.Graph, inputs tensors, keep ...string) tensors {
	t.Helper()
	e, err := reference.New(g)
	require.NoError(t, err)
	out, err := e.Run(t.Context(), inputs, keep...)
	require.NoError(t, err)
	return out
}

// poison fills a session's arena with NaN, as runs before might have.
func poison(s *Session) {
	data := s.memory.floats()
	for i := range data {
		data[i] = float32(math.NaN())
	}
}

// guard makes a session require, after each step, that the halo of what it wrote
// and the lanes past the last channel are zero.
func guard(t testing.TB, s *Session) {
	steps := s.plan.steps
	s.observe = func(step int) {
		if step < 0 {
			step = len(steps)
		}
		if step > 0 {
			require.NoError(t, zeroAround(s, steps[step-1].result()), "%v", steps[step-1])
		}
	}
}

// zeroAround returns an error unless all elements of a view's memory are zero that
// are not of the value.
func zeroAround(s *Session, v *view) error {
	if v.layout == plain {
		return nil
	}
	width := v.pixelSize() / 4
	for image := range v.n {
		for part := range v.image / v.part() {
			inside := min(width, v.c-part*width)
			for y := -v.halo; y < v.h+v.halo; y++ {
				for x := -v.halo; x < v.w+v.halo; x++ {
					pixel := s.slice(v, image*v.image+part*v.part()+v.at(y, x), 4*width)
					if y >= 0 && y < v.h && x >= 0 && x < v.w {
						pixel = pixel[inside:]
					}
					for lane, f := range pixel {
						if f != 0 {
							return fmt.Errorf("image %d, block %d, row %d, column %d: element %d from the end is %v", image, part, y, x, len(pixel)-lane, f)
						}
					}
				}
			}
		}
	}
	return nil
}

// part returns the bytes of a block, or of a whole image of pixels.
func (v *view) part() int {
	if v.layout == blocked {
		return v.block
	}
	return v.image
}

// requireSameBits requires the same outputs to the last bit.
func requireSameBits(t testing.TB, want, have tensors, what string, args ...any) {
	t.Helper()
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(have)))
	for name, w := range want {
		require.Equal(t, w.Shape, have[name].Shape)
		for i, f := range w.Data {
			if math.Float32bits(f) != math.Float32bits(have[name].Data[i]) {
				t.Fatalf("%s: %s[%d] is %v, not %v", fmt.Sprintf(what, args...), name, i, have[name].Data[i], f)
			}
		}
	}
}

// steps returns the kernels of a plan, step by step.
func steps(p *Plan) []string {
	var names []string
	for _, s := range p.steps {
		names = append(names, kernelOf(s.step))
	}
	return names
}
