package imagenet

// orient returns the image as it looks upright, given the EXIF orientation of the
// stored one; for 1 that is img itself. Orientations 5 to 8 swap the sides.
func orient(img *Image, orientation int) *Image {
	if orientation == 1 {
		return img
	}
	// Where the upright image's first pixel is stored, and how far its next
	// pixel and its next row are from there, in stored columns and rows.
	w, h := img.Width, img.Height
	view := [9]struct{ x, y, pixelX, pixelY, rowX, rowY int }{
		2: {w - 1, 0, -1, 0, 0, 1},
		3: {w - 1, h - 1, -1, 0, 0, -1},
		4: {0, h - 1, 1, 0, 0, -1},
		5: {0, 0, 0, 1, 1, 0},
		6: {0, h - 1, 0, -1, 1, 0},
		7: {w - 1, h - 1, 0, -1, -1, 0},
		8: {w - 1, 0, 0, 1, -1, 0},
	}[orientation]
	out := newImage(w, h)
	if orientation >= 5 {
		out.Width, out.Height = h, w
	}
	start := 3 * (view.y*w + view.x)
	pixel := 3 * (view.pixelY*w + view.pixelX)
	row := 3 * (view.rowY*w + view.rowX)
	dst := out.Pix
	for y := range out.Height {
		src := start + y*row
		for range out.Width {
			copy(dst[:3], img.Pix[src:src+3])
			dst, src = dst[3:], src+pixel
		}
	}
	return out
}
