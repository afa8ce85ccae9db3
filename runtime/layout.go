package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

// lanes is the number of channels in a block, and pixelBytes the size of a block's
// pixel.
const (
	lanes      = 16
	pixelBytes = 4 * lanes
)

// layout is how the elements of a value lie in memory.
type layout uint8

const (
	// plain is C order, without gaps.
	plain layout = iota
	// blocked is N × blocks of 16 channels × rows × columns × 16 channels, each map
	// with a halo of zeros around it. Lanes past the last channel are zero.
	blocked
	// pixels is N × rows × columns × channels, with a halo of zeros: for the few
	// channels of a picture.
	pixels
)

func (l layout) String() string { return [...]string{"plain", "blocked", "pixels"}[l] }

// view is a value, or a part of one, in the arena. Strides and offsets are in
// bytes.
type view struct {
	layout     layout
	typ        ir.Type
	n, c, h, w int // of maps; a value N×C is maps of one pixel
	halo       int
	image      int // from one image to the next
	block      int // from one block of channels to the next; blocked alone
	row        int // from one row to the next
	buffer     *interval
	shift      int // from the start of the buffer
}

// blocks returns how many blocks hold c channels.
func blocks(c int) int { return (c + lanes - 1) / lanes }

// dimensions returns those of a value as maps, and whether it is one.
func dimensions(t ir.Type) (n, c, h, w int, ok bool) {
	switch s := t.Shape; len(s) {
	case 2:
		return s[0], s[1], 1, 1, true
	case 4:
		return s[0], s[1], s[2], s[3], true
	}
	return 0, 0, 0, 0, false
}

func plainView(t ir.Type) *view {
	v := &view{layout: plain, typ: t, buffer: &interval{size: 4 * int64(t.Count())}}
	v.n, v.c, v.h, v.w, _ = dimensions(t)
	v.row = 4 * v.w
	v.image = 4 * v.c * v.h * v.w
	return v
}

func blockedView(t ir.Type, halo int) *view {
	v := &view{layout: blocked, typ: t, halo: halo}
	v.n, v.c, v.h, v.w, _ = dimensions(t)
	v.row = (v.w + 2*halo) * pixelBytes
	v.block = (v.h + 2*halo) * v.row
	v.image = blocks(v.c) * v.block
	v.buffer = &interval{size: int64(v.n) * int64(v.image)}
	return v
}

func pixelsView(t ir.Type, halo int) *view {
	v := &view{layout: pixels, typ: t, halo: halo}
	v.n, v.c, v.h, v.w, _ = dimensions(t)
	v.row = (v.w + 2*halo) * 4 * v.c
	v.image = (v.h + 2*halo) * v.row
	v.buffer = &interval{size: int64(v.n) * int64(v.image)}
	return v
}

// pixelSize returns the distance of pixels in a row.
func (v *view) pixelSize() int {
	if v.layout == pixels {
		return 4 * v.c
	}
	return pixelBytes
}

// at returns the offset of a pixel within an image or block; the halo has the
// negative places and those from h and w on.
func (v *view) at(y, x int) int {
	return (y+v.halo)*v.row + (x+v.halo)*v.pixelSize()
}

// offset returns where the view begins in the arena, once it is laid out.
func (v *view) offset() int { return int(v.buffer.offset) + v.shift }

func (v *view) String() string {
	s := fmt.Sprintf("%s %v at %d", v.layout, v.typ, v.offset())
	if v.halo > 0 {
		s += fmt.Sprintf(" halo %d", v.halo)
	}
	return s
}
