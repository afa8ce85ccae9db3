package imagenet

// Image is a decoded colour image. It is valid when both sides are positive and
// Pix has their product times three bytes.
type Image struct {
	Width, Height int
	// Pix holds the pixels row by row from the top left, three bytes each: red,
	// green, blue.
	Pix []uint8
}

func newImage(width, height int) *Image {
	return &Image{Width: width, Height: height, Pix: make([]uint8, 3*width*height)}
}

// Gray returns the image's luma, one byte a pixel, row by row: BT.601 in 14-bit
// fixed point, rounded, as OpenCV's cvtColor has it. The weights add up to one,
// so an image whose channels are equal gives exactly their value.
func (m *Image) Gray() []uint8 {
	const red, green, blue, half = 4899, 9617, 1868, 1 << 13
	gray := make([]uint8, m.Width*m.Height)
	for i := range gray {
		p := m.Pix[3*i : 3*i+3]
		gray[i] = uint8((uint32(p[0])*red + uint32(p[1])*green + uint32(p[2])*blue + half) >> 14)
	}
	return gray
}
