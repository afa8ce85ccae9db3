package runtime

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// batch returns the shapes of small's or fashion's input for so many images.
func batch(g *ir.Graph, n int) map[string][]int {
	shape := append([]int{n}, g.Inputs[0].Type.Shape[1:]...)
	return map[string][]int{g.Inputs[0].Name: shape}
}

func TestPlansAreKept(t *testing.T) {
	g := fashionNet(t)
	m := newModel(t, g, Options{})
	require.Zero(t, m.PackedBytes())
	first := newPlan(t, m)
	packed := m.PackedBytes()
	require.Positive(t, packed)
	explicit, err := m.Plan(batch(g, 1))
	require.NoError(t, err)
	require.Same(t, first, explicit, "the shapes of the graph, given by name")

	plans := map[int]*Plan{}
	for n := 2; n < maxPlans+2; n++ {
		p, err := m.Plan(batch(g, n))
		require.NoError(t, err)
		require.Equal(t, n, p.Graph().Inputs[0].Type.Shape[0])
		plans[n] = p
		require.LessOrEqual(t, len(m.plans), maxPlans)
	}
	require.Equal(t, packed, m.PackedBytes(), "weights are packed once for all shapes")
	for n, p := range plans {
		again, err := m.Plan(batch(g, n))
		require.NoError(t, err)
		require.Same(t, p, again)
	}
	again := newPlan(t, m)
	require.NotSame(t, first, again, "the oldest plan was let go of")
	require.Equal(t, packed, m.PackedBytes())
}

// TestUsedPlansAreKept: it is not the age of a plan that counts, but its last use.
func TestUsedPlansAreKept(t *testing.T) {
	g := small(t, 1).Graph
	m := newModel(t, g, Options{})
	first := newPlan(t, m)
	for n := 2; n < 3*maxPlans; n++ {
		_, err := m.Plan(batch(g, n))
		require.NoError(t, err)
		require.Same(t, first, newPlan(t, m))
	}
}

func TestPlanRefuses(t *testing.T) {
	g := fashionNet(t)
	m := newModel(t, g, Options{})
	newPlan(t, m)
	_, err := m.Plan(map[string][]int{"nonsense": {1, 1, 28, 28}})
	require.ErrorContains(t, err, `"nonsense": no such input`)
	_, err = m.Plan(map[string][]int{g.Inputs[0].Name: {1, 2, 28, 28}})
	require.ErrorContains(t, err, "layer")
	_, err = m.Plan(map[string][]int{g.Inputs[0].Name: {1, 1, 5, -1}})
	require.Error(t, err)
}

// TestPlansAtOnce makes and runs plans of one model on several goroutines.
func TestPlansAtOnce(t *testing.T) {
	g := small(t, 1).Graph
	m := newModel(t, g, Options{})
	var wg sync.WaitGroup
	errs := make([]error, 8)
	results := make([]tensors, len(errs))
	for i := range errs {
		wg.Go(func() { results[i], errs[i] = planAndRun(t, m, 1+i/2) })
	}
	wg.Wait()
	for i := range errs {
		require.NoError(t, errs[i])
		requireSameBits(t, results[i/2*2], results[i], "session %d", i)
	}
}

func planAndRun(t *testing.T, m *Model, n int) (tensors, error) {
	p, err := m.Plan(batch(m.Graph(), n))
	if err != nil {
		return nil, err
	}
	s, err := p.NewSession(2)
	if err != nil {
		return nil, err
	}
	for name, x := range randomInputs(p.graph) {
		copy(s.inputs[name], x.Data)
	}
	err = s.Run(t.Context())
	out := tensors{}
	for name, data := range s.outputs {
		out[name] = &tensor.Tensor{Shape: p.outputs[name].typ.Shape, Data: data}
	}
	return out, err
}

func TestKeep(t *testing.T) {
	g := fashionNet(t)
	_, err := NewModel(g, Options{Keep: []string{"nonsense"}})
	require.EqualError(t, err, `there is no value "nonsense" to keep`)

	before, outputs := g.String(), len(g.Outputs)
	var names []string
	for _, n := range g.Nodes {
		for _, v := range n.Out {
			if v.Type.Rank() == 4 && len(names) < 8 {
				names = append(names, v.Name)
			}
		}
	}
	inputs := randomInputs(g)
	m := newModel(t, g, Options{Keep: append(names, g.Inputs[0].Name, g.Outputs[0].Name)})
	have := run(t, newSession(t, newPlan(t, m), 2), inputs)
	want := expected(t, g, inputs, names...)
	require.Len(t, have, len(names)+outputs+1)
	for _, name := range names {
		require.Equal(t, want[name].Shape, have[name].Shape)
		require.InDeltaSlice(t, want[name].Data, have[name].Data, 1e-4, name)
	}
	require.Equal(t, before, g.String(), "the caller's graph is left as it is")
	require.Len(t, g.Outputs, outputs)
}

// countedSource counts how often the first element is read.
type countedSource struct {
	ir.Source
	reads *atomic.Int64
}

func (s countedSource) Read(dst []float32, offset int) {
	if offset == 0 {
		s.reads.Add(1)
	}
	s.Source.Read(dst, offset)
}

// Drop makes it known that the source was let go of.
func (s countedSource) Drop() { s.reads.Add(1000) }

// TestWeightsAreReadOnce: by the first plan and no more, after which the pages of
// the file are let go of, whatever the constant was scaled by.
func TestWeightsAreReadOnce(t *testing.T) {
	g := newNet(t)
	counts := make([]atomic.Int64, 4)
	weights := func(i int) *ir.Const { return &ir.Const{Source: countedSource{ir.Rand(i), &counts[i]}} }
	x := g.input(1, 16, 4, 4)
	y := g.node(conv(3, 1, 1, 1, 1), x, g.constant(weights(0), 16, 16, 3, 3))
	y = g.node(ir.Convolution{Axis: 1, Kernel: []int{1, 1}, Pad: []int{0, 0}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: 1, Bias: true}, y,
		g.constant(weights(1).Times(16, []float64{2}).Times(1, []float64{3}), 16, 16, 1, 1), g.constant(weights(2), 16))
	y = g.node(ir.Eltwise{Operation: ir.EltwiseProd}, y, y) // a Scale behind it stays
	y = g.node(ir.Scale{Axis: 1}, y, g.constant(weights(3), 16))
	m := newModel(t, g.outputs(y).Graph, Options{})
	for i := range counts {
		require.Zero(t, counts[i].Load())
	}
	for n := 1; n < 4; n++ {
		p, err := m.Plan(batch(g.Graph, n))
		require.NoError(t, err)
		run(t, newSession(t, p, 1), randomInputs(p.graph))
	}
	for i := range counts[:3] {
		require.EqualValues(t, 1001, counts[i].Load(), fmt.Sprint("constant ", i))
	}
	require.EqualValues(t, 1, counts[3].Load(), "the constant of a fallback")
}
