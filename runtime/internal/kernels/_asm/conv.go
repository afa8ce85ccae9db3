package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Tiles of pixels, each with two vectors of sums. Six use all registers: twelve
// sums, two vectors of weights, two of input. A fused multiply-add takes four
// cycles and two start in each, so a tile of four with its eight sums is the
// smallest that keeps the processor busy.
const (
	tile      = 6
	smallTile = 4
)

// prefetchTiles is over how many tiles the lines of the next weights are spread.
const prefetchTiles = 4

// A convKernel is what tells one kernel of this family from another.
type convKernel struct {
	name, doc string
	layout    layout
	unroll    int // places in a run computed before the counter is looked at
	prefetch  bool
	kind      stepKind
}

// A stepKind makes the code of one place in a run.
type stepKind interface {
	// begin makes the offsets of a run; its base offset is in c.off.
	begin(c *conv)
	// step adds the products of place u from where the registers point.
	step(c *conv, u int)
	// advance moves the registers n places on; the weights are moved elsewhere.
	advance(c *conv, n int)
}

func convAVX2() {
	const computes = " on tiles of 6 or 4 pixels by 16 channels."
	emitConv(convKernel{
		name: "convAVX2", doc: "computes Conv" + computes,
		layout: convLayout, unroll: 4, prefetch: true, kind: dense{},
	})
	emitConv(convKernel{
		name: "halvesAVX2", doc: "computes Halves" + computes,
		layout: halvesLayout, unroll: 4, kind: &halves{},
	})
	emitConv(convKernel{
		name: "depthwiseAVX2", doc: "computes Depthwise" + computes,
		layout: convLayout, unroll: 1, kind: depthwise{},
	})
	emitConv(convKernel{
		name: "groupedWideAVX2", doc: "computes Grouped where Repeat is 0," + computes,
		layout: groupedLayout, unroll: 1, kind: &grouped{},
	})
	emitConv(convKernel{
		name: "groupedRepeatAVX2", doc: "computes Grouped where Repeat is 1," + computes,
		layout: groupedLayout, unroll: 1, kind: &grouped{repeat: true},
	})
}

// conv is the state of a kernel while it is emitted.
type conv struct {
	convKernel
	args  argument
	pixel []reg.GPVirtual // where the windows of the tile's pixels begin
	off   reg.GPVirtual   // place in the run, from there
	w     reg.GPVirtual   // weights of that place
	acc   [][2]reg.VecVirtual
	next  reg.GPVirtual // line of the next weights to prefetch

	cursor, end            Mem // the tile's first pixel record, and past the last
	runsEnd                Mem
	prefetchStep, untilEnd Mem // bytes between lines, 0 when enough; tiles until then
}

func emitConv(k convKernel) {
	TEXT(k.name, NOSPLIT, "func(a uintptr)")
	Doc(k.name + " " + k.doc)
	c := &conv{convKernel: k, args: loadArgument(k.layout)}
	c.cursor, c.end, c.runsEnd = AllocLocal(8), AllocLocal(8), AllocLocal(8)
	c.takePixels()
	if k.prefetch {
		c.startPrefetch()
	}

	Label("tiles")
	left, cursor := GP64(), GP64()
	MOVQ(c.cursor, cursor)
	MOVQ(c.end, left)
	SUBQ(cursor, left)
	JLE(LabelRef("done"))
	CMPQ(left, I32(smallTile*pixelLayout.size))
	JLE(LabelRef("small"))
	Comment("One pixel short of a tile: begin one earlier.")
	CMPQ(left, I32(tile*pixelLayout.size))
	JGE(LabelRef("full"))
	SUBQ(I32(pixelLayout.size), cursor)
	Label("full")
	c.emitTile("full", tile, cursor)
	ADDQ(I32(tile*pixelLayout.size), cursor)
	MOVQ(cursor, c.cursor)
	JMP(LabelRef("tiles"))

	Label("small")
	last := GP64()
	MOVQ(c.end, last)
	SUBQ(I32(smallTile*pixelLayout.size), last)
	c.emitTile("small", smallTile, last)

	Label("done")
	VZEROUPPER()
	RET()
}

// takePixels sets cursor and end. Fewer pixels than a tile are copied and the last
// repeated, so that from there on there is at least one whole tile.
func (c *conv) takePixels() {
	copied := AllocLocal(tile * pixelLayout.size)
	from, n := c.args.load("Pixels"), c.args.load("NumPixels")
	TESTQ(n, n)
	JLE(LabelRef("done"))
	CMPQ(n, Imm(tile))
	JGE(LabelRef("enough"))
	record := XMM()
	to, i := GP64(), GP64()
	LEAQ(copied, to)
	XORQ(i, i)
	Label("copy")
	VMOVDQU(Mem{Base: from}, record)
	VMOVDQU(record, Mem{Base: to})
	ADDQ(Imm(uint64(pixelLayout.size)), to)
	INCQ(i)
	Comment("Stay at the last record.")
	CMPQ(i, n)
	JGE(LabelRef("last"))
	ADDQ(Imm(uint64(pixelLayout.size)), from)
	Label("last")
	CMPQ(i, Imm(tile))
	JLT(LabelRef("copy"))
	LEAQ(copied, from)
	Comment("Up to four make a small tile, five a full one.")
	CMPQ(n, Imm(smallTile))
	MOVQ(U32(tile), n)
	JG(LabelRef("enough"))
	MOVQ(U32(smallTile), n)
	Label("enough")
	MOVQ(from, c.cursor)
	SHLQ(Imm(4), n)
	ADDQ(from, n)
	MOVQ(n, c.end)
}

