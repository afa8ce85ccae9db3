package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pixelBytes is the size of a pixel: two vectors.
const pixelBytes = 64

func mapsAVX2() {
	emitSum()
	emitScaleAdd()
	emitAdd()
	emitReLU()
}

// A cursor walks over a map: its place in the row, and the row's beginning.
type cursor struct{ row, at reg.GPVirtual }

// half is the memory of a half of the pixel that lies pixels further on.
func (c cursor) half(h, pixels int) Mem { return Mem{Base: c.at, Disp: pixelBytes*pixels + 32*h} }

// newCursor starts at the address that a field holds.
func newCursor(a argument, field string) cursor { return cursor{a.load(field), GP64()} }

// nextRow moves on by the pitch that a field holds.
func (c cursor) nextRow(pitch Mem) { ADDQ(pitch, c.row) }

// eachRow runs body for each row of a map that has pixels; it leaves at "done".
func eachRow(a argument, body func()) {
	CMPQ(a.field("Columns"), Imm(0))
	JLE(LabelRef("done"))
	rows := a.load("Rows")
	TESTQ(rows, rows)
	JLE(LabelRef("done"))
	Label("row")
	body()
	DECQ(rows)
	JNZ(LabelRef("row"))
}

// eachPixel runs body for each pixel of all rows, with cursors at the maps that the
// names say. A map's pitch is the field of its name and "Pitch".
func eachPixel(a argument, maps []string, body func(at []cursor)) {
	var at []cursor
	for _, m := range maps {
		at = append(at, newCursor(a, m))
	}
	eachRow(a, func() {
		for _, c := range at {
			MOVQ(c.row, c.at)
		}
		columns := a.load("Columns")
		Label("pixel")
		body(at)
		for _, c := range at {
			ADDQ(Imm(pixelBytes), c.at)
		}
		DECQ(columns)
		JNZ(LabelRef("pixel"))
		for i, c := range at {
			c.nextRow(a.field(maps[i] + "Pitch"))
		}
	})
}

// loadPair loads the two vectors of a pixel that a field points to.
func loadPair(a argument, field string) [2]reg.VecVirtual {
	p := a.load(field)
	v := [2]reg.VecVirtual{YMM(), YMM()}
	for h := range v {
		VMOVUPS(Mem{Base: p, Disp: 32 * h}, v[h])
	}
	return v
}

// finish ends a kernel over maps.
func finish() {
	Label("done")
	VZEROUPPER()
	RET()
}

// rectifyIfAsked rectifies a pixel where relu is not 0.
func rectifyIfAsked(relu reg.GPVirtual, v [2]reg.VecVirtual, zero reg.VecVirtual) {
	TESTQ(relu, relu)
	JZ(LabelRef("store"))
	for _, half := range v {
		rectify(half, zero)
	}
	Label("store")
}

func emitScaleAdd() {
	TEXT("scaleAddAVX2", NOSPLIT, "func(a uintptr)")
	Doc("scaleAddAVX2 computes ScaleAdd.")
	a := loadArgument(scaleAddLayout)
	gate, zero := loadPair(a, "Gate"), negativeZero()
	relu, added := a.load("ReLU"), a.load("Shortcut")
	eachPixel(a, []string{"In", "Shortcut", "Out"}, func(at []cursor) {
		v := [2]reg.VecVirtual{YMM(), YMM()}
		TESTQ(added, added)
		JZ(LabelRef("alone"))
		for h := range v {
			VMOVUPS(at[1].half(h, 0), v[h])
			VFMADD231PS(at[0].half(h, 0), gate[h], v[h])
		}
		JMP(LabelRef("scaled"))
		Label("alone")
		for h := range v {
			VMULPS(at[0].half(h, 0), gate[h], v[h])
		}
		Label("scaled")
		rectifyIfAsked(relu, v, zero)
		for h := range v {
			VMOVUPS(v[h], at[2].half(h, 0))
		}
	})
	finish()
}

func emitAdd() {
	TEXT("addAVX2", NOSPLIT, "func(a uintptr)")
	Doc("addAVX2 computes Add.")
	a := loadArgument(addLayout)
	zero, relu := negativeZero(), a.load("ReLU")
	eachPixel(a, []string{"A", "B", "Out"}, func(at []cursor) {
		v := [2]reg.VecVirtual{YMM(), YMM()}
		for h := range v {
			VMOVUPS(at[0].half(h, 0), v[h])
			VADDPS(at[1].half(h, 0), v[h], v[h])
		}
		rectifyIfAsked(relu, v, zero)
		for h := range v {
			VMOVUPS(v[h], at[2].half(h, 0))
		}
	})
	finish()
}

func emitReLU() {
	TEXT("reluAVX2", NOSPLIT, "func(a uintptr)")
	Doc("reluAVX2 computes ReLU.")
	a := loadArgument(reluLayout)
	slopes, zero := loadPair(a, "Slopes"), YMM()
	VXORPS(zero, zero, zero)
	eachPixel(a, []string{"In", "Out"}, func(at []cursor) {
		for h := range slopes {
			v, below := YMM(), YMM()
			VMOVUPS(at[0].half(h, 0), v)
			VMULPS(v, slopes[h], below)
			Comment("Adding 0 makes 0 of −0.")
			VADDPS(zero, below, below)
			VBLENDVPS(v, below, v, v)
			VMOVUPS(v, at[1].half(h, 0))
		}
	})
	finish()
}

func emitSum() {
	TEXT("sumAVX2", NOSPLIT, "func(a uintptr)")
	Doc("sumAVX2 computes Sum.")
	a := loadArgument(sumLayout)
	in, sums := newCursor(a, "In"), loadPair(a, "Sums")
	eachRow(a, func() {
		var s [4][2]reg.VecVirtual
		for k := range s {
			for h := range 2 {
				s[k][h] = YMM()
				VXORPS(s[k][h], s[k][h], s[k][h])
			}
		}
		add := func(pixel int) {
			for h, v := range s[pixel] {
				VADDPS(in.half(h, pixel), v, v)
			}
		}
		MOVQ(in.row, in.at)
		left := a.load("Columns")
		SUBQ(Imm(4), left)
		JL(LabelRef("rest"))
		Label("four")
		for k := range s {
			add(k)
		}
		ADDQ(I32(4*pixelBytes), in.at)
		SUBQ(Imm(4), left)
		JGE(LabelRef("four"))
		Label("rest")
		for k := range 3 {
			CMPQ(left, I32(int32(k-4)))
			JE(LabelRef("total"))
			add(k)
		}
		Label("total")
		for h := range sums {
			VADDPS(s[1][h], s[0][h], s[0][h])
			VADDPS(s[3][h], s[2][h], s[2][h])
			VADDPS(s[2][h], s[0][h], s[0][h])
			VADDPS(s[0][h], sums[h], sums[h])
		}
		in.nextRow(a.field("Pitch"))
	})
	to := a.load("Sums")
	for h := range sums {
		VMOVUPS(sums[h], Mem{Base: to, Disp: 32 * h})
	}
	finish()
}
