package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// peakSums is how many sums are stepped side by side: as many as in a tile.
const peakSums = 2 * tile

func peakAVX2() {
	TEXT("peakAVX2", NOSPLIT, "func(n int64)")
	Doc("peakAVX2 steps 12 vectors of sums n times, n above 0.")
	n := Load(Param("n"), GP64())
	factor := YMM()
	VXORPS(factor, factor, factor)
	sums := make([]reg.VecVirtual, peakSums)
	for i := range sums {
		sums[i] = YMM()
		VXORPS(sums[i], sums[i], sums[i])
	}
	Label("loop")
	for _, s := range sums {
		VFMADD231PS(factor, factor, s)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
