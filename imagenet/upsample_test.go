package imagenet

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"
)

// The expected values are libjpeg's formulas worked out by hand.
func TestUpsampleRows(t *testing.T) {
	src := []uint8{0, 10, 30, 255}
	dst := make([]uint8, 8)
	upsampleH2V1(dst, src)
	require.Equal(t, []uint8{
		0,                 // the edge itself
		(0 + 10 + 2) / 4,  // 3
		(30 + 0 + 1) / 4,  // 7
		(30 + 30 + 2) / 4, // 15
		(90 + 10 + 1) / 4, // 25
		(90 + 255 + 2) / 4,
		(765 + 30 + 1) / 4,
		255,
	}, dst)

	upsampleH1V2(dst, src, []uint8{1, 1, 1, 0}, 1)
	require.Equal(t, []uint8{(0 + 1 + 1) / 4, (30 + 1 + 1) / 4, (90 + 1 + 1) / 4, (765 + 0 + 1) / 4}, dst[:4])
	upsampleH1V2(dst, src, []uint8{2, 1, 1, 0}, 2)
	require.Equal(t, []uint8{(0 + 2 + 2) / 4, (30 + 1 + 2) / 4, (90 + 1 + 2) / 4, (765 + 0 + 2) / 4}, dst[:4])

	// Column sums 3·near + far: 4, 38, 255.
	upsampleH2V2(dst, []uint8{0, 10, 60}, []uint8{4, 8, 75})
	require.Equal(t, []uint8{
		(4*4 + 8) / 16,
		(3*4 + 38 + 7) / 16,
		(3*38 + 4 + 8) / 16,
		(3*38 + 255 + 7) / 16,
		(3*255 + 38 + 8) / 16,
		(4*255 + 7) / 16,
	}, dst[:6])
}

// Each row of a doubled plane takes its own sample row three times and the row on
// its side once, edges replicated; more than twice is plain repetition.
func TestUpsampleChoosesRows(t *testing.T) {
	pix := []uint8{0, 0, 0, 9, 100, 100, 100, 9}
	tests := []struct {
		name  string
		plane plane
		want  [][]uint8
	}{
		{"4:4:4", plane{pix: pix, stride: 4, width: 3, height: 2, stepX: 1, stepY: 1},
			[][]uint8{{0, 0, 0}, {100, 100, 100}}},
		{"4:2:0", plane{pix: pix, stride: 4, width: 3, height: 2, stepX: 2, stepY: 2},
			[][]uint8{{0, 0, 0, 0, 0, 0}, {25, 25, 25, 25, 25, 25}, {75, 75, 75, 75, 75, 75}, {100, 100, 100, 100, 100, 100}}},
		{"4:2:0, two columns", plane{pix: []uint8{0, 8, 100, 200}, stride: 2, width: 2, height: 2, stepX: 2, stepY: 2},
			[][]uint8{{0, 0, 8, 8}, {0, 0, 8, 8}, {100, 100, 200, 200}, {100, 100, 200, 200}}},
		{"4:2:2, one column", plane{pix: pix, stride: 4, width: 1, height: 2, stepX: 2, stepY: 1},
			[][]uint8{{0, 0}, {100, 100}}},
		{"4:4:0", plane{pix: pix, stride: 4, width: 1, height: 2, stepX: 1, stepY: 2},
			[][]uint8{{0}, {25}, {75}, {100}}},
		{"4:1:0", plane{pix: pix, stride: 4, width: 3, height: 1, stepX: 4, stepY: 2},
			[][]uint8{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for y, want := range test.want {
				got := make([]uint8, len(want))
				test.plane.upsample(got, y)
				require.Equal(t, want, got, "row %d", y)
			}
		})
	}
}

func TestChromaPlaneSizes(t *testing.T) {
	for ratio, step := range map[image.YCbCrSubsampleRatio][2]int{
		image.YCbCrSubsampleRatio444: {1, 1},
		image.YCbCrSubsampleRatio422: {2, 1},
		image.YCbCrSubsampleRatio420: {2, 2},
		image.YCbCrSubsampleRatio440: {1, 2},
		image.YCbCrSubsampleRatio411: {4, 1},
		image.YCbCrSubsampleRatio410: {4, 2},
	} {
		cb, cr := chroma(image.NewYCbCr(image.Rect(0, 0, 5, 3), ratio))
		require.Equal(t, step, [2]int{cb.stepX, cb.stepY})
		require.Equal(t, (5+step[0]-1)/step[0], cb.width)
		require.Equal(t, (3+step[1]-1)/step[1], cr.height)
	}
}

func TestJPEGColours(t *testing.T) {
	tests := []struct {
		ycc  [3]uint8
		want []uint8
	}{
		{[3]uint8{0, 128, 128}, []uint8{0, 0, 0}},
		{[3]uint8{255, 128, 128}, []uint8{255, 255, 255}},
		{[3]uint8{76, 85, 255}, []uint8{254, 0, 0}},     // 76 + 1.402·127 = 254.05; 76 + 0.34414·43 - 0.71414·127 = 0.10
		{[3]uint8{100, 200, 100}, []uint8{61, 95, 228}}, // 100 - 39.26; 100 - 24.78 + 20.00; 100 + 127.58
	}
	for _, test := range tests {
		src := image.NewYCbCr(image.Rect(0, 0, 1, 1), image.YCbCrSubsampleRatio420)
		src.Y[0], src.Cb[0], src.Cr[0] = test.ycc[0], test.ycc[1], test.ycc[2]
		require.Equal(t, test.want, fromJPEGPlanes(src).Pix)
	}
}

func TestCMYKColours(t *testing.T) {
	src := image.NewCMYK(image.Rect(0, 0, 2, 1))
	copy(src.Pix, []uint8{0, 255, 100, 0, 0, 255, 100, 155})
	// light is 255, then 100: light - (ink·light >> 8).
	require.Equal(t, []uint8{255, 255 - 254, 255 - 99, 100, 100 - 99, 100 - 39}, fromCMYK(src).Pix)
}
