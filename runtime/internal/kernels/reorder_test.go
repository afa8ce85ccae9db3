package kernels

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReorder(t *testing.T) {
	for _, c := range []int{1, 3, 4, 15, 16, 17, 32, 33} {
		for _, size := range [][2]int{{1, 1}, {3, 5}, {7, 2}, {16, 16}} {
			for _, halo := range []int{0, 1, 3} {
				h, w := size[0], size[1]
				t.Run(fmt.Sprintf("%dx%dx%d halo %d", c, h, w, halo), func(t *testing.T) {
					src := randoms(newRandom(1), c*h*w)

					blocked := slices.Repeat([]float32{canary}, BlockedLen(c, h, w, halo))
					Block(blocked, src, c, h, w, halo)
					require.Equal(t, blockedByIndex(src, c, h, w, halo), blocked)

					back := make([]float32, len(src))
					Unblock(back, blocked, c, h, w, halo)
					require.Equal(t, src, back)

					interleaved := slices.Repeat([]float32{canary}, InterleavedLen(c, h, w, halo))
					Interleave(interleaved, src, c, h, w, halo)
					require.Equal(t, interleavedByIndex(src, c, h, w, halo), interleaved)
				})
			}
		}
	}
}

// blockedByIndex follows the definition of the layout, place by place.
func blockedByIndex(src []float32, c, h, w, halo int) []float32 {
	var dst []float32
	for block := range (c + 15) / 16 {
		for y := -halo; y < h+halo; y++ {
			for x := -halo; x < w+halo; x++ {
				for lane := range 16 {
					dst = append(dst, valueAt(src, c, h, w, block*16+lane, y, x))
				}
			}
		}
	}
	return dst
}

func interleavedByIndex(src []float32, c, h, w, halo int) []float32 {
	var dst []float32
	for y := -halo; y < h+halo; y++ {
		for x := -halo; x < w+halo; x++ {
			for i := range c {
				dst = append(dst, valueAt(src, c, h, w, i, y, x))
			}
		}
	}
	return dst
}

// valueAt is 0 outside the image.
func valueAt(src []float32, c, h, w, i, y, x int) float32 {
	if i >= c || y < 0 || y >= h || x < 0 || x >= w {
		return 0
	}
	return src[(i*h+y)*w+x]
}

func TestZeroHaloLeavesTheMap(t *testing.T) {
	const h, w, halo = 4, 3, 2
	block := slices.Repeat([]float32{canary}, (h+2*halo)*(w+2*halo)*16)
	ZeroHalo(block, h, w, halo)
	src := slices.Repeat([]float32{canary}, 16*h*w)
	require.Equal(t, blockedByIndex(src, 16, h, w, halo), block)
}
