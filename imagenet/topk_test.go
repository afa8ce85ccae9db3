package imagenet_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

func TestTopK(t *testing.T) {
	probs := []float32{0.1, 0.3, 0.2, 0.3, 0, 0.1}
	want := []imagenet.Prediction{{1, 0.3}, {3, 0.3}, {2, 0.2}, {0, 0.1}, {5, 0.1}, {4, 0}}
	for k := range 7 {
		require.Equal(t, want[:k], imagenet.TopK(probs, k))
	}
	require.Equal(t, want, imagenet.TopK(probs, 100))
	require.Empty(t, imagenet.TopK(probs, -1))
	require.Empty(t, imagenet.TopK(nil, 5))
	require.Equal(t, []float32{0.1, 0.3, 0.2, 0.3, 0, 0.1}, probs, "the input stays as it is")
}

func TestTopKNaNLast(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	var order []int
	for _, p := range imagenet.TopK([]float32{nan, -inf, 2, nan, inf}, 5) {
		order = append(order, p.Index)
	}
	require.Equal(t, []int{4, 2, 1, 0, 3}, order)
}
