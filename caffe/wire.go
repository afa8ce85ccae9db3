package caffe

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// DecodeMessage reads protobuf's wire format as a message of the given type of
// BVLC's schema. The message and its blobs refer to data, which must not change.
// What BVLC's schema does not know, or what a fork means by the same number in
// another way, is kept as it lies.
func DecodeMessage(name string, data []byte, t *schema.Message) (*Message, error) {
	d := newWireDecoder(name, data)
	return d.message(data, t, 0)
}

type wireDecoder struct {
	file *File
	end  int  // the file's length
	cut  bool // a field was found to be cut by the file's end
}

func newWireDecoder(name string, data []byte) *wireDecoder {
	return &wireDecoder{file: &File{Name: name}, end: len(data)}
}

func (d *wireDecoder) problem(offset int, format string, args ...any) error {
	return problemf(Pos{d.file, offset}, format, args...)
}

// wireField is one field as it lies in the file.
type wireField struct {
	number  protowire.Number
	typ     protowire.Type
	offset  int    // of the tag in the file
	raw     []byte // tag and all
	payload []byte // what follows the tag; for a length-delimited field its bytes
	at      int    // offset of the payload in the file
}

// next cuts the field at the start of data, which lies at offset. Where the data
// ends within a length-delimited field, it returns the part that is there beside
// the error.
func (d *wireDecoder) next(data []byte, t *schema.Message, offset int) (wireField, error) {
	f := wireField{offset: offset}
	number, typ, n := protowire.ConsumeTag(data)
	if n < 0 {
		return f, d.damage(n, offset, data, "a field's tag")
	}
	f.number, f.typ = number, typ
	size := protowire.ConsumeFieldValue(number, typ, data[n:])
	if size < 0 {
		if _, m := protowire.ConsumeVarint(data[n:]); m > 0 && typ == protowire.BytesType {
			f.payload, f.at = data[n+m:], offset+n+m
		}
		what := fmt.Sprintf("field %d", number)
		if def := t.Number(int(number)); def != nil {
			what = "field " + def.Name
		}
		return f, d.damage(size, offset, data, what)
	}
	f.raw = data[:n+size]
	f.payload, f.at = data[n:n+size], offset+n
	if typ == protowire.BytesType {
		bytes, _ := protowire.ConsumeBytes(f.payload)
		f.at += len(f.payload) - len(bytes)
		f.payload = bytes
	}
	return f, nil
}

// damage tells why data at offset could not be read, after protowire's code.
func (d *wireDecoder) damage(code, offset int, data []byte, what string) error {
	switch err := protowire.ParseError(code); {
	case !errors.Is(err, io.ErrUnexpectedEOF):
		return d.problem(offset, "%s is damaged: this is no protobuf", what)
	case offset+len(data) == d.end:
		d.cut = true
		return d.problem(offset, "the file ends within %s: it is cut short", what)
	default:
		return d.problem(offset, "%s runs beyond the message that it lies in: the file is damaged", what)
	}
}

// message reads the message that is data, at offset of the file. No message of
// BVLC's holds one of its own type, so their depth is bounded.
func (d *wireDecoder) message(data []byte, t *schema.Message, offset int) (*Message, error) {
	m := &Message{Type: t, Pos: Pos{d.file, offset}}
	for at := 0; at < len(data); {
		w, err := d.next(data[at:], t, offset+at)
		if err == nil {
			err = d.field(m, w)
		} else {
			err = d.within(m, w, err)
		}
		if err != nil {
			return nil, inLayer(m, err)
		}
		at += len(w.raw)
	}
	m.mergeSingular()
	return m, nil
}

// within says more exactly where the file ends, if that is in a field within the
// cut message.
func (d *wireDecoder) within(m *Message, w wireField, err error) error {
	def := m.Type.Number(int(w.number))
	if len(w.payload) == 0 || def == nil || def.Kind != schema.MessageKind {
		return err
	}
	d.cut = false
	if inner := d.field(m, w); inner != nil && d.cut {
		return inner
	}
	return err
}

// mergeSingular leaves one of each field that is not repeated, as protobuf has it:
// the last value, and of messages the sum.
func (m *Message) mergeSingular() {
	first := map[*schema.Field]int{}
	grown := map[*Message]bool{}
	kept := m.Fields[:0]
	for _, f := range m.Fields {
		i, again := first[f.Def]
		switch {
		case f.Def == nil || f.Def.Repeated:
			kept = append(kept, f)
		case !again:
			first[f.Def] = len(kept)
			kept = append(kept, f)
		case f.Value.Kind == MessageValue:
			old := kept[i].Value.Message
			old.Fields = append(old.Fields, f.Value.Message.Fields...)
			grown[old] = true
		default:
			kept[i] = f
		}
	}
	m.Fields = kept
	for old := range grown {
		old.mergeSingular()
	}
}

