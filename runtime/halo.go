package runtime

import "github.com/prototxt2go/prototxt2go/runtime/internal/kernels"

// clearHalo sets the halo of one block of a blocked view to zero. Whoever writes a
// block calls it, once in each run, since the arena's memory serves many values.
func (s *Session) clearHalo(v *view, image, block int) {
	if v.halo > 0 {
		kernels.ZeroHalo(s.slice(v, image*v.image+block*v.block, v.block), v.h, v.w, v.halo)
	}
}

// clearLanes sets the lanes past the last channel of one pixel of the last block to
// zero.
func (s *Session) clearLanes(v *view, pixel int) {
	clear(s.slice(v, pixel, pixelBytes)[(v.c-1)%lanes+1:])
}
