package imagenet_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/bmp"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, png.Encode(&buf, img))
	return buf.Bytes()
}

func encodeJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, jpeg.Encode(&buf, img, &jpeg.Options{Quality: 100}))
	return buf.Bytes()
}

func encodeBMP(t testing.TB, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, bmp.Encode(&buf, img))
	return buf.Bytes()
}

// uniform returns an image of one colour.
func uniform(width, height int, c color.RGBA) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []uint8{c.R, c.G, c.B, c.A})
	}
	return img
}

func TestDecodePixelTypes(t *testing.T) {
	rect := image.Rect(0, 0, 2, 1)
	gray := &image.Gray{Pix: []uint8{7, 250}, Stride: 2, Rect: rect}
	gray16 := &image.Gray16{Pix: []uint8{0x12, 0xff, 0xfe, 0x00}, Stride: 4, Rect: rect}
	rgba := &image.RGBA{Pix: []uint8{1, 2, 3, 255, 4, 5, 6, 255}, Stride: 8, Rect: rect}
	alpha := &image.NRGBA{Pix: []uint8{200, 100, 50, 3, 90, 80, 70, 0}, Stride: 8, Rect: rect}
	rgba64 := &image.RGBA64{Pix: []uint8{1, 255, 2, 255, 3, 255, 255, 255, 4, 0, 5, 0, 6, 0, 255, 255}, Stride: 16, Rect: rect}
	alpha64 := &image.NRGBA64{Pix: []uint8{200, 255, 100, 1, 50, 2, 3, 3, 90, 0, 80, 1, 70, 2, 0, 9}, Stride: 16, Rect: rect}
	paletted := &image.Paletted{Pix: []uint8{1, 0}, Stride: 2, Rect: rect,
		Palette: color.Palette{color.NRGBA{R: 9, G: 8, B: 7, A: 5}, color.NRGBA{R: 30, G: 20, B: 10, A: 255}}}
	tests := []struct {
		name string
		data []byte
		want []uint8
	}{
		{"grey PNG", encodePNG(t, gray), []uint8{7, 7, 7, 250, 250, 250}},
		{"16-bit grey PNG", encodePNG(t, gray16), []uint8{0x12, 0x12, 0x12, 0xfe, 0xfe, 0xfe}},
		{"colour PNG", encodePNG(t, rgba), []uint8{1, 2, 3, 4, 5, 6}},
		{"PNG with alpha", encodePNG(t, alpha), []uint8{200, 100, 50, 90, 80, 70}},
		{"16-bit PNG", encodePNG(t, rgba64), []uint8{1, 2, 3, 4, 5, 6}},
		{"16-bit PNG with alpha", encodePNG(t, alpha64), []uint8{200, 100, 50, 90, 80, 70}},
		{"PNG with a palette", encodePNG(t, paletted), []uint8{30, 20, 10, 9, 8, 7}},
		{"grey BMP", encodeBMP(t, gray), []uint8{7, 7, 7, 250, 250, 250}},
		{"colour BMP", encodeBMP(t, rgba), []uint8{1, 2, 3, 4, 5, 6}},
		{"BMP with alpha", encodeBMP(t, alpha), []uint8{200, 100, 50, 90, 80, 70}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := imagenet.Decode(bytes.NewReader(test.data))
			require.NoError(t, err)
			require.Equal(t, &imagenet.Image{Width: 2, Height: 1, Pix: test.want}, got)
		})
	}
}

// A JPEG of one colour is that colour everywhere, whatever its size does to the
// 4:2:0 chroma. At quality 100 the DC step is 1, an eighth of a sample: what is
// lost is the rounding of YCbCr, half a unit each, at most 0.5 + 1.772/2 + 0.5.
func TestDecodeUniformJPEG(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 2}, {2, 1}, {3, 3}, {5, 4}, {7, 9}, {16, 17}, {33, 1}, {1, 33}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			data := encodeJPEG(t, uniform(size[0], size[1], color.RGBA{R: 200, G: 100, B: 50, A: 255}))
			got, err := imagenet.Decode(bytes.NewReader(data))
			require.NoError(t, err)
			require.Equal(t, size, [2]int{got.Width, got.Height})
			require.Len(t, got.Pix, 3*size[0]*size[1])
			for i, want := range bytes.Repeat([]byte{200, 100, 50}, size[0]*size[1]) {
				require.InDelta(t, want, got.Pix[i], 2)
			}
		})
	}
}

func TestDecodeGreyJPEG(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 9, 5))
	for i := range gray.Pix {
		gray.Pix[i] = uint8(5 * i)
	}
	data := encodeJPEG(t, gray)
	want, err := jpeg.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	got, err := imagenet.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	for y := range 5 {
		for x := range 9 {
			v := want.(*image.Gray).GrayAt(x, y).Y
			require.Equal(t, v, got.Gray()[9*y+x])
		}
	}
}

