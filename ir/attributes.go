package ir

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

// isEnum reports whether a field's type has String and, on its pointer,
// UnmarshalText.
func isEnum(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[fmt.Stringer]()) && reflect.PointerTo(t).Implements(textUnmarshaler)
}

// checkFields returns an error if an op has a field that graph text cannot state.
func checkFields(op Op) error {
	t := reflect.TypeOf(op)
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("%v is no struct", t)
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || f.Anonymous {
			return fmt.Errorf("field %s must be exported and named", f.Name)
		}
		switch f.Type {
		case reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[float32](), reflect.TypeFor[string](),
			reflect.TypeFor[[]int](), reflect.TypeFor[[]float32]():
		default:
			if !isEnum(f.Type) {
				return fmt.Errorf("field %s has the type %v, which graph text does not have", f.Name, f.Type)
			}
		}
	}
	return nil
}

// printAttributes gives an op's fields as graph text has them, without braces;
// those with a zero value, an empty list among them, are left out.
func printAttributes(op Op) string {
	var fields []string
	v := reflect.ValueOf(op)
	for i := range v.NumField() {
		f := v.Field(i)
		if f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
			continue
		}
		fields = append(fields, v.Type().Field(i).Name+"="+printAttribute(f.Interface()))
	}
	return strings.Join(fields, " ")
}

func printAttribute(value any) string {
	switch v := value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float32:
		return formatFloat(v)
	case string:
		return strconv.Quote(v)
	case []int:
		return formatList(v, strconv.Itoa)
	case []float32:
		return formatList(v, formatFloat)
	default:
		return fmt.Sprint(v)
	}
}

func formatList[E any](list []E, format func(E) string) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, e := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(format(e))
	}
	b.WriteByte(']')
	return b.String()
}

// formatFloat gives the shortest text that reads back as f.
func formatFloat(f float32) string { return formatBits(float64(f), 32) }

// formatFloat64 gives the shortest text that reads back as f.
func formatFloat64(f float64) string { return formatBits(f, 64) }

func formatBits(x float64, bits int) string {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	default:
		return strconv.FormatFloat(x, 'g', -1, bits)
	}
}

// fieldNames lists the fields of an op.
func fieldNames(op reflect.Type) string {
	var names []string
	for i := range op.NumField() {
		names = append(names, op.Field(i).Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
