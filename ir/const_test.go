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

// TestRead64 reads more than a block of what knows float32 only, and float64 as it
// is.
func TestRead64(t *testing.T) {
	const count = 1<<12 + 5
	want, have := make([]float32, count), make([]float64, count)
	Rand(3).Read(want, 2)
	(&Const{Source: Rand(3)}).Read64(have, 2)
	for i, f := range want {
		require.Equal(t, float64(f), have[i])
	}
	exact := Literal64{1.0 / 3, 0.1, 2}
	(&Const{Source: exact}).Read64(have[:2], 1)
	require.Equal(t, []float64{0.1, 2}, have[:2])
	exact.Read(want[:2], 0)
	require.Equal(t, []float32{1.0 / 3, 0.1}, want[:2])
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

// droppable counts how often it is let go of.
type droppable struct {
	Splat
	dropped *int
}

func (d droppable) Drop() { *d.dropped++ }

func TestScaledDropsItsBase(t *testing.T) {
	dropped := 0
	base := &Const{Source: droppable{1, &dropped}}
	scaled := base.Times(1, []float64{2}).Times(1, []float64{3})
	scaled.Source.(Scaled).Drop()
	require.Equal(t, 1, dropped)
	Scaled{Base: &Const{Source: Splat(1)}}.Drop()
}
