package imagenet

import "image"

// plane is one channel of samples, some ratio coarser than the image.
type plane struct {
	pix    []uint8
	stride int
	// width and height count the samples that lie in the image; the decoder's
	// padding to whole blocks is beyond them.
	width, height int
	// stepX and stepY are the pixels that a sample stands for on each axis.
	stepX, stepY int
}

// chroma returns the Cb and Cr planes of a decoded image.
func chroma(src *image.YCbCr) (cb, cr plane) {
	p := plane{stride: src.CStride, stepX: 1, stepY: 1}
	switch src.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		p.stepX = 2
	case image.YCbCrSubsampleRatio420:
		p.stepX, p.stepY = 2, 2
	case image.YCbCrSubsampleRatio440:
		p.stepY = 2
	case image.YCbCrSubsampleRatio411:
		p.stepX = 4
	case image.YCbCrSubsampleRatio410:
		p.stepX, p.stepY = 4, 2
	}
	size := src.Rect.Size()
	p.width = (size.X + p.stepX - 1) / p.stepX
	p.height = (size.Y + p.stepY - 1) / p.stepY
	cb, cr = p, p
	cb.pix, cr.pix = src.Cb, src.Cr
	return cb, cr
}

// row returns the samples of row y, which is clamped to the plane.
func (p plane) row(y int) []uint8 {
	y = min(max(y, 0), p.height-1)
	return p.pix[y*p.stride : y*p.stride+p.width]
}
