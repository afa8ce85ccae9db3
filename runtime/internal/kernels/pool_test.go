package kernels

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A poolCase is the numbers of one call of pooling.
type poolCase struct {
	in      []float32
	pixels  []PoolPixel
	windows []int64
}

// newPoolCase makes pixels of 0 to 12 windows each, over an input that the last of
// them reads to its end.
func newPoolCase(r *rand.Rand, pixels int) *poolCase {
	c := &poolCase{}
	const inputRange, windowRange = 100, 60 // floats
	last := int64(0)
	place := r.Perm(pixels)
	for i := range pixels {
		p := PoolPixel{
			In: int32(4 * r.IntN(inputRange)), Out: int32(outPitch * place[i]),
			First: int32(len(c.windows)), Count: int32(r.IntN(13)), Divisor: float32(1 + r.IntN(12)),
		}
		for range p.Count {
			c.windows = append(c.windows, int64(4*r.IntN(windowRange)))
			last = max(last, int64(p.In)+c.windows[len(c.windows)-1]+64)
		}
		c.pixels = append(c.pixels, p)
	}
	c.in = randoms(r, int(last/4))
	return c
}

func (c *poolCase) run(t *testing.T, kernel func(*PoolArgs)) (out []float32) {
	n := len(c.pixels) * outPitch / 4
	eachGuard(t, func(m *memory) {
		a := PoolArgs{
			In: place(m, c.in), Out: place(m, slices.Repeat([]float32{canary}, n)),
			Pixels: place(m, c.pixels), Windows: place(m, c.windows), NumPixels: int64(len(c.pixels)),
		}
		kernel(&a)
		result := floats(a.Out, n)
		if out != nil {
			requireSame(t, out, result)
		}
		out = result
	})
	return out
}

// want applies a rule to the values of each window.
func (c *poolCase) want(rule func(values []float32, divisor float32) expected) []expected {
	want := slices.Repeat([]expected{{value: canary}}, len(c.pixels)*outPitch/4)
	for _, p := range c.pixels {
		for i := range 16 {
			var values []float32
			for _, w := range c.windows[p.First:][:p.Count] {
				values = append(values, c.in[(int(p.In)+int(w))/4+i])
			}
			want[int(p.Out)/4+i] = rule(values, p.Divisor)
		}
	}
	return want
}

func greatest(values []float32, _ float32) expected {
	best := float32(-math.MaxFloat32)
	for _, v := range values {
		if v > best {
			best = v
		}
	}
	return expected{float64(best), 0}
}

// mean has a rounding for each value and one for the division.
func mean(values []float32, divisor float32) expected {
	sum, size := 0.0, 0.0
	for _, v := range values {
		sum += float64(v)
		size += math.Abs(float64(v))
	}
	d := float64(divisor)
	return expected{sum / d, float64(len(values)+1) * epsilon * size / d}
}

func TestPooling(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		for _, pixels := range []int{0, 1, 2, 5, 6, 7, 40} {
			for seed := range uint64(4) {
				r := newRandom(seed)
				c := newPoolCase(r, pixels)
				if seed%2 == 1 {
					spoil(r, c.in)
				}
				requireNear(t, c.want(greatest), c.run(t, set.MaxPool))
				requireNear(t, c.want(mean), c.run(t, set.AvePool))
				requireSame(t, c.run(t, maxPoolPortable), c.run(t, set.MaxPool))
				requireSame(t, c.run(t, avePoolPortable), c.run(t, set.AvePool))
			}
		}
	})
}

// Caffe passes over NaN in a maximum, and divides 0 by 0 for a window that lies
// outside the map.
func TestPoolingOfNothing(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		nan := float32(math.NaN())
		c := &poolCase{
			in:      slices.Repeat([]float32{nan}, 16),
			windows: []int64{0},
			pixels:  []PoolPixel{{Out: 0, Count: 1, Divisor: 1}, {Out: outPitch, Count: 0, Divisor: 0}},
		}
		highest := c.run(t, set.MaxPool)
		require.Equal(t, float32(-math.MaxFloat32), highest[3])
		require.Equal(t, float32(-math.MaxFloat32), highest[outPitch/4+15])
		for _, v := range []int{0, outPitch/4 + 15} {
			average := c.run(t, set.AvePool)[v]
			require.True(t, average != average)
		}
	})
}
