package reference

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// smallNet is a convolution with what usually follows, and a classifier.
func smallNet(t testing.TB, batch int) *testGraph {
	g := newGraph(t)
	x := g.input("data", batch, 3, 17, 19)
	conv := ir.Convolution{Axis: 1, Kernel: []int{3, 3}, Pad: []int{1, 1}, Stride: []int{2, 2}, Dilation: []int{1, 1}, Group: 1, Bias: true}
	y := g.node(conv, []*ir.Value{x, g.constant("conv/0", 8, 3, 3, 3), g.constant("conv/1", 8)}, "conv")
	norm := []*ir.Value{y[0], g.constant("bn/0", 8), g.constantOf("bn/1", ir.Splat(2), 8), g.constantOf("bn/2", ir.Splat(0.9), 1)}
	y = g.node(ir.BatchNorm{Eps: 1e-5, UseGlobalStats: true}, norm, "bn")
	y = g.node(ir.ReLU{}, y, "relu")
	conv.Group, conv.Stride, conv.Bias = 4, []int{1, 1}, false
	y = g.node(conv, []*ir.Value{y[0], g.constant("grouped/0", 12, 2, 3, 3)}, "grouped")
	y = g.node(ir.Pooling{Method: ir.PoolAve, Kernel: []int{3, 3}, Pad: []int{1, 1}, Stride: []int{2, 2}}, y, "pool")
	y = g.node(ir.InnerProduct{Axis: 1, Bias: true}, []*ir.Value{y[0], g.constant("fc/0", 10, tensor.Count(y[0].Type.Shape[1:])), g.constant("fc/1", 10)}, "fc")
	g.node(ir.Softmax{Axis: 1}, y, "prob")
	return g
}

func TestRunSameForEveryThreadCountAndPlace(t *testing.T) {
	const batch = 5
	whole := smallNet(t, batch)
	e, err := New(whole.Graph)
	require.NoError(t, err)
	e.Threads = 1
	want, err := e.Run(t.Context(), whole.given, "conv", "grouped", "fc")
	require.NoError(t, err)
	for _, e.Threads = range []int{0, 2, 3, 16} {
		have, err := e.Run(t.Context(), whole.given, "conv", "grouped", "fc")
		require.NoError(t, err)
		require.Equal(t, want, have, "%d threads", e.Threads)
	}
	one := smallNet(t, 1)
	for i := range batch {
		size := len(one.given["data"].Data)
		one.given["data"].Data = whole.given["data"].Data[i*size:][:size]
		for name, have := range one.run("conv", "grouped", "fc") {
			size := len(have.Data)
			require.Equal(t, want[name].Data[i*size:][:size], have.Data, "%s of image %d", name, i)
		}
	}
}

func TestRunEmptyBatch(t *testing.T) {
	g := newGraph(t)
	x := g.input("x", 0, 3, 8, 8)
	conv := ir.Convolution{Axis: 1, Kernel: []int{3, 3}, Pad: []int{1, 1}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: 1}
	y := g.node(conv, []*ir.Value{x, g.constant("w", 4, 3, 3, 3)}, "conv")
	y = g.node(ir.Pooling{Global: true}, y, "pool")
	y = g.node(ir.Softmax{Axis: 1}, y, "soft")
	g.node(ir.Flatten{Axis: 1, EndAxis: -1}, y, "flat")
	have := g.run("conv", "x")
	require.Equal(t, map[string]*tensor.Tensor{
		"flat": tensor.New(0, 4), "conv": tensor.New(0, 4, 8, 8), "x": tensor.New(0, 3, 8, 8),
	}, have)
}

