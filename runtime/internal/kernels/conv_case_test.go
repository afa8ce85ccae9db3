package kernels

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// A convKind is one kernel of the convolution family: how it is called, and which
// input it multiplies with weight l of lane i, in bytes from the pixel's run.
type convKind struct {
	name   string
	call   func(set *Set, a ConvArgs, k *convKind, m *memory)
	source func(l, i int) int
	reach  func(runLen int) int // bytes that are read from the beginning of a run
	upper  int64
	group  Grouping
	maxLen int // longest run, 0: any
}

func convKinds() []*convKind {
	kinds := []*convKind{
		{
			name:   "conv",
			call:   func(set *Set, a ConvArgs, _ *convKind, _ *memory) { set.Conv(&a) },
			source: func(l, _ int) int { return 4 * l },
			reach:  func(runLen int) int { return 4 * runLen },
		},
		{
			name:   "depthwise",
			call:   func(set *Set, a ConvArgs, _ *convKind, _ *memory) { set.Depthwise(&a) },
			source: func(l, i int) int { return 64*l + 4*i },
			reach:  func(runLen int) int { return 64 * runLen },
		},
	}
	for _, upper := range []int{0, 16, 32} {
		kinds = append(kinds, &convKind{
			name:  "halves" + map[int]string{0: "0", 16: "16", 32: "32"}[upper],
			upper: int64(upper),
			call: func(set *Set, a ConvArgs, k *convKind, _ *memory) {
				set.Halves(&HalvesArgs{ConvArgs: a, Upper: k.upper})
			},
			source: func(l, i int) int { return 4*l + i/8*upper },
			reach:  func(runLen int) int { return upper + 4*runLen },
		})
	}
	for _, shape := range [][2]int{{1, 1}, {1, 2}, {1, 4}, {2, 2}, {2, 4}, {4, 4}} {
		kinds = append(kinds, groupedKind(shape[0], shape[1]))
	}
	return kinds
}

// groupedKind takes its input channels from the definition of groups and not from
// the Grouping.
func groupedKind(in, out int) *convKind {
	group, _ := GroupingOf(in, out)
	last := int(group.Halves[1]) + 32
	if group.Repeat == 1 {
		last = int(group.Halves[1]) + 16
	}
	return &convKind{
		name:  "grouped" + string('0'+rune(in)) + "to" + string('0'+rune(out)),
		group: group,
		call: func(set *Set, a ConvArgs, k *convKind, m *memory) {
			set.Grouped(&GroupedArgs{
				ConvArgs: a, Halves: k.group.Halves, Repeat: k.group.Repeat,
				Perm: place(m, k.group.Perm[:16*a.RunLen]),
			})
		},
		source: func(l, i int) int { return 4 * (i/out*in + l) },
		reach:  func(int) int { return last },
		maxLen: in,
	}
}

// A convCase is the numbers of one call.
type convCase struct {
	kind                     *convKind
	pixels, runs, runLen     int
	relu, residual           bool
	in, added, weights, bias []float32
	records                  []Pixel
	offsets                  []int64
	outLen                   int
}

// outPitch is between two output pixels: one float more than they take, so that
// writing past a pixel shows.
const outPitch = 68

func newConvCase(r *rand.Rand, kind *convKind, pixels, runs, runLen int, relu, residual bool) *convCase {
	if kind.maxLen > 0 {
		runLen = min(runLen, kind.maxLen)
	}
	c := &convCase{
		kind: kind, pixels: pixels, runs: runs, runLen: runLen, relu: relu, residual: residual,
		weights: randoms(r, runs*runLen*16), bias: randoms(r, 16), outLen: pixels * outPitch / 4,
	}
	const pixelRange, runRange = 50, 40 // floats
	for range runs {
		c.offsets = append(c.offsets, int64(4*r.IntN(runRange)))
	}
	place := r.Perm(pixels)
	for i := range pixels {
		c.records = append(c.records, Pixel{
			In: int32(4 * r.IntN(pixelRange)), Out: int32(outPitch * place[i]), Residual: int32(64 * place[(i+1)%pixels]),
		})
	}
	c.in = randoms(r, c.inputLen())
	if residual {
		c.added = randoms(r, pixels*16)
	}
	return c
}

// inputLen is how many floats the case reads from the base, to the last.
func (c *convCase) inputLen() int {
	if c.pixels == 0 || c.runs == 0 || c.runLen == 0 {
		return 0
	}
	last := slices.MaxFunc(c.records, func(a, b Pixel) int { return int(a.In - b.In) })
	return (int(last.In) + int(slices.Max(c.offsets)) + c.kind.reach(c.runLen)) / 4
}

// run computes the case, some pixels a call, in guarded memory, and returns the
// whole output with what lies between the pixels.
func (c *convCase) run(t *testing.T, set *Set, pixelsPerCall int) (out []float32) {
	eachGuard(t, func(m *memory) {
		a := ConvArgs{
			In: place(m, c.in), Weights: place(m, c.weights), Bias: place(m, c.bias),
			Runs: place(m, c.offsets), NumRuns: int64(c.runs), RunLen: int64(c.runLen),
			Out: place(m, slices.Repeat([]float32{canary}, c.outLen)),
		}
		if c.residual {
			a.Residual = place(m, c.added)
		}
		if c.relu {
			a.ReLU = 1
		}
		if m.atEnd {
			a.Prefetch = unsafe.Add(a.Weights, len(c.weights)*4) // nothing can be read there
		}
		for first := 0; first < c.pixels || first == 0; first += pixelsPerCall {
			records := c.records[first:min(first+pixelsPerCall, c.pixels)]
			a.Pixels, a.NumPixels = place(m, records), int64(len(records))
			c.kind.call(set, a, c.kind, m)
		}
		result := floats(a.Out, c.outLen)
		if out != nil {
			requireSame(t, out, result)
		}
		out = result
	})
	return out
}

// canary is what output memory holds before a call.
const canary = 12345

// want computes the case in float64. Each of the K products and the 2 or 3 other
// terms goes through at most K+2 roundings of sums and one of the product.
func (c *convCase) want() []expected {
	want := slices.Repeat([]expected{{value: canary}}, c.outLen)
	for _, p := range c.records {
		for i := range 16 {
			v, size := float64(c.bias[i]), math.Abs(float64(c.bias[i]))
			for r, off := range c.offsets {
				for l := range c.runLen {
					x := c.in[(int(p.In)+int(off)+c.kind.source(l, i))/4]
					product := float64(x) * float64(c.weights[(r*c.runLen+l)*16+i])
					v += product
					size += math.Abs(product)
				}
			}
			if c.residual {
				x := float64(c.added[int(p.Residual)/4+i])
				v += x
				size += math.Abs(x)
			}
			if c.relu {
				v = relu64(v, 0)
			}
			want[int(p.Out)/4+i] = expected{v, float64(c.runs*c.runLen+3) * epsilon * size}
		}
	}
	return want
}
