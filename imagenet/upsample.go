package imagenet

// upsample fills dst, at least width·stepX long, with the samples of one row of
// the image, as libjpeg-turbo does by default: twice as many columns, rows or both
// by a triangle filter ("fancy upsampling"), if a doubled row has more than two
// samples; all else by replication. (The first libjpeg replicated doubled rows of
// undoubled columns, 4:4:0, too.)
func (p plane) upsample(dst []uint8, y int) {
	// Of the two rows around a doubled row's centre the nearer weighs 3:1.
	near, far := p.row(y/2), p.row(y/2-1+y%2*2)
	switch fancy := p.width > 2; {
	case p.stepX == 1 && p.stepY == 2:
		upsampleH1V2(dst, near, far, 1+uint32(y%2))
	case fancy && p.stepX == 2 && p.stepY == 1:
		upsampleH2V1(dst, p.row(y))
	case fancy && p.stepX == 2 && p.stepY == 2:
		upsampleH2V2(dst, near, far)
	default:
		replicate(dst, p.row(y/p.stepY), p.stepX)
	}
}

func replicate(dst, src []uint8, step int) {
	if step == 1 {
		copy(dst, src)
		return
	}
	for i, v := range src {
		for j := range step {
			dst[step*i+j] = v
		}
	}
}

// upsampleH2V1 doubles a row of at least two samples. Each output lies a quarter
// of a sample's width from its sample's centre: 3/4 of that one and 1/4 of the
// neighbour on that side. The outermost two have no neighbour. Halves round
// down to the left and up to the right, so that no bias adds up.
func upsampleH2V1(dst, src []uint8) {
	last := len(src) - 1
	dst = dst[:2*len(src)]
	for i, v := range src {
		v3 := 3 * uint32(v)
		if i > 0 {
			dst[2*i] = uint8((v3 + uint32(src[i-1]) + 1) >> 2)
		}
		if i < last {
			dst[2*i+1] = uint8((v3 + uint32(src[i+1]) + 2) >> 2)
		}
	}
	dst[0], dst[2*last+1] = src[0], src[last]
}

// upsampleH1V2 makes one row of two. The bias is 1 in even rows and 2 in odd ones,
// so that halves round to the two sides alike.
func upsampleH1V2(dst, near, far []uint8, bias uint32) {
	for i, v := range near {
		dst[i] = uint8((3*uint32(v) + uint32(far[i]) + bias) >> 2)
	}
}

// upsampleH2V2 makes one row, twice as long, of two: the filter of upsampleH2V1
// on both axes, in sixteenths, rounded once.
func upsampleH2V2(dst, near, far []uint8) {
	column := func(i int) uint32 { return 3*uint32(near[i]) + uint32(far[i]) }
	last := len(near) - 1
	dst = dst[:2*len(near)]
	left, here := column(0), column(0)
	for i := range near {
		right := here
		if i < last {
			right = column(i + 1)
		}
		dst[2*i] = uint8((3*here + left + 8) >> 4)
		dst[2*i+1] = uint8((3*here + right + 7) >> 4)
		left, here = here, right
	}
}
