package kernels

import (
	"fmt"
	"testing"
	"unsafe"
)

// benchmarkPeak measures what a core can do, for a benchmark to say its share.
func benchmarkPeak(b *testing.B, set *Set) {
	flops := 0.0
	for b.Loop() {
		flops += set.Peak(20_000)
	}
	b.ReportMetric(flops/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// eachBenchmarkSet runs a benchmark for every instruction set that is there.
func eachBenchmarkSet(b *testing.B, run func(b *testing.B, set *Set)) {
	for _, isa := range ISAs() {
		if set := For(isa); set != nil {
			b.Run(isa.String(), func(b *testing.B) { run(b, set) })
		}
	}
}

func BenchmarkPeak(b *testing.B) { eachBenchmarkSet(b, benchmarkPeak) }

// A convShape is a call on a blocked map of side×side pixels with halo 1.
type convShape struct {
	name         string
	side, blocks int // of the input
	kernel       int
	run          int // floats in a run
	step         int // bytes from run to run inside a row of the window, 0: one run a row
	perOutput    int // multiply-adds of an output
	call         func(set *Set, a *ConvArgs)
}

func (s convShape) args() *ConvArgs {
	pitch := 64 * (s.side + 2)
	block := pitch * (s.side + 2)
	var runs []int64
	for c := range s.blocks {
		for y := range s.kernel {
			row := int64(c*block + y*pitch)
			if s.step == 0 {
				runs = append(runs, row)
				continue
			}
			for x := range s.kernel {
				runs = append(runs, row+int64(x*s.step))
			}
		}
	}
	var pixels []Pixel
	for y := range s.side {
		for x := range s.side {
			pixels = append(pixels, Pixel{In: int32(y*pitch + 64*x), Out: int32((y+1)*pitch + 64*(x+1))})
		}
	}

	return &ConvArgs{
		In: zeros(s.blocks * block / 4), Out: zeros(block / 4), Weights: zeros(len(runs) * s.run * 16), Bias: zeros(16),
		Pixels: unsafe.Pointer(unsafe.SliceData(pixels)), Runs: unsafe.Pointer(unsafe.SliceData(runs)),
		NumPixels: int64(len(pixels)), NumRuns: int64(len(runs)), RunLen: int64(s.run), ReLU: 1,
	}
}

// BenchmarkConv computes 16 output channels of one map a step.
func BenchmarkConv(b *testing.B) {
	conv := func(set *Set, a *ConvArgs) { set.Conv(a) }
	depthwise := func(set *Set, a *ConvArgs) { set.Depthwise(a) }
	halves := func(upper int64) func(*Set, *ConvArgs) {
		return func(set *Set, a *ConvArgs) { set.Halves(&HalvesArgs{ConvArgs: *a, Upper: upper}) }
	}
	grouped := func(in, out int) func(*Set, *ConvArgs) {
		g, _ := GroupingOf(in, out)
		perm := unsafe.Pointer(unsafe.SliceData(g.Perm))
		return func(set *Set, a *ConvArgs) {
			set.Grouped(&GroupedArgs{ConvArgs: *a, Halves: g.Halves, Repeat: g.Repeat, Perm: perm})
		}
	}
	shapes := []convShape{
		{"1x1/c64/56x56", 56, 4, 1, 16, 0, 64, conv},
		{"1x1/c256/56x56", 56, 16, 1, 16, 0, 256, conv},
		{"1x1/c256/14x14", 14, 16, 1, 16, 0, 256, conv},
		{"1x1/c1024/14x14", 14, 64, 1, 16, 0, 1024, conv},
		{"1x1/c1024/6x6", 6, 64, 1, 16, 0, 1024, conv},
		{"1x1/c2048/7x7", 7, 128, 1, 16, 0, 2048, conv},
		{"3x3/c64/56x56", 56, 4, 3, 48, 0, 576, conv},
		{"3x3/c64/14x14", 14, 4, 3, 48, 0, 576, conv},
		{"3x3/c256/14x14", 14, 16, 3, 48, 0, 2304, conv},
		{"3x3/c512/7x7", 7, 32, 3, 48, 0, 4608, conv},
		{"3x3/groups16to16/14x14", 14, 1, 3, 48, 0, 144, conv},
		{"3x3/groups8to16/14x14", 14, 1, 3, 8, 64, 72, conv},
		{"3x3/groups8to8/28x28", 28, 1, 3, 8, 64, 72, halves(32)},
		{"3x3/groups4to8/28x28", 28, 1, 3, 4, 64, 36, halves(16)},
		{"3x3/groups4to4/56x56", 56, 1, 3, 4, 64, 36, grouped(4, 4)},
		{"3x3/groups2to4/56x56", 56, 1, 3, 2, 64, 18, grouped(2, 4)},
		{"3x3/groups2to2/56x56", 56, 1, 3, 2, 64, 18, grouped(2, 2)},
		{"3x3/depthwise/56x56", 56, 1, 3, 3, 0, 9, depthwise},
	}
	eachBenchmarkSet(b, func(b *testing.B, set *Set) {
		for _, s := range shapes {
			b.Run(s.name, func(b *testing.B) {
				a := s.args()
				for b.Loop() {
					s.call(set, a)
				}
				flops := 2 * 16 * float64(a.NumPixels) * float64(s.perOutput) * float64(b.N)
				b.ReportMetric(flops/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
		b.Run(fmt.Sprintf("peak/%s", set.ISA), func(b *testing.B) { benchmarkPeak(b, set) })
	})
}