// inLayer names the layer in a problem within it.
func inLayer(m *Message, err error) error {
	if name := m.text("name"); name != "" && strings.HasSuffix(m.Type.Name, "LayerParameter") {
		return prefixed(fmt.Sprintf("layer %q ", name), err)
	}
	return err
}

// prefixed puts a prefix before the message of a problem, which every error here
// is.
func prefixed(prefix string, err error) error {
	p := err.(Problem)
	p.Message = prefix + p.Message
	return p
}

// field appends one field, or several where it is packed.
func (d *wireDecoder) field(m *Message, w wireField) error {
	def := m.Type.Number(int(w.number))
	if def == nil {
		m.addRaw(w, d.file)
		return nil
	}
	f := Field{Name: def.Name, Def: def, Pos: Pos{d.file, w.offset}}
	switch {
	case w.typ == protowire.BytesType && def.Kind == schema.MessageKind:
		return d.sub(m, f, w)
	case w.typ == protowire.BytesType && (def.Kind == schema.String || def.Kind == schema.Bytes):
		f.Value = stringValue(string(w.payload))
		m.Fields = append(m.Fields, f)
		return nil
	case w.typ == protowire.BytesType && def.Repeated:
		return d.packed(m, f, w)
	case w.typ == wireType(def.Kind):
		f.Value, _ = wireScalar(def, w.payload)
		m.Fields = append(m.Fields, f)
		return nil
	}
	m.addRaw(w, d.file)
	return nil
}

func (m *Message) addRaw(w wireField, file *File) {
	m.Fields = append(m.Fields, Field{Pos: Pos{file, w.offset}, Value: Value{Kind: RawValue, Text: string(w.raw)}})
}

// firstParameter is the number from which the fields of LayerParameter are the
// parameters of layer types, which forks number as they like.
const firstParameter = 100

// sub appends a field that is a message.
func (d *wireDecoder) sub(m *Message, f Field, w wireField) error {
	if f.Def.Message.Name == "BlobProto" {
		blob, err := d.blob(w)
		if err != nil {
			return prefixed(fmt.Sprintf("blob %d: ", len(m.All(f.Name))), err)
		}
		f.Value = Value{Kind: BlobValue, Blob: blob}
		m.Fields = append(m.Fields, f)
		return nil
	}
	child, err := d.message(w.payload, f.Def.Message, w.at)
	if err != nil {
		if m.Type.Name == "LayerParameter" && f.Def.Number >= firstParameter {
			m.addRaw(w, d.file)
			return nil
		}
		return err
	}
	f.Value = messageValue(child)
	m.Fields = append(m.Fields, f)
	return nil
}

// packed appends the elements of a packed repeated field.
func (d *wireDecoder) packed(m *Message, f Field, w wireField) error {
	for at := 0; at < len(w.payload); {
		v, n := wireScalar(f.Def, w.payload[at:])
		if n < 0 {
			return d.problem(w.at+at, "%s ends within an element", f.Name)
		}
		f.Value = v
		m.Fields = append(m.Fields, f)
		at += n
	}
	return nil
}

// wireType returns the wire type of a single scalar.
func wireType(kind schema.Kind) protowire.Type {
	switch kind {
	case schema.Float:
		return protowire.Fixed32Type
	case schema.Double:
		return protowire.Fixed64Type
	case schema.String, schema.Bytes, schema.MessageKind:
		return protowire.BytesType
	default:
		return protowire.VarintType
	}
}

// wireScalar reads one scalar and returns its length, negative if it is cut.
func wireScalar(def *schema.Field, b []byte) (Value, int) {
	switch def.Kind {
	case schema.Float:
		u, n := protowire.ConsumeFixed32(b)
		return floatValue(float64(math.Float32frombits(u))), n
	case schema.Double:
		u, n := protowire.ConsumeFixed64(b)
		return Value{Kind: FloatValue, Bits: u}, n
	}
	u, n := protowire.ConsumeVarint(b)
	switch def.Kind {
	case schema.Bool:
		return boolValue(u != 0), n
	case schema.Int32:
		return intValue(int64(int32(u))), n
	case schema.Int64:
		return intValue(int64(u)), n
	case schema.Uint32:
		return uintValue(uint64(uint32(u))), n
	case schema.EnumKind:
		if name, ok := def.Enum.ValueName(int(int32(u))); ok {
			return nameValue(name), n
		}
		return Value{Kind: LiteralValue, Text: fmt.Sprint(int32(u))}, n
	default:
		return uintValue(u), n
	}
}
