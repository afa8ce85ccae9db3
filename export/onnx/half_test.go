package onnx

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHalfKeepsHalves takes every float16 to float32 and back.
func TestHalfKeepsHalves(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		f := fromHalf(h)
		if f != f {
			require.True(t, fromHalf(toHalf(f)) != fromHalf(toHalf(f)), "%#x is a NaN", h)
			continue
		}
		require.Equal(t, h, toHalf(f), "%#x is %v", h, f)
	}
	require.Equal(t, float32(65504), fromHalf(0x7bff))
	require.Equal(t, float32(0x1p-24), fromHalf(1))
	require.Equal(t, float32(1), fromHalf(0x3c00))
	require.Equal(t, float32(math.Inf(-1)), fromHalf(0xfc00))
}

// TestHalfRoundsToNearest looks at the middle between each two neighbours, and at
// what lies just about it.
func TestHalfRoundsToNearest(t *testing.T) {
	for h := range uint16(0x7c00) {
		low, high := float64(fromHalf(h)), float64(fromHalf(h+1))
		if h+1 == halfInf {
			high = 65536 // the next one, had float16 more exponents
		}
		middle := float32((low + high) / 2)
		require.Equal(t, h+h&1, toHalf(middle), "%v is a tie", middle)
		require.Equal(t, h, toHalf(math.Nextafter32(middle, 0)), "below %v", middle)
		require.Equal(t, h+1, toHalf(math.Nextafter32(middle, 1e9)), "above %v", middle)
		require.Equal(t, 0x8000|(h+1), toHalf(-math.Nextafter32(middle, 1e9)))
	}
	require.NoError(t, checkHalf(65519, toHalf(65519)))
	require.EqualError(t, checkHalf(-65520, toHalf(-65520)), "has an element -65520, beyond float16")
	require.NoError(t, checkHalf(float32(math.Inf(1)), toHalf(float32(math.Inf(1)))))
}
