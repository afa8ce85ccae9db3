package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// dense multiplies each input with all 16 lanes of weights.
type dense struct{}

func (dense) begin(*conv) {}

func (dense) step(c *conv, u int) {
	w := [2]reg.VecVirtual{YMM(), YMM()}
	for half, v := range w {
		VMOVUPS(c.weights(u, half), v)
	}
	for i, p := range c.pixel {
		x := YMM()
		VBROADCASTSS(Mem{Base: p, Index: c.off, Scale: 1, Disp: 4 * u}, x)
		for half, v := range w {
			VFMADD231PS(v, x, c.acc[i][half])
		}
	}
}

func (dense) advance(c *conv, n int) { ADDQ(Imm(uint64(4*n)), c.off) }

// halves multiplies one input with the lower eight lanes and another with the upper.
type halves struct{ off reg.GPVirtual }

func (h *halves) begin(c *conv) {
	h.off = GP64()
	MOVQ(c.off, h.off)
	ADDQ(c.args.field("Upper"), h.off)
}

func (h *halves) step(c *conv, u int) {
	w := [2]reg.VecVirtual{YMM(), YMM()}
	for half, v := range w {
		VMOVUPS(c.weights(u, half), v)
	}
	for i, p := range c.pixel {
		for half, off := range []reg.GPVirtual{c.off, h.off} {
			x := YMM()
			VBROADCASTSS(Mem{Base: p, Index: off, Scale: 1, Disp: 4 * u}, x)
			VFMADD231PS(w[half], x, c.acc[i][half])
		}
	}
}

func (h *halves) advance(c *conv, n int) {
	ADDQ(Imm(uint64(4*n)), c.off)
	ADDQ(Imm(uint64(4*n)), h.off)
}

// depthwise multiplies lane with lane.
type depthwise struct{}

func (depthwise) begin(*conv) {}

func (depthwise) step(c *conv, u int) {
	for half := range 2 {
		w := YMM()
		VMOVUPS(c.weights(u, half), w)
		for i, p := range c.pixel {
			VFMADD231PS(Mem{Base: p, Index: c.off, Scale: 1, Disp: 64*u + 32*half}, w, c.acc[i][half])
		}
	}
}

func (depthwise) advance(c *conv, n int) { ADDQ(Imm(uint64(64*n)), c.off) }

// grouped multiplies lane with lane after moving the input's lanes about.
type grouped struct {
	repeat bool
	off    [2]reg.GPVirtual
	perm   reg.GPVirtual
}

func (g *grouped) begin(c *conv) {
	for half := range g.off {
		g.off[half] = GP64()
		MOVQ(c.off, g.off[half])
		halves := c.args.field("Halves")
		halves.Disp += 8 * half
		ADDQ(halves, g.off[half])
	}
	g.perm = c.args.load("Perm")
}

func (g *grouped) step(c *conv, u int) {
	load := func(m, v Op) { VMOVUPS(m, v) }
	if g.repeat {
		load = VBROADCASTF128
	}
	for half, off := range g.off {
		w, perm := YMM(), YMM()
		VMOVUPS(c.weights(u, half), w)
		VMOVDQU(Mem{Base: g.perm, Disp: 64*u + 32*half}, perm)
		for i, p := range c.pixel {
			x := YMM()
			load(Mem{Base: p, Index: off, Scale: 1}, x)
			VPERMILPS(perm, x, x)
			VFMADD231PS(w, x, c.acc[i][half])
		}
	}
}

func (g *grouped) advance(c *conv, n int) { ADDQ(I32(64*n), g.perm) }
