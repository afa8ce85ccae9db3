package imagenet

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// IDXImages holds the images of an idx3-ubyte file, as MNIST and Fashion-MNIST
// come in.
type IDXImages struct {
	Count, Rows, Cols int
	// Pix holds the images one behind the other, each Rows times Cols bytes, row
	// by row.
	Pix []uint8
}

// Image returns image i as a colour image of equal channels. It panics unless
// 0 <= i < Count.
func (m *IDXImages) Image(i int) *Image {
	n := m.Rows * m.Cols
	img := newImage(m.Cols, m.Rows)
	for j, v := range m.Pix[i*n : (i+1)*n] {
		img.Pix[3*j], img.Pix[3*j+1], img.Pix[3*j+2] = v, v, v
	}
	return img
}

// ReadIDXImages reads an idx3-ubyte file, perhaps compressed with gzip, which must
// take all of r. Memory is taken as the data arrives.
func ReadIDXImages(r io.Reader) (*IDXImages, error) {
	sizes, data, err := readIDX(r, 3)
	if err != nil {
		return nil, fmt.Errorf("reading idx images: %w", err)
	}
	return &IDXImages{Count: sizes[0], Rows: sizes[1], Cols: sizes[2], Pix: data}, nil
}

// ReadIDXLabels reads an idx1-ubyte file, perhaps compressed with gzip, which must
// take all of r.
func ReadIDXLabels(r io.Reader) ([]uint8, error) {
	_, data, err := readIDX(r, 1)
	if err != nil {
		return nil, fmt.Errorf("reading idx labels: %w", err)
	}
	return data, nil
}

// readIDX reads an idx file of bytes with the given number of axes: two zero
// bytes, the element's type, the number of axes, the sizes in big-endian, the
// data. Offsets in errors count uncompressed bytes.
func readIDX(r io.Reader, axes int) (sizes []int, data []uint8, err error) {
	const (
		unsignedByte = 0x08
		maxData      = math.MaxInt32
	)
	if r, err = gunzip(r); err != nil {
		return nil, nil, err
	}
	head := make([]byte, 4+4*axes)
	if n, err := io.ReadFull(r, head[:4]); err != nil {
		return nil, nil, fmt.Errorf("offset %#x: the magic number: %w", n, idxEOF(err))
	}
	if want := []byte{0, 0, unsignedByte, byte(axes)}; !bytes.Equal(head[:4], want) {
		return nil, nil, fmt.Errorf("offset 0x0: the magic number is %#x, not %#x", head[:4], want)
	}
	if n, err := io.ReadFull(r, head[4:]); err != nil {
		return nil, nil, fmt.Errorf("offset %#x: the sizes: %w", 4+n, idxEOF(err))
	}
	total := int64(1)
	for axis := range axes {
		at := 4 + 4*axis
		size := binary.BigEndian.Uint32(head[at:])
		if size == 0 || int64(size) > maxData/total {
			return nil, nil, fmt.Errorf("offset %#x: size %d of axis %d makes no data or more than %d bytes", at, size, axis, maxData)
		}
		total *= int64(size)
		sizes = append(sizes, int(size))
	}
	// One byte more than is wanted tells whether the data ends there.
	data, err = io.ReadAll(io.LimitReader(r, total+1))
	if err != nil {
		return nil, nil, fmt.Errorf("offset %#x: the data: %w", len(head)+len(data), err)
	}
	if have := int64(len(data)); have < total {
		return nil, nil, fmt.Errorf("offset %#x: sizes %v need %d bytes of data, have %d: %w",
			int64(len(head))+have, sizes, total, have, io.ErrUnexpectedEOF)
	} else if have > total {
		return nil, nil, fmt.Errorf("offset %#x: more data than sizes %v need", int64(len(head))+total, sizes)
	}
	return sizes, data, nil
}

// gunzip returns what r holds, uncompressed if it is compressed.
func gunzip(r io.Reader) (io.Reader, error) {
	br := bufio.NewReader(r)
	start, err := br.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !bytes.Equal(start, []byte{0x1f, 0x8b}) {
		return br, nil
	}
	return gzip.NewReader(br)
}

func idxEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
