package caffe

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// Decode fills the struct that dst points to from the layer's parameter message
// of that name, such as "convolution_param"; from the schema's defaults where the
// layer has none. See Message.Decode.
func (l *Layer) Decode(param string, dst any) error {
	def := l.Message.Type.Field(param)
	m := l.Message.sub(param)
	if def == nil && l.Pos.File != nil && l.Pos.File.Text == nil {
		return l.Errorf("a binary net cannot state the %s of a fork's type %s: read the net from its prototxt", param, l.Type)
	}
	if def == nil || def.Message == nil || m != nil && m.Type == nil {
		return l.Errorf("no schema has the parameters %s of type %s: give the fork's caffe.proto", param, l.Type)
	}
	if m == nil {
		m = &Message{Type: def.Message, Pos: l.Pos}
	}
	if err := m.Decode(dst); err != nil {
		return l.Errorf("%s: %w", param, err)
	}
	return nil
}

// Decode fills the struct that dst points to. A Go field NumOutput takes the
// field num_output: bool, int, float32, string (also an enum's name) or another
// struct; a slice takes a repeated field; a pointer stays nil where the field is
// not set. What is neither set nor a pointer gets the schema's default.
func (m *Message) Decode(dst any) error {
	v := reflect.ValueOf(dst).Elem()
	for i := range v.NumField() {
		name := snakeCase(v.Type().Field(i).Name)
		def := m.field(name)
		if def == nil {
			return fmt.Errorf("no schema has a field %s in %s", name, m.Type.Name)
		}
		if err := m.decodeField(v.Field(i), def); err != nil {
			return err
		}
	}
	return nil
}

// field returns a field of the message's type: by its own schema, or by that of
// text files, which knows what forks add and a binary file cannot hold.
func (m *Message) field(name string) *schema.Field {
	if def := m.Type.Field(name); def != nil {
		return def
	}
	if t := schema.Text().Message(m.Type.Name); t != nil {
		return t.Field(name)
	}
	return nil
}

func (m *Message) decodeField(dst reflect.Value, def *schema.Field) error {
	if dst.Kind() == reflect.Slice {
		for _, f := range m.All(def.Name) {
			elem := reflect.New(dst.Type().Elem()).Elem()
			if err := decodeValue(elem, f); err != nil {
				return err
			}
			dst.Set(reflect.Append(dst, elem))
		}
		return nil
	}
	value, set := m.Get(def.Name)
	if dst.Kind() == reflect.Pointer {
		if !set {
			return nil
		}
		dst.Set(reflect.New(dst.Type().Elem()))
		dst = dst.Elem()
	}
	f := Field{Name: def.Name, Def: def, Value: value}
	if !set {
		f.Value = defaultValue(def)
	}
	return decodeValue(dst, f)
}

// takes tells which kinds of values a Go type takes. A user's schema may give a
// field another type than the layer expects.
func takes(dst reflect.Kind, v Kind) bool {
	switch dst {
	case reflect.Bool:
		return v == BoolValue
	case reflect.String:
		return v == StringValue || v == NameValue || v == LiteralValue
	case reflect.Float32:
		return v == FloatValue || v == IntValue || v == UintValue
	case reflect.Int:
		return v == IntValue || v == UintValue
	}
	return true
}

func decodeValue(dst reflect.Value, f Field) error {
	v := f.Value
	if !takes(dst.Kind(), v.Kind) {
		return fmt.Errorf("%s is %s in this schema, which the layer does not take", f.Name, kindName(f.Def))
	}
	switch dst.Kind() {
	case reflect.Bool:
		dst.SetBool(v.Bits != 0)
	case reflect.String:
		dst.SetString(v.Text)
	case reflect.Float32:
		dst.SetFloat(v.number())
	case reflect.Int:
		if v.Kind == UintValue && v.Bits > math.MaxInt32 || v.Kind == IntValue && (int64(v.Bits) > math.MaxInt32 || int64(v.Bits) < math.MinInt32) {
			return fmt.Errorf("%s cannot be %s: it is out of range", f.Name, v)
		}
		dst.SetInt(int64(v.Bits))
	case reflect.Struct:
		if f.Def.Message == nil {
			return fmt.Errorf("%s is %s in this schema, not a message", f.Name, kindName(f.Def))
		}
		if v.Message == nil {
			v.Message = &Message{Type: f.Def.Message}
		}
		return v.Message.Decode(dst.Addr().Interface())
	default:
		panic("caffe: cannot decode into a " + dst.Type().String())
	}
	return nil
}

// defaultValue returns the schema's default, or protobuf's zero where it names
// none.
func defaultValue(def *schema.Field) Value {
	switch def.Kind {
	case schema.Bool:
		return boolValue(def.Default == "true")
	case schema.Float, schema.Double:
		f, _ := strconv.ParseFloat(def.Default, 64)
		return floatValue(float64(float32(f)))
	case schema.String, schema.Bytes:
		return stringValue(def.Default)
	case schema.EnumKind:
		if !def.HasDefault && len(def.Enum.Values) > 0 {
			return nameValue(def.Enum.Values[0].Name)
		}
		return nameValue(def.Default)
	case schema.Uint32, schema.Uint64:
		u, _ := strconv.ParseUint(def.Default, 10, 64)
		return uintValue(u)
	default:
		i, _ := strconv.ParseInt(def.Default, 10, 64)
		return intValue(i)
	}
}

// snakeCase makes num_output of NumOutput.
func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
