package reference

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// countedSource counts how often it is read.
type countedSource struct {
	ir.Source
	reads *atomic.Int64
}

func (s countedSource) Read(dst []float32, offset int) {
	s.reads.Add(1)
	s.Source.Read(dst, offset)
}

func TestConcurrentRunsReadConstantsOnce(t *testing.T) {
	var reads atomic.Int64
	g := newGraph(t)
	conv := ir.Convolution{Axis: 1, Kernel: []int{3, 3}, Pad: []int{1, 1}, Stride: []int{1, 1}, Dilation: []int{1, 1}, Group: 2}
	y := g.node(conv, []*ir.Value{g.input("x", 2, 4, 9, 9), g.constantOf("w", countedSource{ir.Rand(7), &reads}, 8, 2, 3, 3)}, "y")
	g.node(ir.Sigmoid{}, y, "z")
	e, err := New(g.Graph)
	require.NoError(t, err)
	e.Threads = 3
	require.Zero(t, reads.Load())
	results := make([]map[string]*tensor.Tensor, 8)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i], _ = e.Run(t.Context(), g.given, "y") })
	}
	wg.Wait()
	require.EqualValues(t, 1, reads.Load())
	require.Len(t, results[0], 2)
	for _, r := range results {
		require.Equal(t, results[0], r)
	}
}

func TestReshape(t *testing.T) {
	var reads atomic.Int64
	g := smallNet(t, 1)
	for _, v := range g.Consts {
		v.Const.Source = countedSource{v.Const.Source, &reads}
	}
	e, err := New(g.Graph)
	require.NoError(t, err)
	e.Threads = 2
	executors, given := []*Executor{e}, []map[string]*tensor.Tensor{g.given}
	for batch := range 4 {
		shape := []int{batch, 3, 17, 19}
		r, err := executors[batch].Reshape(map[string][]int{"data": shape})
		require.NoError(t, err)
		require.Equal(t, 2, r.Threads)
		executors = append(executors, r)
		given = append(given, map[string]*tensor.Tensor{"data": random(uint64(batch)+50, shape...)})
	}
	have := make([]map[string]*tensor.Tensor, len(executors))
	var wg sync.WaitGroup
	for i, e := range executors {
		wg.Go(func() { have[i], _ = e.Run(t.Context(), given[i], "conv", "conv/0") })
	}
	wg.Wait()
	require.EqualValues(t, len(g.Consts), reads.Load())
	for i, x := range given {
		fresh := smallNet(t, x["data"].Shape[0])
		fresh.given = x
		require.Equal(t, fresh.run("conv", "conv/0"), have[i], "executor %d", i)
	}
}

func TestReshapeErrors(t *testing.T) {
	e, err := New(smallNet(t, 1).Graph)
	require.NoError(t, err)
	_, err = e.Reshape(map[string][]int{"dota": {1, 3, 17, 19}})
	require.EqualError(t, err, `reshape: "dota": no such input; the graph has "data"`)
	_, err = e.Reshape(map[string][]int{"data": {1, 3, 33, 33}})
	require.ErrorContains(t, err, `layer "layer_fc"`)
	var node *ir.NodeError
	require.ErrorAs(t, err, &node)
}

// One *ir.Const may stand for values of several sizes.
func TestConstantOfSeveralSizes(t *testing.T) {
	g := newGraph(t)
	shared := &ir.Const{Source: ir.Rand(3)}
	for _, n := range []int{2, 5, 3} {
		v, err := g.AddConst(fmt.Sprint("k", n), ir.F32(n), shared)
		require.NoError(t, err)
		g.node(ir.ReLU{}, []*ir.Value{v}, fmt.Sprint("y", n))
	}
	have := g.run("k2", "k3", "k5")
	for _, n := range []int{2, 5, 3} {
		require.Equal(t, random(3, n), have[fmt.Sprint("k", n)])
	}
}
