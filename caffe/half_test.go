package caffe

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// halfByDefinition computes a half precision value from IEEE 754's formula, in
// float64, which holds every one exactly.
func halfByDefinition(h uint16) float64 {
	sign := 1.0
	if h >= 0x8000 {
		sign = -1
	}
	exponent, fraction := int(h%0x8000/0x400), float64(h%0x400)
	switch exponent {
	case 0:
		return math.Copysign(math.Ldexp(fraction, -24), sign)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1+fraction/1024, exponent-15)
}

func TestHalfToFloat(t *testing.T) {
	for bits := range 1 << 16 {
		got, want := halfToFloat(uint16(bits)), halfByDefinition(uint16(bits))
		if math.IsNaN(want) {
			require.True(t, math.IsNaN(float64(got)), "%#x", bits)
			require.Equal(t, bits >= 0x8000, math.Signbit(float64(got)), "%#x", bits)
			continue
		}
		require.Equal(t, math.Float32bits(float32(want)), math.Float32bits(got), "%#x", bits)
	}
}
