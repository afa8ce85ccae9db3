package onnx

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// A decoder reads a message whose bytes start at an offset of the file.
type decoder struct {
	data   []byte
	offset int
}

// A fieldFile is one field of a message.
type fieldFile struct {
	number protowire.Number
	wire   protowire.Type
	// bits are those of a number; body is the rest of what there may be.
	bits uint64
	body decoder
}

func (d decoder) errorf(format string, args ...any) error {
	return fmt.Errorf("offset 0x%x: "+format, append([]any{d.offset}, args...)...)
}

// fields calls f for each field.
func (d decoder) fields(f func(x fieldFile) error) error {
	for len(d.data) > 0 {
		number, wire, n := protowire.ConsumeTag(d.data)
		if n < 0 {
			return d.errorf("%w", protowire.ParseError(n))
		}
		x := fieldFile{number: number, wire: wire}
		rest := d.data[n:]
		var size int
		switch wire {
		case protowire.VarintType:
			x.bits, size = protowire.ConsumeVarint(rest)
		case protowire.Fixed32Type:
			var bits uint32
			bits, size = protowire.ConsumeFixed32(rest)
			x.bits = uint64(bits)
		case protowire.BytesType:
			x.body.data, size = protowire.ConsumeBytes(rest)
		default:
			size = protowire.ConsumeFieldValue(number, wire, rest)
		}
		if size < 0 {
			return d.errorf("field %d: %w", number, protowire.ParseError(size))
		}
		x.body.offset = d.offset + n + size - len(x.body.data)
		if err := f(x); err != nil {
			return err
		}
		d.data, d.offset = d.data[n+size:], d.offset+n+size
	}
	return nil
}

// need returns an error unless a field has the wire type that its message wants.
func (x fieldFile) need(wire protowire.Type) error {
	if x.wire != wire {
		return x.body.errorf("field %d has the wire type %d, needs %d", x.number, x.wire, wire)
	}
	return nil
}

func (x fieldFile) int(to *int64) error {
	*to = int64(x.bits)
	return x.need(protowire.VarintType)
}

func (x fieldFile) string(to *string) error {
	*to = string(x.body.data)
	return x.need(protowire.BytesType)
}

func (x fieldFile) message(read func(d decoder) error) error {
	if err := x.need(protowire.BytesType); err != nil {
		return err
	}
	return read(x.body)
}

// ints takes an integer, or packed ones.
func (x fieldFile) ints(to *[]int64) error {
	if x.wire == protowire.VarintType {
		*to = append(*to, int64(x.bits))
		return nil
	}
	if err := x.need(protowire.BytesType); err != nil {
		return err
	}
	for data := x.body.data; len(data) > 0; {
		i, n := protowire.ConsumeVarint(data)
		if n < 0 {
			return x.body.errorf("field %d: %w", x.number, protowire.ParseError(n))
		}
		*to = append(*to, int64(i))
		data = data[n:]
	}
	return nil
}
