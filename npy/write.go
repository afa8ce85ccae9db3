package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// Write writes an array as little-endian float32 in C order, version 1.0, the
// data starting at a multiple of 64 bytes. The length of data must be the
// product of shape, which is 1 for an empty shape, a scalar. Neither slice is
// kept.
func Write(w io.Writer, shape []int, data []float32) error {
	n, err := count(shape)
	if err != nil {
		return err
	}
	if n != len(data) {
		return fmt.Errorf("shape %v has %d elements, have %d", shape, n, len(data))
	}
	if _, err := w.Write(headerOf(shape)); err != nil {
		return fmt.Errorf("writing the header: %w", err)
	}
	const step = 1 << 14
	buf := make([]byte, 0, 4*min(len(data), step))
	for len(data) > 0 {
		part := data[:min(len(data), step)]
		data = data[len(part):]
		buf = buf[:0]
		for _, v := range part {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		if _, err := w.Write(buf); err != nil {
			return fmt.Errorf("writing the data: %w", err)
		}
	}
	return nil
}

// headerOf returns everything before the data. At most maxRank axes of at most
// 20 digits stay far below the 65535 bytes that version 1.0 allows.
func headerOf(shape []int) []byte {
	var dims strings.Builder
	for i, size := range shape {
		if i > 0 {
			dims.WriteString(", ")
		}
		fmt.Fprint(&dims, size)
	}
	if len(shape) == 1 {
		dims.WriteByte(',')
	}
	text := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }", &dims)
	const fixed = len(magic) + 4 // version and length
	total := (fixed + len(text) + 1 + 63) &^ 63
	text += strings.Repeat(" ", total-fixed-len(text)-1) + "\n"

	out := append([]byte(magic), 1, 0)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(text)))
	return append(out, text...)
}
