package ir

import (
	"encoding"
	"encoding/hex"
	"reflect"
	"strconv"
	"strings"
)

// peek returns the next token, and tokenEnd at the end of the line.
func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) next() token {
	t := p.peek()
	if t.kind != tokenEnd {
		p.pos++
	}
	return t
}

// accept takes a punctuation mark if it is next.
func (p *parser) accept(mark string) bool {
	if t := p.peek(); t.kind != tokenPunct || t.text != mark {
		return false
	}
	p.next()
	return true
}

func (p *parser) punct(mark string) error {
	if !p.accept(mark) {
		return errorAt(p.peek(), "needs %s here, has %v", mark, p.peek())
	}
	return nil
}

func (p *parser) end() error {
	if t := p.peek(); t.kind != tokenEnd {
		return errorAt(t, "needs the end of the line here, has %v", t)
	}
	return nil
}

var tokenNames = map[tokenKind]string{tokenWord: "a word", tokenValue: "a %name", tokenText: "a text in quotes"}

func (p *parser) expect(kind tokenKind) (token, error) {
	if t := p.peek(); t.kind != kind {
		return t, errorAt(t, "needs %s here, has %v", tokenNames[kind], t)
	}
	return p.next(), nil
}

// list reads items with commas between them, from one mark to the other.
func (p *parser) list(from, to string, item func() error) error {
	if err := p.punct(from); err != nil {
		return err
	}
	if p.accept(to) {
		return nil
	}
	for {
		if err := item(); err != nil {
			return err
		}
		if p.accept(to) {
			return nil
		}
		if err := p.punct(","); err != nil {
			return err
		}
	}
}

// declaration reads %name type.
func (p *parser) declaration() (token, Type, error) {
	v, err := p.expect(tokenValue)
	if err != nil {
		return v, Type{}, err
	}
	dtype, err := p.expect(tokenWord)
	if err != nil {
		return v, Type{}, err
	}
	if dtype.text != Float32.String() {
		return v, Type{}, errorAt(dtype, "there is no dtype %s; there is %v", dtype.text, Float32)
	}
	shape, err := p.ints()
	return v, F32(shape...), err
}

func (p *parser) int() (int, error) {
	t, err := p.expect(tokenWord)
	if err != nil {
		return 0, err
	}
	i, err := strconv.Atoi(t.text)
	if err != nil {
		return 0, errorAt(t, "%s is no int", t.text)
	}
	return i, nil
}

func (p *parser) float() (float32, error) {
	t, err := p.expect(tokenWord)
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(t.text, 32)
	if err != nil {
		return 0, errorAt(t, "%s is no float32", t.text)
	}
	return float32(f), nil
}

func (p *parser) ints() ([]int, error) {
	var list []int
	err := p.list("[", "]", func() error {
		i, err := p.int()
		list = append(list, i)
		return err
	})
	return list, err
}

func (p *parser) floats() ([]float32, error) {
	var list []float32
	err := p.list("[", "]", func() error {
		f, err := p.float()
		list = append(list, f)
		return err
	})
	return list, err
}

// elements reads what a constant of the type is made of.
func (p *parser) elements(t Type) (*Const, error) {
	first := p.peek()
	if first.kind == tokenPunct && first.text == "[" {
		list, err := p.floats()
		if err == nil && len(list) != t.Count() {
			err = errorAt(first, "%v needs %d elements, has %d", t, t.Count(), len(list))
		}
		return &Const{Source: Literal(list)}, err
	}
	kind, err := p.expect(tokenWord)
	if err != nil {
		return nil, err
	}
	if err := p.punct("("); err != nil {
		return nil, err
	}
	var c *Const
	switch kind.text {
	case "splat":
		f, err := p.float()
		if err != nil {
			return nil, err
		}
		c = &Const{Source: Splat(f)}
	case "rand":
		seed, err := p.expect(tokenWord)
		if err != nil {
			return nil, err
		}
		u, err := strconv.ParseUint(seed.text, 10, 64)
		if err != nil {
			return nil, errorAt(seed, "%s is no seed, which is an unsigned 64-bit int", seed.text)
		}
		c = &Const{Source: Rand(u)}
	case "file":
		if c, err = p.fileElements(t); err != nil {
			return nil, err
		}
	default:
		return nil, errorAt(kind, "there is no source %s; there are splat, rand, file and [..]", kind.text)
	}
	return c, p.punct(")")
}

func (p *parser) fileElements(t Type) (*Const, error) {
	origin, err := p.expect(tokenText)
	if err != nil {
		return nil, err
	}
	if err := p.punct(","); err != nil {
		return nil, err
	}
	sum, err := p.expect(tokenText)
	if err != nil {
		return nil, err
	}
	if raw, err := hex.DecodeString(sum.text); err != nil || len(raw) != 32 || strings.ToLower(sum.text) != sum.text {
		return nil, errorAt(sum, "%q is no SHA-256 in 64 lower-case hexadecimal digits", sum.text)
	}
	if p.open == nil {
		return nil, errorAt(origin, "file %q cannot be opened here", origin.text)
	}
	source, err := p.open(origin.text, sum.text, t)
	if err != nil {
		return nil, errorAt(origin, "file %q: %w", origin.text, err)
	}
	return &Const{Source: source, Origin: origin.text}, nil
}

// attributes reads the fields of an op in braces, if there are any.
func (p *parser) attributes(op reflect.Value) error {
	if !p.accept("{") {
		return nil
	}
	seen := map[string]bool{}
	for !p.accept("}") {
		name, err := p.expect(tokenWord)
		if err != nil {
			return err
		}
		field := op.FieldByName(name.text)
		switch {
		case !field.IsValid():
			return errorAt(name, "%s has no field %s; it has %s", op.Interface().(Op).Kind(), name.text, fieldNames(op.Type()))
		case seen[name.text]:
			return errorAt(name, "field %s is given twice", name.text)
		}
		seen[name.text] = true
		if err := p.punct("="); err != nil {
			return err
		}
		if err := p.attribute(field); err != nil {
			return err
		}
	}
	return nil
}

// attribute reads the value of a field, of one of the types that Register takes.
func (p *parser) attribute(field reflect.Value) error {
	switch f := field.Addr().Interface().(type) {
	case *int:
		return set(f, p.int)
	case *float32:
		return set(f, p.float)
	case *[]int:
		return set(f, p.ints)
	case *[]float32:
		return set(f, p.floats)
	case *string:
		t, err := p.expect(tokenText)
		*f = t.text
		return err
	case *bool:
		t, err := p.expect(tokenWord)
		if err != nil {
			return err
		}
		if t.text != "true" && t.text != "false" {
			return errorAt(t, "%s is neither true nor false", t.text)
		}
		*f = t.text == "true"
		return nil
	case encoding.TextUnmarshaler:
		t, err := p.expect(tokenWord)
		if err != nil {
			return err
		}
		if err := f.UnmarshalText([]byte(t.text)); err != nil {
			return errorAt(t, "%w", err)
		}
		return nil
	}
	panic("ir: Register let a field of type " + field.Type().String() + " pass")
}

func set[T any](field *T, read func() (T, error)) error {
	v, err := read()
	*field = v
	return err
}
