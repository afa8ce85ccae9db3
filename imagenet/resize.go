package imagenet

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// raster is an 8-bit image of any number of interleaved channels.
type raster struct {
	width, height, channels int
	pix                     []uint8
}

func (m *Image) raster() raster {
	return raster{width: m.Width, height: m.Height, channels: 3, pix: m.Pix}
}

// Resize returns the image at a new size, in pixels, bilinear between half-pixel
// centres in 11-bit fixed point: the bits of OpenCV's INTER_LINEAR. There is no
// smoothing ahead of a reduction. The result is a new image, and equal where the
// size is the same; a side under one or over 1<<28 pixels in all are errors.
func Resize(img *Image, width, height int) (*Image, error) {
	out, err := resize(img.raster(), width, height)
	if err != nil {
		return nil, err
	}
	return &Image{Width: width, Height: height, Pix: out.pix}, nil
}

// ResizeShorter resizes so that the shorter side is side pixels and the ratio of
// the sides is kept; the longer side is rounded down.
func ResizeShorter(img *Image, side int) (*Image, error) {
	width, height, err := shorterTo(img.Width, img.Height, side)
	if err != nil {
		return nil, err
	}
	return Resize(img, width, height)
}

// shorterTo returns the size of an image once its shorter side is side.
func shorterTo(width, height, side int) (newWidth, newHeight int, err error) {
	short, long := min(width, height), max(width, height)
	switch {
	case short < 1:
		return 0, 0, fmt.Errorf("resizing: an image of %d by %d pixels", width, height)
	case side < 1 || side > maxPixels:
		return 0, 0, fmt.Errorf("resizing: the shorter side cannot be %d pixels", side)
	}
	longer := int64(long) * int64(side) / int64(short)
	if longer > maxPixels {
		return 0, 0, fmt.Errorf("resizing: %d by %d pixels to a shorter side of %d would be too large", width, height, side)
	}
	long = int(longer)
	if width < height {
		return side, long, nil
	}
	return long, side, nil
}

func resize(src raster, width, height int) (raster, error) {
	if src.width < 1 || src.height < 1 || len(src.pix) != src.width*src.height*src.channels {
		return raster{}, errors.New("resizing: the image is not valid")
	}
	if width < 1 || height < 1 || width > maxPixels/height {
		return raster{}, fmt.Errorf("resizing: the new size cannot be %d by %d pixels", width, height)
	}
	dst := raster{width: width, height: height, channels: src.channels}
	if width == src.width && height == src.height {
		dst.pix = slices.Clone(src.pix)
		return dst, nil
	}
	dst.pix = make([]uint8, width*height*src.channels)
	columns, rows := tapsOf(src.width, width), tapsOf(src.height, height)
	for i, t := range columns {
		// OpenCV lets a column beyond the outermost centres be the outermost
		// sample. A row there keeps its weights, which both fall on that sample.
		if t.first < 0 || t.first >= src.width-1 {
			columns[i] = tap{first: min(max(t.first, 0), src.width-1), near: coefficientOne}
		}
	}
	lines := newLineCache(src, columns)
	for y, t := range rows {
		lower, upper := lines.line(t.first), lines.line(t.first+1)
		out := dst.pix[y*width*src.channels:][:width*src.channels]
		lower, upper = lower[:len(out)], upper[:len(out)]
		for i := range out {
			// Sums have 22 bits of fraction; OpenCV drops 20 in two steps before
			// it adds the two and rounds.
			a := t.near * (lower[i] >> 4) >> 16
			b := t.far * (upper[i] >> 4) >> 16
			out[i] = uint8((a + b + 2) >> 2)
		}
	}
	return dst, nil
}

const coefficientOne = 1 << 11

// tap says how one output position is made on one axis: near of the sample first
// and far of the one behind it, either of which
// may lie outside of the image.
type tap struct {
	first     int
	near, far int32
}

// tapsOf computes an axis in OpenCV's mixture of precisions: the scale is double,
// the position float32, the weights are rounded to even.
func tapsOf(from, to int) []tap {
	scale := 1 / (float64(to) / float64(from))
	taps := make([]tap, to)
	for i := range taps {
		// The inner conversion keeps the product from being fused with the sum.
		position := float32(float64((float64(i)+0.5)*scale) - 0.5)
		first := float32(math.Floor(float64(position)))
		fraction := position - first
		taps[i] = tap{
			first: int(first),
			near:  int32(math.RoundToEven(float64((1 - fraction) * coefficientOne))),
			far:   int32(math.RoundToEven(float64(fraction * coefficientOne))),
		}
	}
	return taps
}

// lineCache holds the last two source rows, resized horizontally, by the parity of
// their index: the two that a row of the output needs are neighbours.
type lineCache struct {
	src     raster
	columns []tap
	index   [2]int
	lines   [2][]int32
}

func newLineCache(src raster, columns []tap) *lineCache {
	c := &lineCache{src: src, columns: columns, index: [2]int{-1, -1}}
	for i := range c.lines {
		c.lines[i] = make([]int32, len(columns)*src.channels)
	}
	return c
}

// line returns row y, clamped to the image, with 11 bits of fraction. It is valid
// until a row of the same parity is asked for.
func (c *lineCache) line(y int) []int32 {
	y = min(max(y, 0), c.src.height-1)
	slot := y % 2
	out := c.lines[slot]
	if c.index[slot] == y {
		return out
	}
	c.index[slot] = y
	n := c.src.channels
	row := c.src.pix[y*c.src.width*n:][:c.src.width*n]
	for x, t := range c.columns {
		at := n * t.first
		next := at
		if t.far != 0 {
			next += n
		}
		near, far, sum := row[at:at+n], row[next:next+n], out[x*n:x*n+n]
		for k, v := range near {
			sum[k] = int32(v)*t.near + int32(far[k])*t.far
		}
	}
	return out
}
