package imagenet

import (
	"bytes"
	"image"
	"image/jpeg"
)

func decodeJPEG(data []byte) (*Image, error) {
	src, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var img *Image
	switch src := src.(type) {
	case *image.YCbCr:
		img = fromJPEGPlanes(src)
	case *image.CMYK:
		img = fromCMYK(src)
	default:
		if img, err = fromStandard(src); err != nil {
			return nil, err
		}
	}
	return orient(img, exifOrientation(data)), nil
}

// fromJPEGPlanes upsamples the chroma planes and converts to RGB as libjpeg does.
func fromJPEGPlanes(src *image.YCbCr) *Image {
	size := src.Rect.Size()
	img := newImage(size.X, size.Y)
	cb, cr := chroma(src)
	cbRow := make([]uint8, cb.width*cb.stepX)
	crRow := make([]uint8, cr.width*cr.stepX)
	for y := range img.Height {
		cb.upsample(cbRow, y)
		cr.upsample(crRow, y)
		luma := src.Y[y*src.YStride : y*src.YStride+img.Width]
		out := img.Pix[3*img.Width*y : 3*img.Width*(y+1)]
		for x, v := range luma {
			b, r := cbRow[x], crRow[x]
			l := int32(v)
			out[3*x] = clamp(l + yccTables.redOfCr[r])
			out[3*x+1] = clamp(l + (yccTables.greenOfCb[b]+yccTables.greenOfCr[r])>>16)
			out[3*x+2] = clamp(l + yccTables.blueOfCb[b])
		}
	}
	return img
}

// yccTables holds what a chroma sample adds to each colour, in libjpeg's 16-bit
// fixed point. The two parts of green are added before they are rounded; the
// half for that is in the first.
var yccTables = func() (t struct{ redOfCr, blueOfCb, greenOfCb, greenOfCr [256]int32 }) {
	const (
		one  = 1 << 16
		half = one / 2
		// The constants of JFIF, each rounded to the nearest.
		crToRed   = 91881  // 1.402
		cbToBlue  = 116130 // 1.772
		crToGreen = 46802  // 0.71414
		cbToGreen = 22554  // 0.34414
	)
	for i := range int32(256) {
		c := i - 128
		t.redOfCr[i] = (crToRed*c + half) >> 16
		t.blueOfCb[i] = (cbToBlue*c + half) >> 16
		t.greenOfCb[i] = -cbToGreen*c + half
		t.greenOfCr[i] = -crToGreen * c
	}
	return t
}()

func clamp(v int32) uint8 {
	return uint8(min(max(v, 0), 255))
}

// fromCMYK mixes inks as OpenCV does: each colour is what its ink lets through of
// what black lets through, cut to an integer. The decoder has turned YCCK into
// CMYK and undone Adobe's inversion: 255 is full ink.
func fromCMYK(src *image.CMYK) *Image {
	size := src.Rect.Size()
	img := newImage(size.X, size.Y)
	for y := range img.Height {
		row := src.Pix[y*src.Stride : y*src.Stride+4*img.Width]
		out := img.Pix[3*img.Width*y : 3*img.Width*(y+1)]
		for x := range img.Width {
			ink := row[4*x : 4*x+4]
			light := 255 - uint32(ink[3])
			for c := range 3 {
				out[3*x+c] = uint8(light - uint32(ink[c])*light>>8)
			}
		}
	}
	return img
}
