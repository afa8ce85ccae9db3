package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	magic = "\x93NUMPY"
	// maxHeader bounds the header's text. Version 1.0 cannot say more than
	// 65535; a later version could say 4 GiB, and no plain array needs it.
	maxHeader = 1 << 20
)

// header is what the text in front of an array's data says.
type header struct {
	elem    element
	fortran bool
	shape   []int
	count   int
	// size is the number of bytes before the data.
	size int64
}

// readHeader reads up to the first byte of the data and no further.
func readHeader(r io.Reader) (header, error) {
	var start [12]byte
	if n, err := io.ReadFull(r, start[:8]); err != nil {
		return header{}, errorAt(int64(n), "reading the magic string: %w", unexpectedEOF(err))
	}
	if string(start[:6]) != magic {
		return header{}, errorAt(0, "not a .npy file: it starts with %q, not %q", start[:6], magic)
	}
	wide := 4
	switch major, minor := start[6], start[7]; {
	case major < 1 || major > 3 || minor != 0:
		return header{}, errorAt(6, "format version %d.%d is not one of 1.0, 2.0, 3.0", major, minor)
	case major == 1:
		wide = 2
	}
	if n, err := io.ReadFull(r, start[8:8+wide]); err != nil {
		return header{}, errorAt(int64(8+n), "reading the header's length: %w", unexpectedEOF(err))
	}
	length := binary.LittleEndian.Uint32(start[8:])
	if length > maxHeader {
		return header{}, errorAt(8, "a header of %d bytes is longer than %d", length, maxHeader)
	}
	textAt := int64(8 + wide)
	text := make([]byte, length)
	if n, err := io.ReadFull(r, text); err != nil {
		return header{}, errorAt(textAt+int64(n), "reading the header: %w", unexpectedEOF(err))
	}
	h, err := parseHeader(text, textAt)
	h.size = textAt + int64(length)
	return h, err
}

// parseHeader parses a header's text, whose first byte is at offset in the file.
func parseHeader(text []byte, offset int64) (header, error) {
	p := &dictParser{text: text, base: offset}
	fields, err := p.parse()
	if err != nil {
		return header{}, err
	}
	h := header{fortran: fields.fortran.value, shape: fields.shape.value}
	if h.elem, err = elementOf(fields.descr.value); err != nil {
		return header{}, errorAt(fields.descr.at, "%w", err)
	}
	if h.count, err = count(h.shape); err != nil {
		return header{}, errorAt(fields.shape.at, "%w", err)
	}
	return h, nil
}

// errorAt says where in the file something is wrong.
func errorAt(offset int64, format string, args ...any) error {
	return fmt.Errorf("offset %#x: %w", offset, fmt.Errorf(format, args...))
}

// unexpectedEOF turns the end of input before a needed byte into the error that
// says so.
func unexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