// startPrefetch points at the next weights; where there are none, at these, without
// ever moving on.
func (c *conv) startPrefetch() {
	c.prefetchStep, c.untilEnd = AllocLocal(8), AllocLocal(8)
	c.next = c.args.load("Prefetch")
	MOVQ(I32(64), c.prefetchStep)
	MOVQ(I32(prefetchTiles), c.untilEnd)
	TESTQ(c.next, c.next)
	JNZ(LabelRef("prefetching"))
	MOVQ(c.args.field("Weights"), c.next)
	MOVQ(I32(0), c.prefetchStep)
	Label("prefetching")
}

// emitTile makes the pixels at the records from first on.
func (c *conv) emitTile(name string, pixels int, first reg.GPVirtual) {
	in := func(i int, field string) Mem {
		return Mem{Base: first, Disp: i*pixelLayout.size + pixelLayout.offset(field)}
	}
	c.pixel = c.pixel[:0]
	for i := range pixels {
		p := GP64()
		MOVLQSX(in(i, "In"), p)
		ADDQ(c.args.field("In"), p)
		c.pixel = append(c.pixel, p)
	}
	c.startSums(pixels)
	c.w = c.args.load("Weights")
	c.emitRuns(name)

	Label(name + "_residual")
	residual := c.args.load("Residual")
	TESTQ(residual, residual)
	JZ(LabelRef(name + "_relu"))
	for i, sums := range c.acc {
		p := GP64()
		MOVLQSX(in(i, "Residual"), p)
		for half, v := range sums {
			VADDPS(Mem{Base: residual, Index: p, Scale: 1, Disp: 32 * half}, v, v)
		}
	}
	Label(name + "_relu")
	CMPQ(c.args.field("ReLU"), Imm(0))
	JE(LabelRef(name + "_store"))
	zero := negativeZero()
	for _, sums := range c.acc {
		for _, v := range sums {
			rectify(v, zero)
		}
	}
	Label(name + "_store")
	out := c.args.load("Out")
	for i, sums := range c.acc {
		p := GP64()
		MOVLQSX(in(i, "Out"), p)
		for half, v := range sums {
			VMOVUPS(v, Mem{Base: out, Index: p, Scale: 1, Disp: 32 * half})
		}
	}
	if c.prefetch {
		DECQ(c.untilEnd)
		JNZ(LabelRef(name + "_prefetched"))
		MOVQ(I32(0), c.prefetchStep)
		Label(name + "_prefetched")
	}
}

// startSums begins each sum with its bias.
func (c *conv) startSums(pixels int) {
	bias := c.args.load("Bias")
	c.acc = make([][2]reg.VecVirtual, pixels)
	for half := range 2 {
		first := YMM()
		VMOVUPS(Mem{Base: bias, Disp: 32 * half}, first)
		c.acc[0][half] = first
		for i := 1; i < pixels; i++ {
			c.acc[i][half] = YMM()
			VMOVAPS(first, c.acc[i][half])
		}
	}
}

// emitRuns adds all products.
func (c *conv) emitRuns(name string) {
	runs, n := c.args.load("Runs"), c.args.load("NumRuns")
	TESTQ(n, n)
	JZ(LabelRef(name + "_residual"))
	LEAQ(Mem{Base: runs, Index: n, Scale: 8}, n)
	MOVQ(n, c.runsEnd)

	Label(name + "_run")
	c.off = GP64()
	MOVQ(Mem{Base: runs}, c.off)
	c.kind.begin(c)
	left := c.args.load("RunLen")
	if c.unroll > 1 {
		SUBQ(Imm(uint64(c.unroll)), left)
		JL(LabelRef(name + "_rest"))
		Label(name + "_steps")
		c.steps(c.unroll)
		if c.prefetch {
			PREFETCHT1(Mem{Base: c.next})
			ADDQ(c.prefetchStep, c.next)
		}
		SUBQ(Imm(uint64(c.unroll)), left)
		JGE(LabelRef(name + "_steps"))
		Label(name + "_rest")
		ADDQ(Imm(uint64(c.unroll)), left)
	} else {
		TESTQ(left, left)
	}
	JZ(LabelRef(name + "_next"))
	Label(name + "_step")
	c.steps(1)
	DECQ(left)
	JNZ(LabelRef(name + "_step"))
	Label(name + "_next")
	ADDQ(Imm(8), runs)
	CMPQ(runs, c.runsEnd)
	JNE(LabelRef(name + "_run"))
}

func (c *conv) steps(n int) {
	for u := range n {
		c.kind.step(c, u)
	}
	c.kind.advance(c, n)
	ADDQ(I32(64*n), c.w)
}

// weights is the vector of weights of a half at place u.
func (c *conv) weights(u, half int) Mem { return Mem{Base: c.w, Disp: 64*u + 32*half} }
