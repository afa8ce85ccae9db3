package kernels

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// epsilon is the largest relative error of one rounding to float32.
const epsilon = 1.0 / (1 << 24)

// eachSet runs a test with every instruction set in turn. One that is not there is
// skipped, unless KERNELS_REQUIRE, a list with commas, names it.
func eachSet(t *testing.T, test func(t *testing.T, set *Set)) {
	required := strings.Split(os.Getenv("KERNELS_REQUIRE"), ",")
	for _, isa := range ISAs() {
		t.Run(isa.String(), func(t *testing.T) {
			set := For(isa)
			if set == nil && slices.Contains(required, isa.String()) {
				t.Fatalf("KERNELS_REQUIRE names %s, which is not there", isa)
			}
			if set == nil {
				t.Skipf("%s is not there", isa)
			}
			require.Equal(t, isa, set.ISA)
			test(t, set)
		})
	}
}

// eachGuard runs a test with buffers that end, and with buffers that begin, where
// memory that must not be touched begins or ends.
func eachGuard(t *testing.T, test func(m *memory)) {
	for _, atEnd := range []bool{false, true} {
		m := &memory{t: t, atEnd: atEnd}
		test(m)
		m.release()
	}
}

// place copies data into memory of its own, with nothing readable before it or,
// with atEnd, behind it. Without data it returns what must not be read.
func place[T any](m *memory, data []T) unsafe.Pointer {
	var zero T
	bytes := m.take(len(data) * int(unsafe.Sizeof(zero)))
	p := unsafe.Pointer(unsafe.SliceData(bytes))
	copy(unsafe.Slice((*T)(p), len(data)), data)
	return p
}

// floats returns what lies at p.
func floats(p unsafe.Pointer, n int) []float32 {
	return slices.Clone(unsafe.Slice((*float32)(p), n))
}

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// randoms returns n numbers between -1 and 1.
func randoms(r *rand.Rand, n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = 2*r.Float32() - 1
	}
	return v
}

// spoil puts some values that are not finite, and zeros of both signs, into v.
func spoil(r *rand.Rand, v []float32) {
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1)}
	for range len(v)/40 + 1 {
		if len(v) > 0 {
			v[r.IntN(len(v))] = float32(odd[r.IntN(len(odd))])
		}
	}
}

// An expected is a result in float64 and how far from it one in float32 may be.
type expected struct{ value, bound float64 }

func requireNear(t *testing.T, want []expected, got []float32) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		g := float64(got[i])
		switch {
		case math.IsNaN(w.value):
			require.True(t, math.IsNaN(g), "element %d: want NaN, have %v", i, g)
		case math.IsInf(w.value, 0):
			require.Equal(t, w.value, g, "element %d", i)
		default:
			require.LessOrEqual(t, math.Abs(g-w.value), w.bound, "element %d: want %v, have %v", i, w.value, g)
		}
	}
}

// requireSame compares bits, but any NaN is like any other.
func requireSame(t *testing.T, want, got []float32) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		if w != w && got[i] != got[i] {
			continue
		}
		require.Equal(t, math.Float32bits(w), math.Float32bits(got[i]), "element %d: want %v, have %v", i, w, got[i])
	}
}

// relu64 is Caffe's formula.
func relu64(v, slope float64) float64 {
	if v > 0 {
		return v
	}
	return v * slope
}

var negInf = float32(math.Inf(-1))
