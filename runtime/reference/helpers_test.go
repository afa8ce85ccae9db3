package reference

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	nan = float32(math.NaN())
	inf = float32(math.Inf(1))
)

// plainData is what newData is outside of tests.
var plainData = newData

// TestMain has new elements be NaN, so that one that no op writes shows.
func TestMain(m *testing.M) {
	newData = func(n int) []float64 {
		data := plainData(n)
		for i := range data {
			data[i] = math.NaN()
		}
		return data
	}
	m.Run()
}

// requireRounded requires each element to be its value in float64, rounded to
// float32 once: half a unit of the last of 24 bits, and 2^-40 more for the
// roundings in float64 before it.
func requireRounded(t *testing.T, want []float64, have []float32) {
	t.Helper()
	require.Len(t, have, len(want))
	for i, w := range want {
		limit := math.Abs(w)*(0x1p-24+0x1p-40) + math.SmallestNonzeroFloat32
		require.InDelta(t, w, float64(have[i]), limit, "element %d", i)
	}
}

// widened returns elements in float64.
func widened(data []float32) []float64 {
	wide := make([]float64, len(data))
	for i, v := range data {
		wide[i] = float64(v)
	}
	return wide
}

// rounded returns elements in float32.
func rounded(data []float64) []float32 { return (&buffer{data: data}).rounded() }

// each calls f with every index of an array of that shape, in C order. The index
// is reused.
func each(shape []int, f func(index []int)) {
	index := make([]int, len(shape))
	var walk func(axis int)
	walk = func(axis int) {
		if axis == len(shape) {
			f(index)
			return
		}
		for index[axis] = 0; index[axis] < shape[axis]; index[axis]++ {
			walk(axis + 1)
		}
	}
	walk(0)
}

// offset returns the place of an element in C order, and whether the index lies
// in the array.
func offset(shape, index []int) (int, bool) {
	at := 0
	for i, d := range shape {
		if index[i] < 0 || index[i] >= d {
			return 0, false
		}
		at = at*d + index[i]
	}
	return at, true
}
