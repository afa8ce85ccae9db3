package imagenet

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"github.com/stretchr/testify/require"
)

// tiff builds a TIFF structure whose first directory holds a width and then the
// orientation.
func tiff(order binary.AppendByteOrder, orientation uint16) []byte {
	out := []byte("II*\x00")
	if order.String() == binary.BigEndian.String() {
		out = []byte("MM\x00*")
	}
	out = order.AppendUint32(out, 8)
	out = order.AppendUint16(out, 2)
	for _, entry := range [][2]uint16{{0x0100, 640}, {0x0112, orientation}} {
		out = order.AppendUint16(out, entry[0])
		out = order.AppendUint16(out, 3)
		out = order.AppendUint32(out, 1)
		out = order.AppendUint16(out, entry[1])
		out = order.AppendUint16(out, 0)
	}
	return order.AppendUint32(out, 0)
}

func segment(marker byte, body string) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(2+len(body)))
	return append(out, body...)
}

// withSegments puts segments behind a JPEG file's first two bytes.
func withSegments(jpeg []byte, segments ...[]byte) []byte {
	out := bytes.Clone(jpeg[:2])
	for _, s := range segments {
		out = append(out, s...)
	}
	return append(out, jpeg[2:]...)
}

func TestEXIFOrientation(t *testing.T) {
	exif := func(tiff []byte) []byte { return segment(0xe1, "Exif\x00\x00"+string(tiff)) }
	start := []byte{0xff, 0xd8, 0xff, 0xda, 0, 2}
	for want := 1; want <= 8; want++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			block := exif(tiff(order, uint16(want)))
			require.Equal(t, want, exifOrientation(withSegments(start, block)))
			xmp := segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x/>")
			require.Equal(t, want, exifOrientation(withSegments(start, segment(0xe0, "JFIF\x00"), xmp, []byte{0xff, 0xff}, block)))
			require.Equal(t, 1, exifOrientation(append(bytes.Clone(start), block...)), "behind the start of scan")
		}
	}
}

func TestEXIFJunk(t *testing.T) {
	good := tiff(binary.LittleEndian, 6)
	require.Equal(t, 6, tiffOrientation(good))
	for cut := range len(good) - 4 - 2 - 1 { // the next directory's offset and the value's padding may go
		got := tiffOrientation(good[:cut])
		require.Equal(t, 1, got, "cut to %d bytes", cut)
	}
	replaced := func(at int, b ...byte) []byte {
		out := bytes.Clone(good)
		copy(out[at:], b)
		return out
	}
	const orientationEntry = 8 + 2 + 12
	for name, data := range map[string][]byte{
		"byte order":     replaced(0, 'X'),
		"magic":          replaced(2, 43),
		"far directory":  replaced(4, 0xff, 0xff, 0xff, 0xff),
		"no entries":     replaced(8, 0, 0),
		"type":           replaced(orientationEntry+2, 2),
		"value 0":        tiff(binary.BigEndian, 0),
		"value 9":        tiff(binary.BigEndian, 9),
		"value too wide": tiff(binary.BigEndian, 0x0600),
	} {
		require.Equal(t, 1, tiffOrientation(data), name)
	}
	require.Equal(t, 6, tiffOrientation(replaced(8, 0xff, 0xff)), "more entries than there are")

	for _, data := range [][]byte{nil, {0xff}, {0xff, 0xd8}, {0xff, 0xd8, 0xff, 0xe1, 0, 1}, {0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 'E'}, {0xff, 0xd8, 0, 0, 0, 0, 0}} {
		require.Equal(t, 1, exifOrientation(data))
	}
}

// Three columns a, b, c by two rows; letters stand for pixels.
func TestOrient(t *testing.T) {
	stored := []string{"abc", "def"}
	upright := map[int][]string{
		1: {"abc", "def"},
		2: {"cba", "fed"},
		3: {"fed", "cba"},
		4: {"def", "abc"},
		5: {"ad", "be", "cf"},
		6: {"da", "eb", "fc"},
		7: {"fc", "eb", "da"},
		8: {"cf", "be", "ad"},
	}
	picture := func(rows []string) *Image {
		img := newImage(len(rows[0]), len(rows))
		for y, row := range rows {
			for x, c := range []byte(row) {
				copy(img.Pix[3*(y*img.Width+x):], []byte{c, c + 100, c - 90})
			}
		}
		return img
	}
	for orientation, want := range upright {
		require.Equal(t, picture(want), orient(picture(stored), orientation), "orientation %d", orientation)
		require.Equal(t, picture([]string{"a"}), orient(picture([]string{"a"}), orientation))
	}
}

func TestDecodeTurnsJPEG(t *testing.T) {
	// Left half black, right half white: 24 by 8 pixels.
	gray := image.NewGray(image.Rect(0, 0, 24, 8))
	for y := range 8 {
		for x := 16; x < 24; x++ {
			gray.SetGray(x, y, color.Gray{Y: 255})
		}
	}
	var buf bytes.Buffer
	require.NoError(t, jpeg.Encode(&buf, gray, nil))
	exif := segment(0xe1, "Exif\x00\x00"+string(tiff(binary.BigEndian, 6)))
	img, err := Decode(bytes.NewReader(withSegments(buf.Bytes(), exif)))
	require.NoError(t, err)
	require.Equal(t, []int{8, 24}, []int{img.Width, img.Height})
	luma := img.Gray()
	require.Less(t, luma[0], uint8(20), "a quarter turn to the right puts the left side on top")
	require.Greater(t, luma[len(luma)-1], uint8(235))
}
