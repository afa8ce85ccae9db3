package ir

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSources(t *testing.T) {
	dst := make([]float32, 3)
	Splat(0.5).Read(dst, 7)
	require.Equal(t, []float32{0.5, 0.5, 0.5}, dst)
	Literal{1, 2, 3, 4, 5}.Read(dst, 2)
	require.Equal(t, []float32{3, 4, 5}, dst)
}

// TestRand holds Rand to splitmix64 (its first three numbers for the seed
// 1234567, as published with the algorithm), and each element to its place.
func TestRand(t *testing.T) {
	dst := make([]float32, 3)
	Rand(1234567).Read(dst, 0)
	for i, z := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423} {
		require.Equal(t, float32(z>>40)/(1<<23)-1, dst[i], "24 bits and their difference from 1 are exact in float32")
	}
	whole := make([]float32, 1000)
	Rand(3).Read(whole, 0)
	part := make([]float32, 100)
	Rand(3).Read(part, 517)
	require.Equal(t, whole[517:617], part)
	for _, f := range whole {
		require.True(t, f >= -1 && f < 1)
	}
}
