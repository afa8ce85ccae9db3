package imagenet

import (
	"bytes"
	"image"

	"golang.org/x/image/webp"
)

func decodeWebP(data []byte) (*Image, error) {
	src, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	switch src := src.(type) {
	case *image.YCbCr:
		return fromWebPPlanes(src), nil
	case *image.NYCbCrA:
		return fromWebPPlanes(&src.YCbCr), nil
	}
	return fromStandard(src)
}

// fromWebPPlanes upsamples the chroma planes and converts to RGB as libwebp does.
// Unlike JPEG's, WebP's samples have BT.601's video range: luma 16 to 235.
func fromWebPPlanes(src *image.YCbCr) *Image {
	size := src.Rect.Size()
	img := newImage(size.X, size.Y)
	cb, cr := chroma(src)
	for y := range img.Height {
		near, far := y/2, y/2-1
		if y%2 == 1 {
			far = y/2 + 1
		}
		cbNear, cbFar, crNear, crFar := cb.row(near), cb.row(far), cr.row(near), cr.row(far)
		luma := src.Y[y*src.YStride : y*src.YStride+img.Width]
		out := img.Pix[3*img.Width*y : 3*img.Width*(y+1)]
		for x, v := range luma {
			i, side := x/2, x/2-1
			if x%2 == 1 {
				side = x/2 + 1
			}
			side = min(max(side, 0), cb.width-1)
			u := webpChroma(cbNear[i], cbNear[side], cbFar[i], cbFar[side])
			w := webpChroma(crNear[i], crNear[side], crFar[i], crFar[side])
			out[3*x], out[3*x+1], out[3*x+2] = webpRGB(int32(v), u, w)
		}
	}
	return img
}

// webpChroma mixes the four samples around a pixel 9:3:3:1, rounding in the two
// steps that libwebp takes: near is the pixel's own sample, beside and above its
// neighbours on one axis, across the one on both.
func webpChroma(near, beside, above, across uint8) int32 {
	n := int32(near)
	diagonal := (n + int32(across) + 3*(int32(beside)+int32(above)) + 8) >> 3
	return (diagonal + n) >> 1
}

// webpRGB converts a pixel with libwebp's constants: 14 bits of fraction, of which
// the products lose the lower eight at once. The offsets hold the 16 and 128 of
// the sample's zeros and the half for rounding.
func webpRGB(y, u, v int32) (r, g, b uint8) {
	luma := y * 19077 >> 8
	return clamp((luma + v*26149>>8 - 14234) >> 6),
		clamp((luma - u*6419>>8 - v*13320>>8 + 8708) >> 6),
		clamp((luma + u*33050>>8 - 17685) >> 6)
}
