package npy

import (
	"fmt"
	"io"
	"os"
)

// chunk is how much of an array's data is read at a time. It bounds the memory
// that a header can claim ahead of the bytes that are really there.
const chunk = 1 << 18

// Read reads one array from r and leaves r right behind it. Elements may be
// bool, signed or unsigned integers of 1 to 8 bytes, or floats of 2 to 8, in
// either byte order, in C or Fortran order; they are converted to float32, the
// nearest where it cannot hold them, and to C order. Memory is taken as the data
// arrives. Errors give the offset from where r stood.
func Read(r io.Reader) (*Array, error) {
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	return readData(r, h, min(h.count, chunk))
}

// ReadFile reads a file that holds one array and nothing after it, as Read does.
func ReadFile(path string) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	a, err := readWhole(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// readWhole reads a file to its end. A regular file's size is known, so it is
// checked first and the memory is taken once.
func readWhole(f *os.File) (*Array, error) {
	h, err := readHeader(f)
	if err != nil {
		return nil, err
	}
	reserve := min(h.count, chunk)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		want, have := int64(h.count)*int64(h.elem.size), info.Size()-h.size
		if have < want {
			return nil, shortData(h, max(have, 0))
		}
		reserve = h.count
	}
	a, err := readData(f, h, reserve)
	if err != nil {
		return nil, err
	}
	end := h.size + int64(h.count)*int64(h.elem.size)
	switch n, err := io.CopyN(io.Discard, f, 1); {
	case n > 0:
		return nil, errorAt(end, "more data after the array's end")
	case err != io.EOF:
		return nil, errorAt(end, "looking for the end of the file: %w", err)
	}
	return a, nil
}

// readData reads the elements into memory for reserve of them, more as they come.
func readData(r io.Reader, h header, reserve int) (*Array, error) {
	size := h.elem.size
	data := make([]float32, 0, reserve)
	buf := make([]byte, size*min(h.count, chunk/size))
	for len(data) < h.count {
		part := buf[:size*min(h.count-len(data), chunk/size)]
		if n, err := io.ReadFull(r, part); err != nil {
			done := int64(len(data))*int64(size) + int64(n)
			if err = unexpectedEOF(err); err == io.ErrUnexpectedEOF {
				return nil, shortData(h, done)
			}
			return nil, errorAt(h.size+done, "reading the array's data: %w", err)
		}
		for i := 0; i < len(part); i += size {
			data = append(data, h.elem.value(part[i:i+size], h.elem.order))
		}
	}
	if h.fortran {
		data = transpose(data, h.shape)
	}
	return &Array{Shape: h.shape, Data: data}, nil
}

func shortData(h header, have int64) error {
	return errorAt(h.size+have, "shape %v needs %d bytes of data, have %d: %w",
		h.shape, int64(h.count)*int64(h.elem.size), have, io.ErrUnexpectedEOF)
}

// transpose puts elements from Fortran order, first index fastest, into C order.
func transpose(src []float32, shape []int) []float32 {
	if len(src) == 0 {
		return src
	}
	stride, n := make([]int, len(shape)), 1
	for axis, size := range shape {
		stride[axis] = n
		n *= size
	}
	dst := make([]float32, len(src))
	index, from := make([]int, len(shape)), 0
	for to := range dst {
		dst[to] = src[from]
		for axis := len(shape) - 1; axis >= 0; axis-- {
			from += stride[axis]
			if index[axis]++; index[axis] < shape[axis] {
				break
			}
			from -= stride[axis] * shape[axis]
			index[axis] = 0
		}
	}
	return dst
}
