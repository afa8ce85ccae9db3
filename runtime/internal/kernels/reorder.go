package kernels

// lanesOf is how many channels a block holds.
const lanesOf = 16

// BlockedLen returns how many float32 a blocked image of c channels has.
func BlockedLen(c, h, w, halo int) int {
	return (c + lanesOf - 1) / lanesOf * (h + 2*halo) * (w + 2*halo) * lanesOf
}

// Block lays the image src, [c][h][w], out in blocks with a halo, into dst, which
// has BlockedLen(c, h, w, halo) elements: every one of them is written, the halo
// and the lanes past c with zero. Parts of an image that are whole blocks may be
// laid out apart.
func Block(dst, src []float32, c, h, w, halo int) {
	pitch := (w + 2*halo) * lanesOf
	size := (h + 2*halo) * pitch
	for first := 0; first < c; first += lanesOf {
		block := dst[first/lanesOf*size:][:size]
		channels := min(lanesOf, c-first)
		if channels < lanesOf {
			clear(block)
		} else {
			ZeroHalo(block, h, w, halo)
		}
		for y := range h {
			row := block[(y+halo)*pitch+halo*lanesOf:][:w*lanesOf]
			for i := range channels {
				scatter(row[i:], src[((first+i)*h+y)*w:][:w])
			}
		}
	}
}

// scatter puts src at every 16th place of dst.
func scatter(dst, src []float32) {
	for x, v := range src {
		dst[x*lanesOf] = v
	}
}

// Unblock is the way back: dst is [c][h][w], src blocked with a halo.
func Unblock(dst, src []float32, c, h, w, halo int) {
	pitch := (w + 2*halo) * lanesOf
	size := (h + 2*halo) * pitch
	for i := range c {
		block := src[i/lanesOf*size:][:size]
		for y := range h {
			row := block[(y+halo)*pitch+halo*lanesOf+i%lanesOf:]
			plane := dst[(i*h+y)*w:][:w]
			for x := range plane {
				plane[x] = row[x*lanesOf]
			}
		}
	}
}

// ZeroHalo clears the halo of one block, [h+2·halo][w+2·halo][16].
func ZeroHalo(block []float32, h, w, halo int) {
	pitch := (w + 2*halo) * lanesOf
	edge := halo * lanesOf
	clear(block[:halo*pitch])
	clear(block[(h+halo)*pitch : (h+2*halo)*pitch])
	for y := range h {
		row := block[(y+halo)*pitch:][:pitch]
		clear(row[:edge])
		clear(row[pitch-edge:])
	}
}

// InterleavedLen returns how many float32 an interleaved image has.
func InterleavedLen(c, h, w, halo int) int {
	return (h + 2*halo) * (w + 2*halo) * c
}

// Interleave lays the image src, [c][h][w], out as [h+2·halo][w+2·halo][c] into
// dst, which has InterleavedLen(c, h, w, halo) elements; all are written, the halo
// with zero. A row of kw pixels of it is one run of kw·c floats: the layout for the
// few channels of a picture.
func Interleave(dst, src []float32, c, h, w, halo int) {
	pitch := (w + 2*halo) * c
	clear(dst[:(h+2*halo)*pitch])
	for i := range c {
		for y := range h {
			row := dst[(y+halo)*pitch+halo*c+i:]
			for x, v := range src[(i*h+y)*w:][:w] {
				row[x*c] = v
			}
		}
	}
}