func TestRunWrongInputs(t *testing.T) {
	g := newGraph(t)
	a, b := g.input("data", 1, 3, 4, 4), g.input("rois", 2, 5)
	g.node(ir.ReLU{}, []*ir.Value{a}, "y")
	g.node(ir.ReLU{}, []*ir.Value{b}, "z")
	e, err := New(g.Graph)
	require.NoError(t, err)
	data, rois := g.given["data"], g.given["rois"]
	for _, c := range []struct {
		given map[string]*tensor.Tensor
		keep  string
		want  string
	}{
		{map[string]*tensor.Tensor{"rois": rois}, "y", `input "data": needs f32[1,3,4,4], none is given`},
		{map[string]*tensor.Tensor{"data": nil, "rois": rois}, "y", `input "data": needs f32[1,3,4,4], none is given`},
		{map[string]*tensor.Tensor{"data": rois, "rois": rois}, "y", `input "data": needs f32[1,3,4,4], f32[2,5] is given`},
		{map[string]*tensor.Tensor{"data": {Shape: []int{1, 3, 4, 4}}, "rois": rois}, "y", `input "data": needs f32[1,3,4,4], the given tensor has 0 elements`},
		{map[string]*tensor.Tensor{"data": data, "rois": rois, "roi": rois}, "y", `the graph has no input "roi" (did you mean rois?)`},
		{map[string]*tensor.Tensor{"data": data, "rois": rois}, "dota", `the graph has no value "dota" to keep (did you mean data?)`},
		{nil, "layer_y", "input \"data\": needs f32[1,3,4,4], none is given\ninput \"rois\": needs f32[2,5], none is given\nthe graph has no value \"layer_y\" to keep"},
	} {
		_, err := e.Run(t.Context(), c.given, c.keep)
		require.EqualError(t, err, c.want)
	}
}

// Each returned tensor, each input and each constant is memory of its own, also
// where the graph passes elements on.
func TestRunSharesNothing(t *testing.T) {
	g := newGraph(t)
	x, k := g.input("x", 2, 6), g.constantOf("k", ir.Literal{1, 2, 3, 4}, 4)
	relu := g.node(ir.ReLU{}, []*ir.Value{x}, "relu")
	views := slices.Concat(
		g.node(ir.Reshape{Shape: []int{3, 4}, NumAxes: -1}, []*ir.Value{x}, "reshaped"),
		g.node(ir.Split{Outputs: 2}, relu, "left", "right"),
		g.node(ir.Flatten{EndAxis: -1}, relu, "flat"),
		g.node(ir.Dropout{ScaleTrain: true}, relu, "dropped"),
		g.node(ir.Reshape{Shape: []int{2, 2}, NumAxes: -1}, []*ir.Value{k}, "reshaped_k"),
	)
	g.Outputs = append([]*ir.Value{x, k}, views...)
	e, err := New(g.Graph)
	require.NoError(t, err)
	given := slices.Clone(g.given["x"].Data)
	want, err := e.Run(t.Context(), g.given, "relu", "x")
	require.NoError(t, err)
	require.Len(t, want, 9)
	have, err := e.Run(t.Context(), g.given, "x", "relu")
	require.NoError(t, err)
	require.Equal(t, want, have)
	for name := range have {
		for i := range have[name].Data {
			have[name].Data[i] = -77
		}
		have[name].Shape[0] = 99
		for other := range have {
			if other != name && have[other].Data[0] != -77 {
				require.Equal(t, want[other], have[other], "%s after writing to %s", other, name)
			}
		}
	}
	require.Equal(t, given, g.given["x"].Data)
	have, err = e.Run(t.Context(), g.given, "relu")
	require.NoError(t, err)
	require.Equal(t, want, have)
}

// Buffers are used again, and never before their last use: random graphs of ops
// that share and ops that compute give what they do where nothing is shared.
func TestRunReusesBuffersSafely(t *testing.T) {
	for seed := range uint64(200) {
		g := newGraph(t)
		r := rand.New(rand.NewPCG(seed, 1))
		x, k := g.input("x", 3, 4), g.constantOf("k", ir.Rand(seed), 3, 4)
		values := []*ir.Value{x, k}
		truth := [][]float64{widened(g.given["x"].Data), widened(random(seed, 3, 4).Data)}
		add := func(data []float64, op ir.Op, in []*ir.Value, names ...string) {
			for _, v := range g.node(op, in, names...) {
				values, truth = append(values, v), append(truth, data)
			}
		}
		for i := range 30 {
			a, b := r.IntN(len(values)), r.IntN(len(values))
			one, both, name := []*ir.Value{values[a]}, []*ir.Value{values[a], values[b]}, fmt.Sprint("v", i)
			computed := make([]float64, 12)
			switch r.IntN(5) {
			case 0:
				add(truth[a], ir.Reshape{Shape: []int{0, 0}, NumAxes: -1}, one, name)
			case 1:
				add(truth[a], ir.Split{Outputs: 2}, one, name, name+"b")
			case 2:
				for j, v := range truth[a] {
					computed[j] = float64(i) - v/2
				}
				add(computed, ir.Power{Power: 1, Scale: -0.5, Shift: float32(i)}, one, name)
			default:
				for j, v := range truth[a] {
					computed[j] = v + truth[b][j]
				}
				add(computed, ir.Eltwise{Operation: ir.EltwiseSum}, both, name)
			}
		}
		var names []string
		for _, v := range values {
			names = append(names, v.Name)
		}
		have := g.run(names...)
		for i, v := range values {
			require.Equal(t, rounded(truth[i]), have[v.Name].Data, "seed %d, %s", seed, v.Name)
		}
	}
}

