package npy

import (
	"encoding/binary"
	"fmt"
	"math"
)

// element is the type of an array's elements as stored.
type element struct {
	size  int
	value func(b []byte, order binary.ByteOrder) float32
	order binary.ByteOrder
}

// elementOf returns the element type that a NumPy type string such as "<f4"
// names. Types of one byte have no byte order and take any mark.
func elementOf(descr string) (element, error) {
	if len(descr) != 3 {
		return element{}, fmt.Errorf("element type %q is not supported", descr)
	}
	e, known := elements[descr[1:]]
	if !known {
		return element{}, fmt.Errorf("element type %q is not supported", descr)
	}
	switch mark := descr[0]; {
	case mark == '<', mark == '|' && e.size == 1:
		e.order = binary.LittleEndian
	case mark == '>':
		e.order = binary.BigEndian
	default:
		return element{}, fmt.Errorf("element type %q has no known byte order", descr)
	}
	return e, nil
}

var elements = map[string]element{
	"b1": {size: 1, value: func(b []byte, _ binary.ByteOrder) float32 { return boolean(b[0]) }},
	"u1": {size: 1, value: func(b []byte, _ binary.ByteOrder) float32 { return float32(b[0]) }},
	"i1": {size: 1, value: func(b []byte, _ binary.ByteOrder) float32 { return float32(int8(b[0])) }},
	"u2": {size: 2, value: func(b []byte, o binary.ByteOrder) float32 { return float32(o.Uint16(b)) }},
	"i2": {size: 2, value: func(b []byte, o binary.ByteOrder) float32 { return float32(int16(o.Uint16(b))) }},
	"u4": {size: 4, value: func(b []byte, o binary.ByteOrder) float32 { return float32(o.Uint32(b)) }},
	"i4": {size: 4, value: func(b []byte, o binary.ByteOrder) float32 { return float32(int32(o.Uint32(b))) }},
	"u8": {size: 8, value: func(b []byte, o binary.ByteOrder) float32 { return float32(o.Uint64(b)) }},
	"i8": {size: 8, value: func(b []byte, o binary.ByteOrder) float32 { return float32(int64(o.Uint64(b))) }},
	"f2": {size: 2, value: func(b []byte, o binary.ByteOrder) float32 { return half(o.Uint16(b)) }},
	"f4": {size: 4, value: func(b []byte, o binary.ByteOrder) float32 { return math.Float32frombits(o.Uint32(b)) }},
	"f8": {size: 8, value: func(b []byte, o binary.ByteOrder) float32 {
		return float32(math.Float64frombits(o.Uint64(b)))
	}},
}

func boolean(b byte) float32 {
	if b != 0 {
		return 1
	}
	return 0
}

// half widens an IEEE 754 half: 1 sign, 5 exponent and 10 fraction bits.
// Infinities stay, and so do NaNs with their payload.
func half(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent, fraction := uint32(h>>10)&0x1f, uint32(h&0x3ff)
	switch exponent {
	case 0: // Zero or subnormal: fraction · 2⁻²⁴, exact in float32.
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)*0x1p-24))
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