// Tiny images that libwebp 1.2.4 encoded, and what it decodes them to.
const (
	lossyWebP = "UklGRnIAAABXRUJQVlA4IGYAAAAQAgCdASoFAAMAAMASJbACdDXAAWbcQeCoAP7m+rf+Uzz12iy3JXuzcUAj+rc4mF/T3/idm3HP8z7z/ovv" +
		"uaL+J3Qn893/v/7r/Hn+E79+w/8G+aD7/f4Irf8G///KZ/7GW+/NtAA="
	losslessWebP = "UklGRk4AAABXRUJQVlA4TEIAAAAvBIAAAHcgEEhxJDNNkG1ziEPUn2Y4BNk2BztJAcc5/9EXAOCdoijKOwAAmIpk472HXyOLUrKoJItg" +
		"Ef2Pat+J+wQ="
	alphaWebP = "UklGRp4AAABXRUJQVlA4WAoAAAAQAAAABAAAAgAAQUxQSBAAAAAAADx4tPAAPHi08AA8eLTwVlA4IGgAAABQAgCdASoFAAMAAMASJagC" +
		"dLoAkwAFm3EHhYgA/ub6t/5TPPXaLLcle7NxQCP6tz910UG/E7mb7k/5n3n02eS5zL9LnWS9w383/6j9uf4Tv37D/wbHz+8P8qLX+hv/5/+jAvvzbQAAAA=="
)

func TestDecodeWebP(t *testing.T) {
	var lossless []uint8
	for y := range 3 {
		for x := range 5 {
			lossless = append(lossless, uint8(40*x+20), uint8(80*y+30), uint8(90*x+60*y))
		}
	}
	tests := []struct {
		name, data string
		want       []uint8
	}{
		{"lossy", lossyWebP, []uint8{
			0, 30, 31, 39, 46, 60, 93, 50, 90, 108, 31, 87, 145, 45, 111,
			35, 95, 91, 73, 110, 109, 129, 118, 128, 141, 95, 122, 179, 112, 162,
			50, 169, 152, 86, 184, 155, 114, 170, 120, 159, 180, 148, 191, 185, 208,
		}},
		{"lossless", losslessWebP, lossless},
		{"alpha", alphaWebP, []uint8{
			7, 19, 69, 45, 38, 86, 96, 48, 94, 108, 33, 79, 142, 49, 103,
			43, 84, 127, 80, 101, 137, 132, 115, 132, 142, 96, 116, 177, 114, 156,
			61, 156, 188, 96, 174, 182, 121, 166, 128, 162, 179, 144, 193, 185, 204,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data, err := base64.StdEncoding.DecodeString(test.data)
			require.NoError(t, err)
			got, err := imagenet.Decode(bytes.NewReader(data))
			require.NoError(t, err)
			require.Equal(t, &imagenet.Image{Width: 5, Height: 3, Pix: test.want}, got)
		})
	}
}

// pngHeader returns the start of a grey PNG that claims a size.
func pngHeader(width, height uint32) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 0, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, chunk...), crc32.ChecksumIEEE(chunk))
}

func TestDecodeRefuses(t *testing.T) {
	photo := encodeJPEG(t, uniform(40, 30, color.RGBA{G: 255, A: 255}))
	var animation bytes.Buffer
	require.NoError(t, gif.Encode(&animation, uniform(2, 2, color.RGBA{A: 255}), nil))
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "not a JPEG, PNG, WebP or BMP image"},
		{"text", []byte("layer { name: \"data\" }"), "not a JPEG, PNG, WebP or BMP image"},
		{"GIF", animation.Bytes(), "not a JPEG, PNG, WebP or BMP image"},
		{"RIFF that is not WebP", []byte("RIFF\x00\x00\x00\x00WAVE"), "not a JPEG, PNG, WebP or BMP image"},
		{"cut JPEG", photo[:len(photo)/2], "decoding a JPEG image"},
		{"too many pixels", pngHeader(1<<20, 1<<20), "more than 268435456"},
		{"more pixels than bytes can hold", pngHeader(10000, 20000), "33 bytes cannot hold 10000 by 20000 pixels"},
		{"PNG without data", pngHeader(5, 5), "decoding a PNG image"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := imagenet.Decode(bytes.NewReader(test.data))
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := imagenet.Decode(bytes.NewReader(nil))
	require.ErrorIs(t, err, imagenet.ErrFormat)
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestDecodePassesErrorsOn(t *testing.T) {
	_, err := imagenet.Decode(brokenReader{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
	_, err = imagenet.Decode(io.MultiReader(bytes.NewReader(pngHeader(5, 5)), brokenReader{}))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

func TestDecodeFileNamesIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	_, err := imagenet.DecodeFile(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("no image at all"), 0o600))
	_, err = imagenet.DecodeFile(path)
	require.ErrorIs(t, err, imagenet.ErrFormat)
	require.ErrorContains(t, err, path)
}

func TestGray(t *testing.T) {
	img := &imagenet.Image{Width: 2, Height: 2, Pix: []uint8{255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30}}
	// 255 times 0.29901, 0.58698 and 0.11401, rounded; 10, 20, 30: 18.15.
	require.Equal(t, []uint8{76, 150, 29, 18}, img.Gray())
	for v := range 256 {
		img := &imagenet.Image{Width: 1, Height: 1, Pix: []uint8{uint8(v), uint8(v), uint8(v)}}
		require.Equal(t, []uint8{uint8(v)}, img.Gray())
	}
}
