package schema

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/emicklei/proto"
)

//go:embed caffe.proto forks/*.proto
var files embed.FS

// BVLC returns the schema of BVLC Caffe 1.0, exactly.
var BVLC = sync.OnceValue(func() *Schema {
	l := newLoader()
	l.embedded("caffe.proto", true)
	return l.mustResolve()
})

// Text returns the schema for text files: BVLC's with what the known forks add. Its
// V1 layers have today's parameters too.
var Text = sync.OnceValue(func() *Schema {
	l := newLoader()
	l.known()
	return l.mustResolve()
})

// Extend returns the schema for text files with a user's own caffe.proto in
// front: where it and the known schemas name the same field, the user's type and
// default hold. The name serves error messages.
func Extend(name string, r io.Reader) (*Schema, error) {
	l := newLoader()
	if err := l.read(name, r, false); err != nil {
		return nil, err
	}
	l.known()
	return l.resolve()
}

// loader collects declarations. The first declaration of a field wins.
type loader struct{ s *Schema }

func newLoader() *loader {
	return &loader{&Schema{messages: map[string]*Message{}, enums: map[string]*Enum{}}}
}

// known adds BVLC's schema and then that of every fork, in the order of their
// names.
func (l *loader) known() {
	l.embedded("caffe.proto", true)
	forks, err := fs.Glob(files, "forks/*.proto")
	if err != nil {
		panic(err)
	}
	for _, f := range forks {
		l.embedded(f, false)
	}
	l.todayInV1()
}

// todayInV1 gives a V1 layer the fields that only a layer of today has: old nets of
// forks use newer layers' parameters, and the upgrade takes them over by name.
func (l *loader) todayInV1() {
	v1 := l.s.messages["V1LayerParameter"]
	for _, f := range l.s.messages["LayerParameter"].Fields {
		if v1.byName[f.Name] == nil {
			added := *f
			added.Number = 0
			v1.Fields = append(v1.Fields, &added)
			v1.byName[f.Name] = &added
		}
	}
}

func (l *loader) embedded(name string, numbers bool) {
	f, err := files.Open(name)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if err := l.read(path.Base(name), f, numbers); err != nil {
		panic(err)
	}
}

// read adds the declarations of one file. Field numbers are kept if the file is
// BVLC's.
func (l *loader) read(name string, r io.Reader, numbers bool) error {
	p := proto.NewParser(r)
	p.Filename(name)
	def, err := p.Parse()
	if err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	return l.elements(name, "", def.Elements, numbers)
}

func (l *loader) elements(file, scope string, elements []proto.Visitee, numbers bool) error {
	for _, e := range elements {
		var err error
		switch e := e.(type) {
		case *proto.Message:
			err = l.message(file, scope, e, numbers)
		case *proto.Enum:
			l.enum(join(scope, e.Name), e)
		case *proto.NormalField:
			err = l.field(file, scope, e.Field, e.Repeated, e.Required, numbers)
		case *proto.Oneof:
			err = l.elements(file, scope, e.Elements, numbers)
		case *proto.OneOfField:
			err = l.field(file, scope, e.Field, false, false, numbers)
		case *proto.MapField:
			err = fmt.Errorf("schema: %s:%d: map fields are not of proto2's Caffe schemas", file, e.Position.Line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) message(file, scope string, m *proto.Message, numbers bool) error {
	name := join(scope, m.Name)
	if m.IsExtend {
		name = local(m.Name)
	}
	if l.s.messages[name] == nil {
		l.s.messages[name] = &Message{Name: name, byName: map[string]*Field{}, byNumber: map[int]*Field{}}
	}
	return l.elements(file, name, m.Elements, numbers)
}

func (l *loader) enum(name string, e *proto.Enum) {
	enum := l.s.enums[name]
	if enum == nil {
		enum = &Enum{Name: name}
		l.s.enums[name] = enum
	}
	for _, v := range e.Elements {
		if v, ok := v.(*proto.EnumField); ok {
			if _, known := enum.Number(v.Name); !known {
				enum.Values = append(enum.Values, EnumValue{v.Name, v.Integer})
			}
		}
	}
}

func (l *loader) field(file, scope string, f *proto.Field, repeated, required, numbers bool) error {
	m := l.s.messages[scope]
	if m == nil {
		return fmt.Errorf("schema: %s:%d: field %s is in no message", file, f.Position.Line, f.Name)
	}
	if old := m.byName[f.Name]; old != nil {
		if numbers && old.typeName == local(f.Type) {
			m.number(old, f.Sequence)
		}
		return nil
	}
	field := &Field{Name: f.Name, Repeated: repeated, Required: required, typeName: local(f.Type)}
	for _, o := range f.Options {
		switch o.Name {
		case "default":
			field.Default, field.HasDefault = o.Constant.Source, true
		case "packed":
			field.Packed = o.Constant.Source == "true"
		}
	}
	m.Fields = append(m.Fields, field)
	m.byName[f.Name] = field
	if numbers {
		m.number(field, f.Sequence)
	}
	return nil
}

func (m *Message) number(f *Field, n int) {
	f.Number = n
	m.byNumber[n] = f
}

func (l *loader) mustResolve() *Schema {
	s, err := l.resolve()
	if err != nil {
		panic(err)
	}
	return s
}

var scalars = map[string]Kind{
	"bool": Bool, "string": String, "bytes": Bytes, "float": Float, "double": Double,
	"int32": Int32, "sint32": Int32, "sfixed32": Int32, "uint32": Uint32, "fixed32": Uint32,
	"int64": Int64, "sint64": Int64, "sfixed64": Int64, "uint64": Uint64, "fixed64": Uint64,
}

// resolve finds the type of each field: from the innermost scope outwards, as
// proto2 does.
func (l *loader) resolve() (*Schema, error) {
	for _, m := range l.s.messages {
		for _, f := range m.Fields {
			if err := l.resolveField(m.Name, f); err != nil {
				return nil, err
			}
		}
	}
	return l.s, nil
}

func (l *loader) resolveField(scope string, f *Field) error {
	if kind, ok := scalars[f.typeName]; ok {
		f.Kind = kind
		return nil
	}
	for at := scope; ; at = at[:max(strings.LastIndexByte(at, '.'), 0)] {
		name := join(at, f.typeName)
		if f.Message = l.s.messages[name]; f.Message != nil {
			f.Kind = MessageKind
			return nil
		}
		if f.Enum = l.s.enums[name]; f.Enum != nil {
			f.Kind = EnumKind
			return nil
		}
		if at == "" {
			return fmt.Errorf("schema: field %s of %s has the unknown type %s", f.Name, scope, f.typeName)
		}
	}
}

func join(scope, name string) string {
	if scope == "" {
		return name
	}
	return scope + "." + name
}

// local strips the package from a type's name.
func local(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "."), "caffe.")
}
