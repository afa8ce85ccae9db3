package imagenet

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/bmp"
)

func FuzzDecode(f *testing.F) {
	src := image.NewRGBA(image.Rect(0, 0, 5, 3))
	for i := range src.Pix {
		src.Pix[i] = uint8(i * 7)
	}
	var files [3]bytes.Buffer
	require.NoError(f, jpeg.Encode(&files[0], src, nil))
	require.NoError(f, png.Encode(&files[1], src))
	require.NoError(f, bmp.Encode(&files[2], src))
	for i := range files {
		f.Add(files[i].Bytes())
	}
	f.Add(withSegments(files[0].Bytes(), segment(0xe1, "Exif\x00\x00"+string(tiff(binary.BigEndian, 5)))))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		const pixels = 1 << 16
		img, err := decode(bytes.NewReader(data), pixels)
		if err != nil {
			require.Nil(t, img)
			return
		}
		require.Positive(t, img.Width)
		require.Positive(t, img.Height)
		require.LessOrEqual(t, img.Width*img.Height, pixels)
		require.Len(t, img.Pix, 3*img.Width*img.Height)
	})
}

func FuzzEXIFOrientation(f *testing.F) {
	start := []byte{0xff, 0xd8}
	f.Add(append(start, segment(0xe1, "Exif\x00\x00"+string(tiff(binary.LittleEndian, 3)))...))
	f.Add(append(start, segment(0xe1, "Exif\x00\x00"+string(tiff(binary.BigEndian, 8)))...))
	f.Add(append(start, 0xff, 0xff, 0xff, 0xda))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, orientation := range []int{exifOrientation(data), tiffOrientation(data)} {
			require.GreaterOrEqual(t, orientation, 1)
			require.LessOrEqual(t, orientation, 8)
		}
	})
}

func FuzzReadValList(f *testing.F) {
	f.Add("a.jpg 1\r\nb c.jpg\t9\n\n")
	f.Add("a.jpg\nb.jpg -1\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadValList(strings.NewReader(text), "list", 10)
		if err != nil {
			require.Nil(t, list)
			return
		}
		require.NotEmpty(t, list)
		for _, item := range list {
			require.NotEmpty(t, item.File)
			require.GreaterOrEqual(t, item.Label, 0)
			require.Less(t, item.Label, 10)
		}
	})
}

func FuzzReadIDX(f *testing.F) {
	f.Add([]byte("\x00\x00\x08\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x01ab"))
	f.Add([]byte("\x00\x00\x08\x01\x00\x00\x00\x03abc"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if images, err := ReadIDXImages(bytes.NewReader(data)); err == nil {
			require.Len(t, images.Pix, images.Count*images.Rows*images.Cols)
			require.Positive(t, images.Count)
			require.Len(t, images.Image(images.Count-1).Pix, 3*images.Rows*images.Cols)
		}
		if labels, err := ReadIDXLabels(bytes.NewReader(data)); err == nil {
			require.NotEmpty(t, labels)
		}
	})
}

func FuzzClassesFromFile(f *testing.F) {
	f.Add("tench\ngoldfish\n")
	f.Add("n01440764 tench, Tinca tinca\r\nn01443537\tgoldfish\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ClassesFromFile(strings.NewReader(text))
		if err != nil {
			require.Nil(t, c)
			return
		}
		require.NotEmpty(t, c.Names)
		require.NotContains(t, c.Names, "")
		if c.WNIDs != nil {
			require.Len(t, c.WNIDs, len(c.Names))
		}
	})
}
