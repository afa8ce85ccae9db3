package imagenet

import (
	"fmt"
	"image"
	"image/color"
)

// fromStandard copies the pixels of an image whose samples need no conversion:
// every type but the ones with chroma planes or inks. Alpha is passed over, so
// colours stay as the file has them; the premultiplied types come from the
// decoders only where all is opaque.
func fromStandard(src image.Image) (*Image, error) {
	size := src.Bounds().Size()
	dst := newImage(size.X, size.Y)
	switch src := src.(type) {
	case *image.Gray:
		dst.copySamples(src.Pix, src.Stride, 1, [3]int{0, 0, 0})
	case *image.Gray16:
		dst.copySamples(src.Pix, src.Stride, 2, [3]int{0, 0, 0})
	case *image.RGBA:
		dst.copySamples(src.Pix, src.Stride, 4, [3]int{0, 1, 2})
	case *image.NRGBA:
		dst.copySamples(src.Pix, src.Stride, 4, [3]int{0, 1, 2})
	case *image.RGBA64:
		dst.copySamples(src.Pix, src.Stride, 8, [3]int{0, 2, 4})
	case *image.NRGBA64:
		dst.copySamples(src.Pix, src.Stride, 8, [3]int{0, 2, 4})
	case *image.Paletted:
		dst.lookUp(src)
	default:
		return nil, fmt.Errorf("pixels of type %T are not supported", src)
	}
	return dst, nil
}

// copySamples takes three bytes out of each pixel of step bytes: those at the
// offsets of red, green and blue. Samples of 16 bits are big-endian, so their
// high byte is the first.
func (m *Image) copySamples(src []uint8, stride, step int, rgb [3]int) {
	for y := range m.Height {
		row := src[y*stride:]
		out := m.Pix[3*m.Width*y : 3*m.Width*(y+1)]
		for x := range m.Width {
			p := row[x*step : (x+1)*step]
			out[3*x], out[3*x+1], out[3*x+2] = p[rgb[0]], p[rgb[1]], p[rgb[2]]
		}
	}
}

// lookUp takes colours from a palette; an index beyond its end is black.
func (m *Image) lookUp(src *image.Paletted) {
	var table [256][3]uint8
	for i, c := range src.Palette[:min(len(src.Palette), len(table))] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i] = [3]uint8{n.R, n.G, n.B}
	}
	for y := range m.Height {
		row := src.Pix[y*src.Stride:]
		out := m.Pix[3*m.Width*y : 3*m.Width*(y+1)]
		for x := range m.Width {
			copy(out[3*x:3*x+3], table[row[x]][:])
		}
	}
}
