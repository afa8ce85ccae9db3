package caffe

import (
	"fmt"
	"math"
	"slices"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// Message is a message as its file has it: the fields in their order, what no
// schema knows included.
type Message struct {
	// Type is nil in the value of an unknown field.
	Type   *schema.Message
	Pos    Pos
	Fields []Field
}

// Field is one appearance of a field. A repeated field is several of them.
type Field struct {
	// Name is empty for a field of a binary file whose number BVLC does not
	// know.
	Name string
	// Def is nil for a field that the schema does not know.
	Def   *schema.Field
	Pos   Pos
	Value Value
}

// Kind tells what a Value holds.
type Kind uint8

// The kinds of values.
const (
	// BoolValue is in Bits, 0 or 1.
	BoolValue Kind = iota
	// IntValue is a signed integer in Bits.
	IntValue
	// UintValue is an unsigned integer in Bits.
	UintValue
	// FloatValue is the bits of a float64; a float field's are rounded to
	// float32 already.
	FloatValue
	// StringValue is a string or bytes field's Text.
	StringValue
	// NameValue is an enum's name in Text, maybe one that the schema does not
	// know, or any bare word in an unknown field.
	NameValue
	// LiteralValue is a number in Text as it was written: in an unknown field,
	// or an enum number without a name.
	LiteralValue
	// MessageValue is in Message.
	MessageValue
	// BlobValue is a BlobProto of a binary file, in Blob.
	BlobValue
	// RawValue is a binary field that BVLC does not know, in Text: tag and all.
	RawValue
)

// Value is the value of one field.
type Value struct {
	Kind    Kind
	Bits    uint64
	Text    string
	Message *Message
	Blob    *Blob
}

func boolValue(b bool) Value {
	if b {
		return Value{Kind: BoolValue, Bits: 1}
	}
	return Value{Kind: BoolValue}
}

func intValue(i int64) Value        { return Value{Kind: IntValue, Bits: uint64(i)} }
func uintValue(u uint64) Value      { return Value{Kind: UintValue, Bits: u} }
func floatValue(f float64) Value    { return Value{Kind: FloatValue, Bits: math.Float64bits(f)} }
func stringValue(s string) Value    { return Value{Kind: StringValue, Text: s} }
func nameValue(s string) Value      { return Value{Kind: NameValue, Text: s} }
func messageValue(m *Message) Value { return Value{Kind: MessageValue, Message: m} }

// number returns the value of a numeric kind.
func (v Value) number() float64 {
	switch v.Kind {
	case IntValue:
		return float64(int64(v.Bits))
	case FloatValue:
		return math.Float64frombits(v.Bits)
	default:
		return float64(v.Bits)
	}
}

func (v Value) isNaN() bool { return v.Kind == FloatValue && math.IsNaN(v.number()) }

// NewMessage returns an empty message of a type of BVLC's schema, such as
// "NetParameter". It panics if there is no such type.
func NewMessage(typeName string) *Message {
	t := schema.Text().Message(typeName)
	if t == nil {
		panic("caffe: no message type " + typeName)
	}
	return &Message{Type: t}
}

// Has reports whether the field is set.
func (m *Message) Has(name string) bool {
	return slices.ContainsFunc(m.Fields, func(f Field) bool { return f.Name == name })
}

// Get returns the field's value: of several the last, as protobuf has it.
func (m *Message) Get(name string) (Value, bool) {
	for _, f := range slices.Backward(m.Fields) {
		if f.Name == name {
			return f.Value, true
		}
	}
	return Value{}, false
}

// All returns every appearance of the field.
func (m *Message) All(name string) []Field {
	var all []Field
	for _, f := range m.Fields {
		if f.Name == name {
			all = append(all, f)
		}
	}
	return all
}

// text returns the string of a field, or "" where it is not set.
func (m *Message) text(name string) string {
	v, _ := m.Get(name)
	return v.Text
}

// sub returns a field's message, or nil where it is not set.
func (m *Message) sub(name string) *Message {
	v, _ := m.Get(name)
	return v.Message
}

// Add appends a field of the message's type. The value is a string (for enums
// the name), bool, int, float32 or *Message; a list adds each of its elements. It
// panics if the type has no such field or the value is of none of these types.
func (m *Message) Add(name string, value any) *Message {
	switch list := value.(type) {
	case []int:
		for _, v := range list {
			m.Add(name, v)
		}
		return m
	case []string:
		for _, v := range list {
			m.Add(name, v)
		}
		return m
	}
	def := m.Type.Field(name)
	if def == nil {
		panic(fmt.Sprintf("caffe: %s has no field %s", m.Type.Name, name))
	}
	var v Value
	switch value := value.(type) {
	case string:
		v = stringValue(value)
		if def.Kind == schema.EnumKind {
			v = nameValue(value)
		}
	case bool:
		v = boolValue(value)
	case int:
		v = intValue(int64(value))
		if def.Kind == schema.Uint32 || def.Kind == schema.Uint64 {
			v = uintValue(uint64(value))
		}
	case float32:
		v = floatValue(float64(value))
	case *Message:
		v = messageValue(value)
	default:
		panic(fmt.Sprintf("caffe: field %s cannot take a %T", name, value))
	}
	m.Fields = append(m.Fields, Field{Name: name, Def: def, Pos: m.Pos, Value: v})
	return m
}

// canonical returns the fields in the order in which they are printed: by BVLC's
// number, then what only forks know in its own order.
func (m *Message) canonical() []Field {
	fields := slices.Clone(m.Fields)
	slices.SortStableFunc(fields, func(a, b Field) int { return a.order() - b.order() })
	return fields
}

func (f Field) order() int {
	if f.Def == nil || f.Def.Number == 0 {
		return math.MaxInt32
	}
	return f.Def.Number
}

// Equal reports whether both messages say the same: the same fields with the
// same values in canonical order, wherever they were written. Blobs of a binary
// file are the same only where they lie in the same place.
func (m *Message) Equal(o *Message) bool {
	return slices.EqualFunc(m.canonical(), o.canonical(), func(a, b Field) bool {
		if a.Name != b.Name || a.Value.Kind != b.Value.Kind {
			return false
		}
		if a.Value.Kind == MessageValue {
			return a.Value.Message.Equal(b.Value.Message)
		}
		return a.Value == b.Value || a.Value.isNaN() && b.Value.isNaN()
	})
}
