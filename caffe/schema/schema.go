// Package schema holds the messages of Caffe's files: fields, types, numbers and
// defaults. It reads them from proto2 files without protoc.
//
// caffe.proto is BVLC's own and the only schema of binary files. What forks add
// is in forks/, one file a fork, and serves text files alone: names are the same
// everywhere, numbers of different forks collide.
//
// A Schema is read-only and safe for concurrent use.
package schema

// Kind is the type of a field's value.
type Kind uint8

// The kinds of values. Sint and fixed types of a user's schema count as the
// plain integer of their width, since text does not tell them apart.
const (
	Bool Kind = iota
	Int32
	Int64
	Uint32
	Uint64
	Float
	Double
	String
	Bytes
	EnumKind
	MessageKind
)

// Schema is a set of messages that know one another.
type Schema struct {
	messages map[string]*Message
	enums    map[string]*Enum
}

// Message returns the message of that full name, such as "NetParameter", or nil.
func (s *Schema) Message(name string) *Message { return s.messages[name] }

// Messages returns all messages by full name. The map must not be changed.
func (s *Schema) Messages() map[string]*Message { return s.messages }

// Enums returns all enums by full name. The map must not be changed.
func (s *Schema) Enums() map[string]*Enum { return s.enums }

// Message is a message type.
type Message struct {
	// Name is the full name without the package, such as "ConvolutionParameter".
	Name string
	// Fields are in the order of their declaration.
	Fields []*Field

	byName   map[string]*Field
	byNumber map[int]*Field
}

// Field returns the field of that name, or nil.
func (m *Message) Field(name string) *Field { return m.byName[name] }

// Number returns the field of that number, or nil.
func (m *Message) Number(n int) *Field { return m.byNumber[n] }

// Field is a field of a message.
type Field struct {
	Name string
	// Number is the field's number in BVLC's schema, 0 for fields that only
	// forks have: their numbers mean different things in different files.
	Number   int
	Kind     Kind
	Repeated bool
	Packed   bool
	Required bool
	// Default is the default as the schema writes it, unquoted; HasDefault
	// tells an empty default from none.
	Default    string
	HasDefault bool
	// Message is the type of a MessageKind field, Enum that of an EnumKind.
	Message *Message
	Enum    *Enum

	typeName string
}

// Enum is an enum type.
type Enum struct {
	// Name is the full name, such as "PoolingParameter.PoolMethod".
	Name   string
	Values []EnumValue
}

// EnumValue is one name of an enum. Number is meaningful for BVLC's own.
type EnumValue struct {
	Name   string
	Number int
}

// Number returns the number of a name.
func (e *Enum) Number(name string) (int, bool) {
	for _, v := range e.Values {
		if v.Name == name {
			return v.Number, true
		}
	}
	return 0, false
}

// ValueName returns the first name of a number.
func (e *Enum) ValueName(number int) (string, bool) {
	for _, v := range e.Values {
		if v.Number == number {
			return v.Name, true
		}
	}
	return "", false
}