func TestRunReusesBuffers(t *testing.T) {
	var made atomic.Int64
	allocate := newData
	newData = func(n int) []float64 { made.Add(1); return allocate(n) }
	defer func() { newData = allocate }()
	g := newGraph(t)
	y := []*ir.Value{g.input("x", 100)}
	for i := range 50 {
		g.node(ir.Sigmoid{}, y, fmt.Sprint("unused", i))
		y = g.node(ir.ReLU{}, y, fmt.Sprint("y", i))
	}
	g.run()
	require.EqualValues(t, 2, made.Load(), "buffers for a chain of 50 with dead ends")
}

func TestArena(t *testing.T) {
	var a arena
	large, small := a.take(100), a.take(10)
	a.give(large)
	a.give(small)
	require.NotSame(t, &large[0], &a.take(49)[0], "more than half would lie idle")
	require.Same(t, &large[0], &a.take(50)[0])
	require.Same(t, &small[0], &a.take(9)[0])
	require.Empty(t, a.free)
}

// cancelling ends a context when it is read.
type cancelling struct{ cancel context.CancelFunc }

func (s cancelling) Read([]float32, int) { s.cancel() }

func TestRunCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := newGraph(t)
	x := g.input("x", 1, 3)
	y := g.node(ir.ReLU{}, []*ir.Value{x}, "y")
	g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{y[0], g.constantOf("w", cancelling{cancel}, 2, 3)}, "z")
	e, err := New(g.Graph)
	require.NoError(t, err)
	_, err = e.Run(ctx, g.given)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, `layer "layer_z"`)
	_, err = e.Run(ctx, g.given)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, `layer "layer_y"`)
}

func TestParallelStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := &call{ctx: ctx, threads: 1}
	var done []int
	err := c.parallel(100, func(i int) {
		done = append(done, i)
		if i == 3 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []int{0, 1, 2, 3}, done)
}

func TestParallelCoversAll(t *testing.T) {
	c := &call{ctx: t.Context(), threads: 4}
	for _, n := range []int{0, 1, 3, 4, 1001} {
		for _, size := range []int{0, 1, 100, 2 * grain} {
			counts := make([]atomic.Int32, n)
			require.NoError(t, c.planes(n, size, func(i int) { counts[i].Add(1) }))
			for i := range counts {
				require.EqualValues(t, 1, counts[i].Load())
			}
		}
	}
}

// unknown is an op that has no function.
type unknown struct{ ir.ReLU }

func (unknown) Kind() string { return "Unknown" }

func TestNewWithoutFunction(t *testing.T) {
	g := newGraph(t)
	_, err := g.AddNode("mystery", "net.prototxt:3:1", unknown{}, []*ir.Value{g.input("x", 1)}, "y")
	require.NoError(t, err)
	_, err = New(g.Graph)
	require.EqualError(t, err, `net.prototxt:3:1: layer "mystery": op Unknown has no reference function`)
	var node *ir.NodeError
	require.True(t, errors.As(err, &node))
}

func TestNewUnsoundGraph(t *testing.T) {
	g := newGraph(t)
	y := g.node(ir.ReLU{}, []*ir.Value{g.input("x", 1)}, "y")
	g.node(ir.ReLU{}, y, "z")
	slices.Reverse(g.Nodes)
	_, err := New(g.Graph)
	require.ErrorContains(t, err, "verify graph: ")
}
