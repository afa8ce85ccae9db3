//go:build amd64 && !purego

package kernels

import "github.com/prototxt2go/prototxt2go/runtime/internal/cpu"

var avx2Set = Set{
	ISA:       AVX2,
	Conv:      convAVX2,
	Halves:    halvesAVX2,
	Grouped:   groupedAVX2,
	Depthwise: depthwiseAVX2,
	MaxPool:   maxPoolAVX2,
	AvePool:   avePoolAVX2,
	Sum:       sumAVX2,
	ScaleAdd:  scaleAddAVX2,
	Add:       addAVX2,
	ReLU:      reluAVX2,
	Tile:      6,
	peak: func(n int64) float64 {
		peakAVX2(n)
		return float64(n) * 12 * 8 * 2
	},
}

// setOf returns the kernels of an instruction set above Portable, or nil.
func setOf(isa ISA) *Set {
	if isa == AVX2 && cpu.AVX2() {
		return &avx2Set
	}
	return nil
}

func groupedAVX2(a *GroupedArgs) {
	if a.Repeat != 0 {
		groupedRepeatAVX2(a)
		return
	}
	groupedWideAVX2(a)
}
