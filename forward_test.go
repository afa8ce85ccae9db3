package prototxt2go

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/tensor"
)

func forward(t *testing.T, n *Net, x *tensor.Tensor, blobs ...string) map[string]*tensor.Tensor {
	out, err := n.Forward(t.Context(), map[string]*tensor.Tensor{"data": x}, blobs...)
	require.NoError(t, err)
	return out
}

// TestForwardShapes runs a net on other batches and sizes than its own: each
// image of a batch has the bits that it has by itself, and a net opened at a shape
// those of one that is given it.
func TestForwardShapes(t *testing.T) {
	n := open(t, smallNet, Options{Fill: true})
	for _, shape := range [][]int{{1, 3, 6, 6}, {1, 3, 3, 3}, {3, 3, 6, 6}, {2, 3, 7, 11}, {0, 3, 6, 6}} {
		x := ramp(shape...)
		before := slices.Clone(x.Data)
		out := forward(t, n, x, "conv")
		require.Equal(t, before, x.Data, "inputs are only read")
		require.Equal(t, []int{shape[0], 5}, out["prob"].Shape)
		require.Equal(t, []int{shape[0], 4, shape[2] - 2, shape[3] - 2}, out["conv"].Shape)
		opened := open(t, smallNet, Options{Fill: true, Shapes: map[string][]int{"data": shape}})
		require.Equal(t, out, forward(t, opened, x, "conv"))
		for i := range shape[0] {
			size := len(x.Data) / shape[0]
			one := forward(t, n, &tensor.Tensor{Shape: append([]int{1}, shape[1:]...), Data: x.Data[i*size : (i+1)*size]})
			require.Equal(t, out["prob"].Data[i*5:(i+1)*5], one["prob"].Data)
		}
	}
	require.Equal(t, []int{1, 3, 6, 6}, n.Graph().Inputs[0].Type.Shape, "the net keeps its own shape")
}

// TestForwardBlobs asks for values inside, of which a blob's last is meant.
func TestForwardBlobs(t *testing.T) {
	n := open(t, smallNet, Options{Fill: true})
	out := forward(t, n, ramp(1, 3, 6, 6))
	require.Len(t, out, 1)
	inner := forward(t, n, ramp(1, 3, 6, 6), "conv", "conv@conv", "data")
	require.Len(t, inner, 4)
	require.Equal(t, out["prob"], inner["prob"])
	require.Equal(t, ramp(1, 3, 6, 6), inner["data"])
	negative := 0
	for i, v := range inner["conv@conv"].Data {
		require.Equal(t, max(v, 0), inner["conv"].Data[i], "the last value is behind the ReLU")
		if v < 0 {
			negative++
		}
	}
	require.Positive(t, negative)
	inner["prob"].Data[0] = 9
	require.Equal(t, out, forward(t, n, ramp(1, 3, 6, 6)), "what is returned is the caller's")
}

// TestForwardInPlace feeds an input that a layer overwrites: it is named by its
// blob going in, and the blob's name means what the layer made of it coming out.
func TestForwardInPlace(t *testing.T) {
	n := open(t, `layer { name: "in" type: "Input" top: "data" input_param { shape { dim: 2 } } }
		layer { name: "relu" type: "ReLU" bottom: "data" top: "data" }`, Options{Shapes: map[string][]int{"data": {3}}})
	require.Equal(t, []string{"data"}, n.Inputs())
	out := forward(t, n, &tensor.Tensor{Shape: []int{4}, Data: []float32{-1, 2, -3, 4}})
	require.Equal(t, map[string]*tensor.Tensor{"data": {Shape: []int{4}, Data: []float32{0, 2, 0, 4}}}, out)
}

func TestForwardErrors(t *testing.T) {
	n := open(t, smallNet, Options{Fill: true})
	x := ramp(1, 3, 6, 6)
	for _, c := range []struct {
		inputs map[string]*tensor.Tensor
		blobs  []string
		want   string
	}{
		{nil, nil, `input "data": needs f32[1,3,6,6], none is given`},
		{map[string]*tensor.Tensor{"dta": x}, nil, `the net has no input "dta" (did you mean data?); it has data`},
		{map[string]*tensor.Tensor{"data": x, "more": x}, nil, `the net has no input "more"; it has data`},
		{map[string]*tensor.Tensor{"data": ramp(1, 4, 6, 6)}, nil, `layer "conv"`},
		{map[string]*tensor.Tensor{"data": ramp(1, 3, 2, 2)}, nil, `layer "conv"`},
		{map[string]*tensor.Tensor{"data": {Shape: []int{1, 3, 6, 6}, Data: x.Data[:5]}}, nil, `the given tensor has 5 elements`},
		{map[string]*tensor.Tensor{"data": {Shape: []int{1, 3, 1 << 20, 1 << 20}}}, nil, "more than 2^31-1 elements"},
		{map[string]*tensor.Tensor{"data": x}, []string{"cnv"}, `no value "cnv" to keep (did you mean conv?)`},
	} {
		_, err := n.Forward(t.Context(), c.inputs, c.blobs...)
		require.ErrorContains(t, err, c.want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := n.Forward(ctx, map[string]*tensor.Tensor{"data": x})
	require.ErrorIs(t, err, context.Canceled)
}

// TestForwardConcurrently runs one net from many goroutines with different shapes,
// more of them than it keeps ready: all get the bits of a run alone.
func TestForwardConcurrently(t *testing.T) {
	n := open(t, smallNet, Options{Fill: true})
	const shapes = 9
	want := make([][]float32, shapes)
	for i := range want {
		want[i] = forward(t, open(t, smallNet, Options{Fill: true}), ramp(1+i%3, 3, 5+i, 6))["prob"].Data
	}
	var wg sync.WaitGroup
	errs := make(chan error, 3*shapes)
	for k := range 3 * shapes {
		wg.Go(func() {
			i := k % shapes
			out, err := n.Forward(t.Context(), map[string]*tensor.Tensor{"data": ramp(1+i%3, 3, 5+i, 6)})
			if err == nil && fmt.Sprint(out["prob"].Data) != fmt.Sprint(want[i]) {
				err = fmt.Errorf("shape %d: have %v, want %v", i, out["prob"].Data, want[i])
			}
			errs <- err
		})
	}
	wg.Wait()
	for range 3 * shapes {
		require.NoError(t, <-errs)
	}
}
