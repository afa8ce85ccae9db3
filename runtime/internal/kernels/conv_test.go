package kernels

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	pixelCounts = []int{0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13}
	runCounts   = []int{0, 1, 2, 9}
	runLengths  = []int{0, 1, 3, 4, 16, 21, 48}
)

// eachConvCase runs a test over kernels, sizes and options.
func eachConvCase(t *testing.T, test func(t *testing.T, set *Set, c *convCase)) {
	eachSet(t, func(t *testing.T, set *Set) {
		for _, kind := range convKinds() {
			t.Run(kind.name, func(t *testing.T) {
				for n, pixels := range pixelCounts {
					for m, runs := range runCounts {
						for k, runLen := range runLengths {
							seed := uint64(n*1000 + m*100 + k)
							c := newConvCase(newRandom(seed), kind, pixels, runs, runLen, seed%2 == 0, seed%3 == 0)
							test(t, set, c)
						}
					}
				}
			})
		}
	})
}

func TestConvAgainstFloat64(t *testing.T) {
	eachConvCase(t, func(t *testing.T, set *Set, c *convCase) {
		requireNear(t, c.want(), c.run(t, set, max(c.pixels, 1)))
	})
}

func TestConvDoesNotDependOnTiles(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		for _, kind := range convKinds() {
			for _, pixels := range []int{5, 6, 13, 29} {
				c := newConvCase(newRandom(3), kind, pixels, 3, 21, true, true)
				whole := c.run(t, set, pixels)
				for _, perCall := range []int{1, 2, 3, 4, 5, 7, 11} {
					requireSame(t, whole, c.run(t, set, perCall))
				}
			}
		}
	})
}

func TestConvPassesOnWhatIsNotFinite(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		for _, kind := range convKinds() {
			for seed := range uint64(8) {
				r := newRandom(seed)
				c := newConvCase(r, kind, 13, 2, 5, seed&1 == 0, seed&2 == 0)
				spoil(r, [][]float32{c.in, c.weights, c.bias, c.added}[seed%4])
				requireNear(t, c.want(), c.run(t, set, 13))
			}
		}
	})
}

// Sums that become −∞ are NaN after Caffe's ReLU.
func TestConvReLUOfMinusInfinity(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		for _, kind := range convKinds() {
			c := newConvCase(newRandom(1), kind, 7, 0, 0, true, false)
			c.bias[0], c.bias[9], c.bias[10] = negInf, negInf, -1
			out := c.run(t, set, 7)
			for _, p := range c.records {
				require.True(t, out[p.Out/4] != out[p.Out/4])
				require.True(t, out[p.Out/4+9] != out[p.Out/4+9])
				require.Zero(t, out[p.Out/4+10])
			}
		}
	})
}

func TestGroupingOf(t *testing.T) {
	for in := range 10 {
		for out := range 10 {
			t.Run(fmt.Sprintf("%dto%d", in, out), func(t *testing.T) {
				g, ok := GroupingOf(in, out)
				served := in <= out && (in == 1 || in == 2 || in == 4) && (out == 1 || out == 2 || out == 4)
				require.Equal(t, served, ok)
				require.Len(t, g.Perm, 16*in*btoi(served))
				for _, p := range g.Perm {
					require.True(t, 0 <= p && p < 4)
				}
			})
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func FuzzConv(f *testing.F) {
	for kind := range convKinds() {
		f.Add(uint64(kind), uint8(kind), uint8(13), uint8(2), uint8(21), kind%2 == 0, kind%3 == 0, kind%4 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, kind, pixels, runs, runLen uint8, relu, residual, odd bool) {
		kinds := convKinds()
		r := newRandom(seed)
		c := newConvCase(r, kinds[int(kind)%len(kinds)], int(pixels%40), int(runs%12), int(runLen%70), relu, residual)
		if odd {
			spoil(r, c.in)
		}
		want := c.want()
		for _, isa := range ISAs() {
			if set := For(isa); set != nil {
				requireNear(t, want, c.run(t, set, 1+r.IntN(40)))
			}
		}
	})
}
