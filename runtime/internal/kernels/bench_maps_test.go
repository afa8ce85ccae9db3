package kernels

import (
	"testing"
	"unsafe"
)

func zeros(n int) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(make([]float32, n))) }

// BenchmarkConvColdWeights goes through more weights than any cache holds, one
// panel of 16 output channels a call, as a net does from layer to layer.
func BenchmarkConvColdWeights(b *testing.B) {
	const panels, channels = 512, 2048
	shape := convShape{side: 7, blocks: channels / 16, kernel: 1, run: 16}
	eachBenchmarkSet(b, func(b *testing.B, set *Set) {
		for _, prefetch := range []bool{false, true} {
			b.Run(map[bool]string{false: "1x1/c2048/7x7/plain", true: "1x1/c2048/7x7/prefetch"}[prefetch], func(b *testing.B) {
				a := shape.args()
				weights := zeros(panels * channels * 16)
				panel := func(i int) unsafe.Pointer { return unsafe.Add(weights, i%panels*channels*64) }
				for i := 0; b.Loop(); i++ {
					a.Weights = panel(i)
					if prefetch {
						a.Prefetch = panel(i + 1)
					}
					set.Conv(a)
				}
				b.ReportMetric(2*16*channels*float64(a.NumPixels)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	})
}

// BenchmarkMaps reports the bytes read and written of one block of 56×56 pixels.
func BenchmarkMaps(b *testing.B) {
	const side, pitch = 56, 64 * 56
	x, y, z, vector := zeros(side*side*16), zeros(side*side*16), zeros(side*side*16), zeros(16)
	var pixels []PoolPixel
	for i := range side / 2 * (side / 2) {
		in := i/(side/2)*2*pitch + i%(side/2)*128
		pixels = append(pixels, PoolPixel{In: int32(in), Out: int32(64 * i), Count: 9, Divisor: 9})
	}
	var windows []int64
	for i := range 9 {
		windows = append(windows, int64(i/3*pitch+i%3*64))
	}
	pixels = pixels[:len(pixels)-side] // windows that would leave the map
	pool := &PoolArgs{
		In: x, Out: z, NumPixels: int64(len(pixels)),
		Pixels: unsafe.Pointer(unsafe.SliceData(pixels)), Windows: unsafe.Pointer(unsafe.SliceData(windows)),
	}
	const bytes = side * pitch
	eachBenchmarkSet(b, func(b *testing.B, set *Set) {
		for _, bench := range []struct {
			name  string
			bytes int64
			call  func()
		}{
			{"sum/56x56", bytes, func() { set.Sum(&SumArgs{x, vector, side, side, pitch}) }},
			{"scaleadd/56x56", 3 * bytes, func() {
				set.ScaleAdd(&ScaleAddArgs{x, y, z, vector, side, side, pitch, pitch, pitch, 1})
			}},
			{"add/56x56", 3 * bytes, func() { set.Add(&AddArgs{x, y, z, side, side, pitch, pitch, pitch, 1}) }},
			{"relu/56x56", 2 * bytes, func() { set.ReLU(&ReLUArgs{x, z, vector, side, side, pitch, pitch}) }},
			{"maxpool/3x3s2/56x56", bytes, func() { set.MaxPool(pool) }},
			{"avepool/3x3s2/56x56", bytes, func() { set.AvePool(pool) }},
		} {
			b.Run(bench.name, func(b *testing.B) {
				b.SetBytes(bench.bytes)
				for b.Loop() {
					bench.call()
				}
			})
		}
	})
}

func BenchmarkReorder(b *testing.B) {
	const c, h, w, halo = 64, 56, 56, 1
	blocked, plain := make([]float32, BlockedLen(c, h, w, halo)), make([]float32, c*h*w)
	for _, bench := range []struct {
		name string
		call func()
	}{
		{"block/64x56x56", func() { Block(blocked, plain, c, h, w, halo) }},
		{"unblock/64x56x56", func() { Unblock(plain, blocked, c, h, w, halo) }},
		{"interleave/3x224x224", func() { Interleave(blocked, plain, 3, 224, 224, 3) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(8 * len(plain)))
			for b.Loop() {
				bench.call()
			}
		})
	}
}
