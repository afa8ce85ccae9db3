package imagenet_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/npy"
)

// photographs are the reference images; OpenCV made the arrays.
var photographs = []string{"cat", "fish-bike"}

// referenceImage reads an [H,W,3] array of bytes.
func referenceImage(t *testing.T, name string) *imagenet.Image {
	t.Helper()
	a, err := npy.ReadFile(reftest.Path(t, "images", name))
	require.NoError(t, err)
	require.Len(t, a.Shape, 3)
	img := &imagenet.Image{Width: a.Shape[1], Height: a.Shape[0], Pix: make([]uint8, len(a.Data))}
	for i, v := range a.Data {
		img.Pix[i] = uint8(v)
	}
	return img
}

// Go's inverse cosine transform and libjpeg's differ by one now and then, in luma
// and in chroma; the factor 1.772 of blue makes at most 3 of that (1 + 1.772,
// rounded). The mean says
// that it is rare. Replicating chroma in place of the triangle filter differs by
// tens.
func TestDecodeReference(t *testing.T) {
	for _, name := range photographs {
		t.Run(name, func(t *testing.T) {
			want := referenceImage(t, name+".decoded_rgb.npy")
			got, err := imagenet.DecodeFile(reftest.Path(t, "images", name+".jpg"))
			require.NoError(t, err)
			require.Equal(t, want.Width, got.Width)
			require.Equal(t, want.Height, got.Height)
			require.Len(t, got.Pix, len(want.Pix))
			most, sum := 0, 0
			for i := range want.Pix {
				d := int(got.Pix[i]) - int(want.Pix[i])
				d = max(d, -d)
				most, sum = max(most, d), sum+d
			}
			mean := float64(sum) / float64(len(want.Pix))
			t.Logf("largest difference %d, mean %.4f", most, mean)
			require.LessOrEqual(t, most, 3)
			require.LessOrEqual(t, mean, 0.05)
		})
	}
}

func TestResizeReference(t *testing.T) {
	for _, name := range photographs {
		t.Run(name, func(t *testing.T) {
			want := referenceImage(t, name+".resized256_rgb.npy")
			got, err := imagenet.ResizeShorter(referenceImage(t, name+".decoded_rgb.npy"), 256)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestTensorReference(t *testing.T) {
	for _, name := range photographs {
		t.Run(name, func(t *testing.T) {
			want, err := npy.ReadFile(reftest.Path(t, "images", name+".tensor.npy"))
			require.NoError(t, err)
			require.Equal(t, []int{1, 3, 224, 224}, want.Shape)
			senet := imagenet.SENet()
			got, err := senet.Tensor(referenceImage(t, name+".decoded_rgb.npy"))
			require.NoError(t, err)
			require.Equal(t, want.Data, got)

			crops, err := senet.TenCrop(referenceImage(t, name+".decoded_rgb.npy"))
			require.NoError(t, err)
			require.Equal(t, want.Data, crops[4])
		})
	}
}

func TestDecodeGreySamples(t *testing.T) {
	dir := reftest.Path(t, "fashion", "samples")
	img, err := imagenet.DecodeFile(dir + "/7_sneaker.png")
	require.NoError(t, err)
	require.Equal(t, 28, img.Width)
	require.Equal(t, 28, img.Height)
	gray := img.Gray()
	for i, v := range gray {
		require.Equal(t, []uint8{v, v, v}, img.Pix[3*i:3*i+3])
	}
}
