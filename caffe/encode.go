package caffe

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// The fields of NetParameter and LayerParameter that hold layers and blobs.
const (
	netLayer   = 100
	layerBlobs = 7
)

// WriteBinary writes the net with its weights as a caffemodel that BVLC Caffe
// reads. Weights are read and written piece by piece. The warnings name the
// fields that BVLC's schema cannot state and that are therefore left out.
func (n *Net) WriteBinary(w io.Writer) (warnings Problems, err error) {
	e := &wireEncoder{w: bufio.NewWriterSize(w, 1<<16)}
	for _, group := range n.Message.groups() {
		if group[0].Name == "layer" {
			continue
		}
		e.write(e.appendGroup(nil, group))
	}
	for _, l := range n.Layers {
		e.layer(l)
	}
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.dropped, e.err
}

// wireEncoder writes until the first error, and remembers it.
type wireEncoder struct {
	w       *bufio.Writer
	err     error
	dropped Problems
}

func (e *wireEncoder) write(b []byte) {
	if e.err == nil {
		_, e.err = e.w.Write(b)
	}
}

// layer writes a layer: what it says, then its blobs.
func (e *wireEncoder) layer(l *Layer) {
	var head []byte
	for _, group := range l.Message.groups() {
		if group[0].Name != "blobs" {
			head = e.appendGroup(head, group)
		}
	}
	size := len(head)
	for _, b := range l.Blobs {
		size += protowire.SizeTag(layerBlobs) + protowire.SizeBytes(blobSize(b))
	}
	var tag []byte
	tag = protowire.AppendTag(tag, netLayer, protowire.BytesType)
	tag = protowire.AppendVarint(tag, uint64(size))
	e.write(tag)
	e.write(head)
	for _, b := range l.Blobs {
		e.blob(b)
	}
}

// blobHead returns a blob's message up to its data: the shape, and the tag and
// length of the data. A legacy shape stays one, since it fits where the same axes
// in a shape do not.
func blobHead(b *Blob) []byte {
	var head, dims []byte
	for i, d := range b.Shape {
		if b.Legacy {
			head = protowire.AppendTag(head, protowire.Number(blobNum+i), protowire.VarintType)
			head = protowire.AppendVarint(head, uint64(d))
		}
		dims = protowire.AppendVarint(dims, uint64(d))
	}
	if !b.Legacy {
		var shape []byte
		if len(dims) > 0 {
			shape = protowire.AppendTag(shape, 1, protowire.BytesType)
			shape = protowire.AppendBytes(shape, dims)
		}
		head = protowire.AppendTag(head, blobShape, protowire.BytesType)
		head = protowire.AppendBytes(head, shape)
	}
	head = protowire.AppendTag(head, blobData, protowire.BytesType)
	return protowire.AppendVarint(head, uint64(4*b.Count()))
}

func blobSize(b *Blob) int { return len(blobHead(b)) + 4*b.Count() }

func (e *wireEncoder) blob(b *Blob) {
	var tag []byte
	tag = protowire.AppendTag(tag, layerBlobs, protowire.BytesType)
	tag = protowire.AppendVarint(tag, uint64(blobSize(b)))
	e.write(tag)
	e.write(blobHead(b))
	if e.err == nil {
		e.err = b.WriteFloats(e.w)
	}
}

// WriteFloats writes the blob's elements as little-endian float32.
func (b *Blob) WriteFloats(w io.Writer) error {
	values := make([]float32, 1<<12)
	bytes := make([]byte, 4*len(values))
	for offset, count := 0, b.Count(); offset < count; offset += len(values) {
		part := values[:min(len(values), count-offset)]
		b.Read(part, offset)
		for i, v := range part {
			binary.LittleEndian.PutUint32(bytes[4*i:], math.Float32bits(v))
		}
		if _, err := w.Write(bytes[:4*len(part)]); err != nil {
			return err
		}
	}
	return nil
}

// groups returns the fields in canonical order, all of one name together.
func (m *Message) groups() [][]Field {
	var groups [][]Field
	for _, f := range m.canonical() {
		if n := len(groups); n > 0 && f.Def != nil && groups[n-1][0].Def == f.Def {
			groups[n-1] = append(groups[n-1], f)
		} else {
			groups = append(groups, []Field{f})
		}
	}
	return groups
}

func (e *wireEncoder) appendMessage(b []byte, m *Message) []byte {
	for _, group := range m.groups() {
		b = e.appendGroup(b, group)
	}
	return b
}

// appendGroup appends all values of one field.
func (e *wireEncoder) appendGroup(b []byte, group []Field) []byte {
	def := group[0].Def
	if def != nil && def.Packed && def.Number > 0 {
		var values []byte
		for _, f := range group {
			values, _ = appendScalar(values, def, f.Value)
		}
		b = protowire.AppendTag(b, protowire.Number(def.Number), protowire.BytesType)
		return protowire.AppendBytes(b, values)
	}
	for _, f := range group {
		b = e.appendField(b, f)
	}
	return b
}

func (e *wireEncoder) appendField(b []byte, f Field) []byte {
	if f.Value.Kind == RawValue {
		return append(b, f.Value.Text...)
	}
	if f.Def == nil || f.Def.Number == 0 {
		e.drop(f)
		return b
	}
	number := protowire.Number(f.Def.Number)
	if f.Value.Kind == MessageValue {
		b = protowire.AppendTag(b, number, protowire.BytesType)
		return protowire.AppendBytes(b, e.appendMessage(nil, f.Value.Message))
	}
	tagged := protowire.AppendTag(b, number, wireType(f.Def.Kind))
	out, ok := appendScalar(tagged, f.Def, f.Value)
	if !ok {
		e.drop(f)
		return b
	}
	return out
}

func (e *wireEncoder) drop(f Field) {
	e.dropped = append(e.dropped, problemf(f.Pos, "%s: %s is not of BVLC's schema: it is left out of the binary file", f.Name, f.Value))
}

// appendScalar appends a value without its tag. It returns false for an enum's
// name that has no number in BVLC's schema.
func appendScalar(b []byte, def *schema.Field, v Value) ([]byte, bool) {
	switch def.Kind {
	case schema.Float:
		return protowire.AppendFixed32(b, math.Float32bits(float32(v.number()))), true
	case schema.Double:
		return protowire.AppendFixed64(b, math.Float64bits(v.number())), true
	case schema.String, schema.Bytes:
		return protowire.AppendString(b, v.Text), true
	case schema.EnumKind:
		number, ok := enumNumber(def.Enum.Name, v)
		return protowire.AppendVarint(b, uint64(int64(number))), ok
	default:
		return protowire.AppendVarint(b, v.Bits), true
	}
}

func enumNumber(enum string, v Value) (int, bool) {
	if v.Kind == LiteralValue {
		number, err := strconv.Atoi(v.Text)
		return number, err == nil
	}
	e := schema.BVLC().Enums()[enum]
	if e == nil {
		return 0, false
	}
	return e.Number(v.Text)
}
