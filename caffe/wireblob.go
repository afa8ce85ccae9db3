package caffe

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// The fields of BlobProto, and the two that NVIDIA's fork adds.
const (
	blobNum         = 1
	blobChannels    = 2
	blobHeight      = 3
	blobWidth       = 4
	blobData        = 5
	blobShape       = 7
	blobDoubleData  = 8
	blobRawDataType = 10
	blobRawData     = 12
)

// blobParts is a BlobProto as it is being read.
type blobParts struct {
	shape   []int
	legacy  [4]int
	old     bool // a legacy field is there
	single  elements
	double  elements
	raw     []byte
	rawKind uint64
}

// blob reads a BlobProto. Its data stays in the file.
func (d *wireDecoder) blob(w wireField) (*Blob, error) {
	parts := blobParts{single: elements{kind: float32Element}, double: elements{kind: float64Element}}
	data, offset := w.payload, w.at
	blobType := schema.BVLC().Message("BlobProto")
	for at := 0; at < len(data); {
		f, err := d.next(data[at:], blobType, offset+at)
		if err != nil {
			return nil, err
		}
		n, err := parts.field(f, data[at:])
		if err != nil {
			return nil, d.problem(f.offset, "%v", err)
		}
		at += n
	}
	blob, err := parts.blob()
	if err != nil {
		return nil, d.problem(w.offset, "%v", err)
	}
	blob.Pos = Pos{d.file, w.offset}
	return blob, nil
}

// field takes one field and returns how many bytes of rest it used up: of
// unpacked data it takes all that follow one another.
func (p *blobParts) field(f wireField, rest []byte) (int, error) {
	var err error
	switch {
	case f.typ == protowire.VarintType && f.number >= blobNum && f.number <= blobWidth:
		p.legacy[f.number-blobNum], err = dimension(f.payload)
		p.old = true
	case f.typ == protowire.VarintType && f.number == blobRawDataType:
		p.rawKind, _ = protowire.ConsumeVarint(f.payload)
	case f.typ == protowire.BytesType && f.number == blobShape:
		p.shape, err = appendShape(p.shape, f.payload)
	case f.typ == protowire.BytesType && f.number == blobData:
		err = p.single.addPacked(f.payload)
	case f.typ == protowire.BytesType && f.number == blobDoubleData:
		err = p.double.addPacked(f.payload)
	case f.typ == protowire.BytesType && f.number == blobRawData:
		p.raw = f.payload
	case f.typ == protowire.Fixed32Type && f.number == blobData:
		return p.single.takeTagged(f, rest), nil
	case f.typ == protowire.Fixed64Type && f.number == blobDoubleData:
		return p.double.takeTagged(f, rest), nil
	}
	return len(f.raw), err
}

// takeTagged appends the elements that follow one another with the tag of f and
// returns their length.
func (e *elements) takeTagged(f wireField, rest []byte) int {
	size := len(f.raw)
	tag := size - elementSize[e.kind]
	count := 1
	for (count+1)*size <= len(rest) && string(rest[count*size:count*size+tag]) == string(rest[:tag]) {
		count++
	}
	e.addTagged(rest[tag:], count, tag)
	return count * size
}

// dimension reads a varint as an axis.
func dimension(b []byte) (int, error) {
	u, n := protowire.ConsumeVarint(b)
	if n < 0 {
		return 0, errors.New("the shape ends within an axis")
	}
	if u > math.MaxInt32 {
		return 0, fmt.Errorf("an axis of %d is no axis of a blob", int64(u))
	}
	return int(u), nil
}

// appendShape reads a BlobShape, packed or not.
func appendShape(shape []int, b []byte) ([]int, error) {
	for len(b) > 0 {
		number, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return nil, errors.New("the shape is damaged")
		}
		size := protowire.ConsumeFieldValue(number, typ, b[n:])
		if size < 0 {
			return nil, errors.New("the shape is damaged")
		}
		value := b[n : n+size]
		if number == 1 && typ == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(value)
		} else if number != 1 || typ != protowire.VarintType {
			value = nil
		}
		for len(value) > 0 {
			dim, err := dimension(value)
			if err != nil {
				return nil, err
			}
			shape = append(shape, dim)
			_, used := protowire.ConsumeVarint(value)
			value = value[used:]
		}
		b = b[n+size:]
	}
	return shape, nil
}

// rawElementKind maps NVIDIA's Type enum.
func rawElementKind(u uint64) (elementKind, error) {
	switch u {
	case 0:
		return float64Element, nil
	case 1:
		return float32Element, nil
	case 2:
		return float16Element, nil
	}
	return 0, fmt.Errorf("raw_data_type %d is no float", u)
}

// blob chooses among shapes and data as Caffe does: legacy axes win over shape,
// double_data over data; raw_data counts where neither is there.
func (p *blobParts) blob() (*Blob, error) {
	b := &Blob{Shape: p.shape}
	if p.old {
		b.Shape, b.Legacy = p.legacy[:], true
	}
	data := &p.single
	switch {
	case p.double.count() > 0:
		data = &p.double
	case p.single.count() == 0 && len(p.raw) > 0:
		kind, err := rawElementKind(p.rawKind)
		if err != nil {
			return nil, err
		}
		data = &elements{kind: kind}
		if err := data.addPacked(p.raw); err != nil {
			return nil, err
		}
	}
	if count, ok := checkedCount(b.Shape); !ok || count != data.count() {
		return nil, fmt.Errorf("its shape is %s, but its data has %d elements", ShapeString(b.Shape), data.count())
	}
	b.Reader = data
	return b, nil
}

// checkedCount returns the product of the axes, and whether a blob may have as
// many elements.
func checkedCount(shape []int) (int, bool) {
	count := 1
	for _, d := range shape {
		if d > 0 && count > math.MaxInt32/d {
			return 0, false
		}
		count *= d
	}
	return count, true
}
