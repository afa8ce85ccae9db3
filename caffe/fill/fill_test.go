package fill

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// fnv1a is the hash as its authors define it.
func fnv1a(s string) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range []byte(s) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// splitmix is the generator as its author gives it: with a state that moves.
type splitmix struct{ state uint64 }

func (s *splitmix) next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// fraction returns the next number in [0, 1), of 24 bits.
func (s *splitmix) fraction() float64 { return math.Ldexp(float64(s.next()>>40), -24) }

// TestOracle holds the test's own hash and generator against published numbers.
func TestOracle(t *testing.T) {
	require.Equal(t, uint64(0xaf63dc4c8601ec8c), fnv1a("a"))
	require.Equal(t, uint64(0x85944171f73967e8), fnv1a("foobar"))
	s := splitmix{1234567}
	for _, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		require.Equal(t, want, s.next())
	}
}

func whole(r caffe.Reader, count int) []float32 {
	all := make([]float32, count)
	r.Read(all, 0)
	return all
}

func bits(values []float32) []uint32 {
	b := make([]uint32, len(values))
	for i, v := range values {
		b[i] = math.Float32bits(v)
	}
	return b
}

func TestDeterministic(t *testing.T) {
	he := func(fanIn float64) func(float64) float64 {
		return func(u float64) float64 { return (2*u - 1) * math.Sqrt(6/fanIn) }
	}
	small := func(u float64) float64 { return (2*u - 1) * 0.1 }
	factor := func(u float64) float64 { return 0.5 + u }
	tests := []struct {
		layerType string
		blob      int
		shape     []int
		of        func(u float64) float64
	}{
		{"Convolution", 0, []int{8, 3, 7, 5}, he(105)},
		{"Convolution", 1, []int{64}, small},
		{"Deconvolution", 0, []int{6, 4, 2, 2}, he(16)},
		{"Deconvolution", 1, []int{16}, small},
		{"InnerProduct", 0, []int{10, 37}, he(37)},
		{"InnerProduct", 1, []int{10}, small},
		{"Scale", 0, []int{256}, factor},
		{"Scale", 0, []int{}, factor},
		{"Scale", 1, []int{256}, small},
		{"PReLU", 0, []int{32}, func(u float64) float64 { return 0.5 * u }},
		{"Bias", 0, []int{32}, small},
		{"Normalize", 0, []int{32}, factor},
		{"BN", 0, []int{1, 32, 1, 1}, factor},
		{"BN", 1, []int{1, 32, 1, 1}, small},
		{"Embed", 0, []int{20, 3}, small},
		{"LSTM", 2, []int{20, 5}, small},
		{"Mine", 0, []int{20, 5}, small},
		{"BatchNorm", 0, []int{9}, func(float64) float64 { return 0 }},
		{"BatchNorm", 1, []int{9}, func(float64) float64 { return 1 }},
		{"BatchNorm", 2, []int{1}, func(float64) float64 { return 1 }},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s/%d/%v", test.layerType, test.blob, test.shape), func(t *testing.T) {
			s := splitmix{fnv1a(fmt.Sprintf("Net é/conv1/7x7_s2/%d", test.blob))}
			want := make([]float32, (&caffe.Blob{Shape: test.shape}).Count())
			for i := range want {
				want[i] = float32(test.of(s.fraction()))
			}
			r := Deterministic("Net é", "conv1/7x7_s2", test.layerType, test.blob, test.shape)
			require.Equal(t, bits(want), bits(whole(r, len(want))))
		})
	}
}

// TestReadAtOffset reads every part of every kind of filler.
func TestReadAtOffset(t *testing.T) {
	square, err := Bilinear([]int{2, 3, 4, 4})
	require.NoError(t, err)
	for _, r := range []caffe.Reader{
		Deterministic("n", "l", "Scale", 0, []int{96}), Deterministic("n", "l", "BatchNorm", 1, []int{96}), Constant(-2.5), square,
	} {
		all := whole(r, 96)
		for offset := range all {
			for _, n := range []int{0, 1, 7, 96 - offset} {
				if offset+n > len(all) {
					continue
				}
				part := make([]float32, n)
				r.Read(part, offset)
				require.Equal(t, bits(all[offset:offset+n]), bits(part), "%T: %d from %d", r, n, offset)
			}
		}
	}
}

func TestConstant(t *testing.T) {
	require.Equal(t, []float32{0.1, 0.1, 0.1}, whole(Constant(0.1), 3))
	require.Equal(t, []uint32{0x80000000}, bits(whole(Constant(math.Copysign(0, -1)), 1)))
}

// TestBilinear computes Caffe's formula in fractions: with f = ceil(k/2) and
// c = (2f - 1 - f%2) / 2f, an element is (1 - |x/f - c|)·(1 - |y/f - c|).
func TestBilinear(t *testing.T) {
	for k := 1; k <= 9; k++ {
		r, err := Bilinear([]int{2, 1, k, k})
		require.NoError(t, err)
		f := (k + 1) / 2
		factor := func(x int) *big.Rat {
			d := big.NewRat(int64(2*x-(2*f-1-f%2)), int64(2*f))
			return d.Sub(big.NewRat(1, 1), d.Abs(d))
		}
		for i, got := range whole(r, 2*k*k) {
			want, _ := new(big.Rat).Mul(factor(i%k), factor(i/k%k)).Float32()
			require.Equal(t, want, got, "kernel %d, element %d", k, i)
		}
	}
}

// TestBilinearDoubles gives the kernel that doubles a map.
func TestBilinearDoubles(t *testing.T) {
	r, err := Bilinear([]int{1, 1, 4, 4})
	require.NoError(t, err)
	require.Equal(t, []float32{
		1. / 16, 3. / 16, 3. / 16, 1. / 16,
		3. / 16, 9. / 16, 9. / 16, 3. / 16,
		3. / 16, 9. / 16, 9. / 16, 3. / 16,
		1. / 16, 3. / 16, 3. / 16, 1. / 16,
	}, whole(r, 16))
}

func TestBilinearRefuses(t *testing.T) {
	for _, shape := range [][]int{{}, {4, 4}, {2, 2, 4}, {1, 1, 4, 3}, {1, 1, 1, 4, 4}} {
		r, err := Filler("bilinear", 0, shape)
		require.Nil(t, r)
		require.EqualError(t, err, "the bilinear filler is for square kernels of 4 axes, not for "+caffe.ShapeString(shape))
	}
}

func TestFiller(t *testing.T) {
	r, err := Filler("constant", 0.25, []int{2})
	require.NoError(t, err)
	require.Equal(t, Constant(0.25), r)

	r, err = Filler("bilinear", 0.25, []int{1, 1, 2, 2})
	require.NoError(t, err)
	square, err := Bilinear([]int{1, 1, 2, 2})
	require.NoError(t, err)
	require.Equal(t, square, r)

	for _, kind := range []string{"gaussian", "positive_unitball", "uniform", "xavier", "msra"} {
		r, err := Filler(kind, 0, []int{2})
		require.Nil(t, r)
		require.EqualError(t, err, fmt.Sprintf("no weights are given and its filler %q is random: give the weights, or ask for the deterministic fill", kind))
	}
}
