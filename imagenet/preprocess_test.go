package imagenet_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

// numbered returns an image whose pixel (y, x) is 10y+x in red, 100 more in green
// and 200 less than 255 in blue's place: the channels can be told apart.
func numbered(width, height int) *imagenet.Image {
	img := &imagenet.Image{Width: width, Height: height}
	for y := range height {
		for x := range width {
			v := uint8(10*y + x)
			img.Pix = append(img.Pix, v, v+100, 255-v)
		}
	}
	return img
}

func TestTensorCropsTheCentre(t *testing.T) {
	// Offsets (5-2)/2 = 1 and (6-3)/2 = 1.
	p := imagenet.Preprocess{CropH: 2, CropW: 3}
	require.Equal(t, 3, p.Channels())
	require.Equal(t, 18, p.Len())
	got, err := p.Tensor(numbered(6, 5))
	require.NoError(t, err)
	require.Equal(t, []float32{
		11, 12, 13, 21, 22, 23,
		111, 112, 113, 121, 122, 123,
		244, 243, 242, 234, 233, 232,
	}, got)
}

func TestTensorMeanAndScale(t *testing.T) {
	img := numbered(1, 1)
	for _, test := range []struct {
		name string
		p    imagenet.Preprocess
		want []float32
	}{
		{"RGB", imagenet.Preprocess{Mean: []float32{1, 2, 3}}, []float32{-1, 98, 252}},
		{"BGR", imagenet.Preprocess{BGR: true, Mean: []float32{1, 2, 3}}, []float32{254, 98, -3}},
		{"one mean", imagenet.Preprocess{Mean: []float32{5}}, []float32{-5, 95, 250}},
		{"scale", imagenet.Preprocess{Mean: []float32{5}, Scale: 0.5}, []float32{-2.5, 47.5, 125}},
		{"grey", imagenet.Preprocess{Gray: true, Mean: []float32{73}, Scale: 0.5}, []float32{(88 - 73) * 0.5}}, // luma 0.587·100 + 0.114·255 = 87.77
	} {
		t.Run(test.name, func(t *testing.T) {
			test.p.CropH, test.p.CropW = 1, 1
			got, err := test.p.Tensor(img)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestSENet(t *testing.T) {
	require.Equal(t, imagenet.Preprocess{ResizeShorter: 256, CropH: 224, CropW: 224, BGR: true, Mean: []float32{104, 117, 123}}, imagenet.SENet())
}

func TestTensorFits(t *testing.T) {
	p := imagenet.Preprocess{FitH: 2, FitW: 3, CropH: 2, CropW: 3, Gray: true}
	img := noise(9, 7)
	got, err := p.Tensor(img)
	require.NoError(t, err)

	// Grey first, then resized: as an image whose channels are all luma.
	grey := &imagenet.Image{Width: 9, Height: 7}
	for _, v := range img.Gray() {
		grey.Pix = append(grey.Pix, v, v, v)
	}
	small, err := imagenet.Resize(grey, 3, 2)
	require.NoError(t, err)
	for i, v := range got {
		require.Equal(t, float32(small.Pix[3*i]), v)
	}

	same, err := p.Tensor(small)
	require.NoError(t, err)
	require.Equal(t, got, same, "an image of the right size is taken as it is")
}

func TestTenCrop(t *testing.T) {
	p := imagenet.Preprocess{CropH: 1, CropW: 2, Gray: true}
	img := &imagenet.Image{Width: 4, Height: 3}
	for v := range uint8(12) {
		img.Pix = append(img.Pix, v, v, v)
	}
	got, err := p.TenCrop(img)
	require.NoError(t, err)
	require.Equal(t, [][]float32{
		{0, 1}, {2, 3}, {8, 9}, {10, 11}, {5, 6},
		{1, 0}, {3, 2}, {9, 8}, {11, 10}, {6, 5},
	}, got)
	require.Equal(t, []float32{0, 1, 2, 3, 8, 9}, got[0][:6:6], "one batch")
}

func TestMeanImage(t *testing.T) {
	img := &imagenet.Image{Width: 4, Height: 3, Pix: make([]uint8, 36)}
	before := imagenet.Preprocess{CropH: 1, CropW: 2, MeanH: 3, MeanW: 4, MeanImage: make([]float32, 36), Scale: -1}
	for i := range before.MeanImage {
		before.MeanImage[i] = float32(i)
	}
	got, err := before.TenCrop(img)
	require.NoError(t, err)
	require.Equal(t, []float32{2, 3, 14, 15, 26, 27}, got[1])
	require.Equal(t, []float32{5, 6, 17, 18, 29, 30}, got[4])
	require.Equal(t, []float32{3, 2, 15, 14, 27, 26}, got[6], "mirrored with the pixels")

	cropped := imagenet.Preprocess{CropH: 1, CropW: 2, MeanH: 1, MeanW: 2, MeanImage: []float32{1, 2, 3, 4, 5, 6}, Scale: -1}
	got, err = cropped.TenCrop(img)
	require.NoError(t, err)
	for _, crop := range got {
		require.Equal(t, cropped.MeanImage, crop)
	}
}

func TestPreprocessRefuses(t *testing.T) {
	type P = imagenet.Preprocess
	for _, test := range []struct {
		name string
		p    P
		want string
	}{
		{"no crop", P{}, "the crop cannot be 0 by 0 pixels"},
		{"huge crop", P{CropH: 1 << 20, CropW: 1 << 20}, "the crop cannot be"},
		{"two ways to resize", P{CropH: 1, CropW: 1, ResizeShorter: 5, FitH: 5, FitW: 5}, "both by its shorter side and to fit"},
		{"fit without width", P{CropH: 1, CropW: 1, FitH: 5}, "the new size cannot be 0 by 5"},
		{"negative side", P{CropH: 1, CropW: 1, ResizeShorter: -1}, "the shorter side cannot be -1"},
		{"means", P{CropH: 1, CropW: 1, Mean: make([]float32, 2)}, "2 means for 3 channels"},
		{"means of grey", P{CropH: 1, CropW: 1, Gray: true, Mean: make([]float32, 3)}, "3 means for 1 channels"},
		{"two means", P{CropH: 1, CropW: 1, Mean: make([]float32, 1), MeanImage: make([]float32, 3)}, "exclude each other"},
		{"mean's length", P{CropH: 1, CropW: 1, MeanH: 1, MeanW: 2, MeanImage: make([]float32, 3)}, "a mean image of 3 values"},
		{"mean's size", P{CropH: 1, CropW: 1, MeanH: 1, MeanW: 2, MeanImage: make([]float32, 6)}, "a mean of 2 by 1 pixels fits neither"},
		{"small image", P{CropH: 3, CropW: 3}, "an image of 3 by 2 pixels is smaller than the crop, 3 by 3"},
		{"small after resizing", P{ResizeShorter: 2, CropH: 3, CropW: 3}, "an image of 3 by 2 pixels is smaller than the crop"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.p.Tensor(numbered(3, 2))
			require.ErrorContains(t, err, test.want)
			_, err = test.p.TenCrop(numbered(3, 2))
			require.ErrorContains(t, err, test.want)
		})
	}
	p := P{CropH: 1, CropW: 1, Gray: true}
	_, err := p.Tensor(&imagenet.Image{Width: 2, Height: 2})
	require.ErrorContains(t, err, "not valid")
}

func BenchmarkPreprocessSENet480x360(b *testing.B) {
	p, img := imagenet.SENet(), noise(480, 360)
	for b.Loop() {
		if _, err := p.Tensor(img); err != nil {
			b.Fatal(err)
		}
	}
}
