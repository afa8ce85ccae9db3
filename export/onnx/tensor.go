package onnx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A tensor is an initializer. Its elements are raw, or read from the source when
// they are written.
type tensor struct {
	name   string
	kind   int64
	dims   []int
	raw    []byte
	source ir.Source
}

// size returns the bytes of the elements.
func (t *tensor) size() int64 {
	if t.source == nil {
		return int64(len(t.raw))
	}
	element := int64(4)
	if t.kind == typeFloat16 {
		element = 2
	}
	return element * int64(ir.F32(t.dims...).Count())
}

// header returns the fields of TensorProto but for the elements.
func (t *tensor) header() []byte {
	var b []byte
	for _, d := range t.dims {
		b = appendInt(b, tensorDims, int64(d))
	}
	return appendString(appendInt(b, tensorDataType, t.kind), tensorName, t.name)
}

// message returns all of TensorProto but for the elements, which follow it, and
// the size of all of it.
func (t *tensor) message() (b []byte, size int64) {
	b = appendHead(t.header(), tensorRawData, t.size())
	return b, int64(len(b)) + t.size()
}

// inline returns all of TensorProto with its elements.
func (t *tensor) inline() ([]byte, error) {
	message, _ := t.message()
	b := bytes.NewBuffer(message)
	err := (&tensorWriter{w: b}).write(t)
	return b.Bytes(), err
}

// reference returns TensorProto with elements that lie in another file.
func (t *tensor) reference(file string, offset int64) []byte {
	b := t.header()
	for _, p := range [][2]string{
		{keyLocation, file}, {keyOffset, strconv.FormatInt(offset, 10)}, {keyLength, strconv.FormatInt(t.size(), 10)},
	} {
		b = appendEntry(b, tensorExternalData, p[0], p[1])
	}
	return appendInt(b, tensorDataLocation, locationExternal)
}

// The keys under which a tensor says where its elements lie.
const (
	keyLocation = "location"
	keyOffset   = "offset"
	keyLength   = "length"
)

// blockSize is how many elements are read at a time.
const blockSize = 1 << 15

// A tensorWriter writes the elements of tensors to w, block by block.
type tensorWriter struct {
	w     io.Writer
	block []float32
	bytes []byte
}

func (w *tensorWriter) write(t *tensor) error {
	if t.source == nil {
		_, err := w.w.Write(t.raw)
		return err
	}
	encode := encodeFloats
	if t.kind == typeFloat16 {
		encode = encodeHalves
	}
	count := ir.F32(t.dims...).Count()
	if n := min(count, blockSize); len(w.block) < n {
		w.block, w.bytes = make([]float32, n), make([]byte, 4*n)
	}
	for offset := 0; offset < count; {
		block := w.block[:min(len(w.block), count-offset)]
		t.source.Read(block, offset)
		n, err := encode(w.bytes, block)
		if err != nil {
			return fmt.Errorf("weights %q: %w", t.name, err)
		}
		if _, err := w.w.Write(w.bytes[:n]); err != nil {
			return err
		}
		offset += len(block)
	}
	return nil
}

func encodeFloats(dst []byte, block []float32) (int, error) {
	for i, f := range block {
		binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(f))
	}
	return 4 * len(block), nil
}

func encodeHalves(dst []byte, block []float32) (int, error) {
	for i, f := range block {
		h := toHalf(f)
		if err := checkHalf(f, h); err != nil {
			return 0, err
		}
		binary.LittleEndian.PutUint16(dst[2*i:], h)
	}
	return 2 * len(block), nil
}
