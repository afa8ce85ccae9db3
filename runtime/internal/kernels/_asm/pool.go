package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func poolAVX2() {
	emitPool(poolKernel{
		name: "maxPoolAVX2", doc: "computes MaxPool.",
		start: func() reg.VecVirtual {
			lowest, bits := YMM(), GP32()
			Comment("-MaxFloat32")
			MOVL(U32(0xff7fffff), bits)
			VMOVD(bits, lowest.AsX())
			VPBROADCASTD(lowest.AsX(), lowest)
			return lowest
		},
		take: func(x Mem, v reg.VecVirtual) {
			t := YMM()
			VMOVUPS(x, t)
			Comment("Where the new value is NaN, the second operand is the result.")
			VMAXPS(v, t, v)
		},
		end: func(Mem, [2]reg.VecVirtual) {},
	})
	emitPool(poolKernel{
		name: "avePoolAVX2", doc: "computes AvePool.",
		start: func() reg.VecVirtual {
			zero := YMM()
			VXORPS(zero, zero, zero)
			return zero
		},
		take: func(x Mem, v reg.VecVirtual) { VADDPS(x, v, v) },
		end: func(divisor Mem, v [2]reg.VecVirtual) {
			d := YMM()
			VBROADCASTSS(divisor, d)
			for _, half := range v {
				VDIVPS(d, half, half)
			}
		},
	})
}

// A poolKernel is what tells one pooling from another.
type poolKernel struct {
	name, doc string
	start     func() reg.VecVirtual                  // the value of an empty window
	take      func(x Mem, v reg.VecVirtual)          // one more value
	end       func(divisor Mem, v [2]reg.VecVirtual) // what is done with a whole window's
}

func emitPool(k poolKernel) {
	TEXT(k.name, NOSPLIT, "func(a uintptr)")
	Doc(k.name + " " + k.doc)
	a := loadArgument(poolLayout)
	in, out, windows := a.load("In"), a.load("Out"), a.load("Windows")
	pixel, n := a.load("Pixels"), a.load("NumPixels")
	field := func(name string) Mem { return Mem{Base: pixel, Disp: poolPixelLayout.offset(name)} }
	TESTQ(n, n)
	JLE(LabelRef("done"))
	start := k.start()

	Label("pixel")
	v := [2]reg.VecVirtual{YMM(), YMM()}
	for _, half := range v {
		VMOVAPS(start, half)
	}
	base, window, left := GP64(), GP64(), GP64()
	MOVLQSX(field("In"), base)
	ADDQ(in, base)
	MOVLQSX(field("First"), window)
	LEAQ(Mem{Base: windows, Index: window, Scale: 8}, window)
	MOVLQSX(field("Count"), left)
	TESTQ(left, left)
	JLE(LabelRef("end"))
	Label("window")
	at := GP64()
	MOVQ(Mem{Base: window}, at)
	for h, half := range v {
		k.take(Mem{Base: base, Index: at, Scale: 1, Disp: 32 * h}, half)
	}
	ADDQ(Imm(8), window)
	DECQ(left)
	JNZ(LabelRef("window"))
	Label("end")
	k.end(field("Divisor"), v)
	to := GP64()
	MOVLQSX(field("Out"), to)
	for h, half := range v {
		VMOVUPS(half, Mem{Base: out, Index: to, Scale: 1, Disp: 32 * h})
	}
	ADDQ(Imm(uint64(poolPixelLayout.size)), pixel)
	DECQ(n)
	JNZ(LabelRef("pixel"))
	finish()
}
