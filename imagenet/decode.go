package imagenet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

const (
	// maxPixels bounds the size of an image, decoded or resized.
	maxPixels = 1 << 28
	// maxFile bounds the bytes read for one image: over three a pixel of the
	// largest one.
	maxFile = 1 << 30
)

// ErrFormat is wrapped by the errors of Decode for data that is not an image in
// a format it reads.
var ErrFormat = errors.New("not a JPEG, PNG, WebP or BMP image")

// format is one file format: how its files start, with ? for any byte, and how
// they are decoded.
type format struct {
	name   string
	magic  string
	config func(io.Reader) (image.Config, error)
	decode func(data []byte) (*Image, error)
	// pixelsPerByte bounds how many pixels a byte of the file can stand for, 0
	// where there is no bound. A header that claims more is wrong.
	pixelsPerByte int
}

// A JPEG spends at least a bit on each MCU of at most 1024 pixels, and deflate at
// least a bit on 129 bytes, which are at most 1032 pixels.
var formats = []format{
	{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, decodeJPEG, 8 * 1024},
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, decodePNG, 8 * 1032},
	{"WebP", "RIFF????WEBP", webp.DecodeConfig, decodeWebP, 0},
	{"BMP", "BM", bmp.DecodeConfig, decodeBMP, 8},
}

const longestMagic = 12

// Decode reads a JPEG, PNG, WebP or BMP image, which must take all of r, and
// returns the pixels that OpenCV's cv::imread gives in colour mode: chroma
// upsampled and converted as libjpeg and libwebp do, grey spread over the three
// channels, alpha dropped with the colours left as stored, 16-bit samples cut to
// their high byte, and a JPEG turned as its EXIF orientation asks. The inverse
// cosine transform of JPEG is Go's, whose samples differ from libjpeg's by one
// now and then. Images of more than 1<<28 pixels are refused before they are
// decoded.
func Decode(r io.Reader) (*Image, error) {
	return decode(r, maxPixels)
}

// DecodeFile decodes an image file as Decode does.
func DecodeFile(path string) (*Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	img, err := Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return img, nil
}

func decode(r io.Reader, pixels int) (*Image, error) {
	br := bufio.NewReader(r)
	start, err := br.Peek(longestMagic)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading an image: %w", err)
	}
	f := formatOf(start)
	if f == nil {
		return nil, ErrFormat
	}
	data, err := io.ReadAll(io.LimitReader(br, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading a %s image: %w", f.name, err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("a %s file of more than %d bytes", f.name, maxFile)
	}
	if err := f.checkSize(data, pixels); err != nil {
		return nil, fmt.Errorf("decoding a %s image: %w", f.name, err)
	}
	img, err := f.decode(data)
	if err != nil {
		return nil, fmt.Errorf("decoding a %s image: %w", f.name, err)
	}
	return img, nil
}

func formatOf(start []byte) *format {
	for i := range formats {
		if hasMagic(start, formats[i].magic) {
			return &formats[i]
		}
	}
	return nil
}

func hasMagic(start []byte, magic string) bool {
	if len(start) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != start[i] {
			return false
		}
	}
	return true
}

// checkSize looks at the size that the file's header claims.
func (f *format) checkSize(data []byte, pixels int) error {
	config, err := f.config(bytes.NewReader(data))
	if err != nil {
		return err
	}
	w, h := config.Width, config.Height
	if w < 1 || h < 1 {
		return fmt.Errorf("an image of %d by %d pixels", w, h)
	}
	if w > pixels/h {
		return fmt.Errorf("an image of %d by %d pixels, more than %d in all", w, h, pixels)
	}
	if f.pixelsPerByte > 0 && w*h/f.pixelsPerByte > len(data) {
		return fmt.Errorf("%d bytes cannot hold %d by %d pixels", len(data), w, h)
	}
	return nil
}

func decodePNG(data []byte) (*Image, error) {
	src, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return fromStandard(src)
}

func decodeBMP(data []byte) (*Image, error) {
	src, err := bmp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return fromStandard(src)
}
