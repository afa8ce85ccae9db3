package imagenet_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

func noise(width, height int) *imagenet.Image {
	rng := rand.New(rand.NewPCG(uint64(width), uint64(height)))
	img := &imagenet.Image{Width: width, Height: height, Pix: make([]uint8, 3*width*height)}
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.Uint32())
	}
	return img
}

func TestResizeByHand(t *testing.T) {
	// Centres of four columns over two lie at -1/4, 1/4, 3/4, 5/4.
	row := &imagenet.Image{Width: 2, Height: 1, Pix: []uint8{0, 200, 8, 100, 0, 8}}
	got, err := imagenet.Resize(row, 4, 1)
	require.NoError(t, err)
	require.Equal(t, []uint8{0, 200, 8, 25, 150, 8, 75, 50, 8, 100, 0, 8}, got.Pix)

	// Half the size is the rounded mean of four.
	square := &imagenet.Image{Width: 2, Height: 2, Pix: []uint8{1, 0, 255, 2, 0, 255, 3, 0, 255, 4, 1, 255}}
	got, err = imagenet.Resize(square, 1, 1)
	require.NoError(t, err)
	require.Equal(t, []uint8{3, 0, 255}, got.Pix)
}

// bilinear is the same in float64 without any rounding.
func bilinear(img *imagenet.Image, width, height, x, y, c int) float64 {
	at := func(i, from, to int) (low, high int, fraction float64) {
		p := (float64(i)+0.5)*float64(from)/float64(to) - 0.5
		first := math.Floor(p)
		clamp := func(v float64) int { return int(min(max(v, 0), float64(from-1))) }
		return clamp(first), clamp(first + 1), p - first
	}
	x0, x1, fx := at(x, img.Width, width)
	y0, y1, fy := at(y, img.Height, height)
	sample := func(x, y int) float64 { return float64(img.Pix[3*(y*img.Width+x)+c]) }
	top := (1-fx)*sample(x0, y0) + fx*sample(x1, y0)
	bottom := (1-fx)*sample(x0, y1) + fx*sample(x1, y1)
	return (1-fy)*top + fy*bottom
}

// Fixed point is below the exact value by at most: 255·2·2⁻¹² for the weights of
// each axis, 2⁻⁷ for the four bits that a line loses, a quarter for the sixteen that
// each of two products loses, a half for the last rounding.
func TestResizeAgainstFloat(t *testing.T) {
	const tolerance = 2*255*2.0/4096 + 1.0/128 + 2*0.25 + 0.5
	sizes := [][2]int{{1, 1}, {1, 7}, {7, 1}, {2, 2}, {3, 5}, {16, 9}, {31, 33}}
	for _, from := range sizes {
		img := noise(from[0], from[1])
		for _, to := range sizes {
			t.Run(fmt.Sprint(from, to), func(t *testing.T) {
				got, err := imagenet.Resize(img, to[0], to[1])
				require.NoError(t, err)
				require.Equal(t, to, [2]int{got.Width, got.Height})
				require.Len(t, got.Pix, 3*to[0]*to[1])
				for i, v := range got.Pix {
					want := bilinear(img, to[0], to[1], i/3%to[0], i/3/to[0], i%3)
					require.InDelta(t, want, v, tolerance)
				}
			})
		}
	}
}

func TestResizeSameSize(t *testing.T) {
	img := noise(13, 6)
	got, err := imagenet.Resize(img, 13, 6)
	require.NoError(t, err)
	require.Equal(t, img, got)
	got.Pix[0]++
	require.NotEqual(t, img.Pix[0], got.Pix[0], "the result is a copy")
	got, err = imagenet.ResizeShorter(img, 6)
	require.NoError(t, err)
	require.Equal(t, img, got)
}

func TestResizeShorterSizes(t *testing.T) {
	for _, test := range []struct{ width, height, side, wantW, wantH int }{
		{480, 360, 256, 341, 256},
		{481, 323, 256, 381, 256},
		{323, 481, 256, 256, 381},
		{5, 5, 3, 3, 3},
		{1, 1, 4, 4, 4},
		{3, 2, 1, 1, 1},
		{1, 9, 2, 2, 18},
	} {
		got, err := imagenet.ResizeShorter(noise(test.width, test.height), test.side)
		require.NoError(t, err)
		require.Equal(t, [2]int{test.wantW, test.wantH}, [2]int{got.Width, got.Height})
	}
}

func TestResizeRefuses(t *testing.T) {
	img := noise(3, 2)
	for _, size := range [][2]int{{0, 5}, {5, 0}, {-1, 5}, {1 << 20, 1 << 20}} {
		_, err := imagenet.Resize(img, size[0], size[1])
		require.ErrorContains(t, err, "the new size cannot be")
	}
	for _, side := range []int{0, -3, 1 << 30} {
		_, err := imagenet.ResizeShorter(img, side)
		require.ErrorContains(t, err, "the shorter side cannot be")
	}
	_, err := imagenet.ResizeShorter(noise(1, 5000), 1<<20)
	require.ErrorContains(t, err, "too large")
	for _, invalid := range []*imagenet.Image{{}, {Width: 2, Height: 2, Pix: make([]uint8, 11)}, {Width: -1, Height: -1, Pix: make([]uint8, 3)}} {
		_, err := imagenet.Resize(invalid, 4, 4)
		require.ErrorContains(t, err, "not valid")
	}
	_, err = imagenet.ResizeShorter(&imagenet.Image{}, 4)
	require.Error(t, err)
}

func BenchmarkResize480x360To341x256(b *testing.B) {
	img := noise(480, 360)
	b.SetBytes(int64(len(img.Pix)))
	for b.Loop() {
		if _, err := imagenet.ResizeShorter(img, 256); err != nil {
			b.Fatal(err)
		}
	}
}
