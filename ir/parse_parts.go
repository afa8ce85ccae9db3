package ir

import (
	"encoding"
	"reflect"
	"strconv"
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
	f, err := p.floatOf(32)
	return float32(f), err
}

func (p *parser) float64() (float64, error) { return p.floatOf(64) }

func (p *parser) floatOf(bits int) (float64, error) {
	t, err := p.expect(tokenWord)
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(t.text, bits)
	if err != nil {
		return 0, errorAt(t, "%s is no float%d", t.text, bits)
	}
	return f, nil
}

func (p *parser) ints() ([]int, error) { return listOf(p, "[", "]", p.int) }

func (p *parser) floats() ([]float32, error) { return listOf(p, "[", "]", p.float) }

// listOf is list for items of one kind.
func listOf[E any](p *parser, from, to string, item func() (E, error)) ([]E, error) {
	var list []E
	err := p.list(from, to, func() error {
		e, err := item()
		list = append(list, e)
		return err
	})
	return list, err
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
