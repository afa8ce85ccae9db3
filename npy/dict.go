package npy

import (
	"bytes"
	"strconv"
)

// dictParser reads the Python dict that is an .npy file's header:
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//
// It takes the keys in any order and any spacing, and nothing else: each key
// once, no other key.
type dictParser struct {
	text []byte
	pos  int
	// base is the file offset of the text's first byte.
	base int64
}

// field is a header value and the file offset where it stands.
type field[T any] struct {
	value T
	at    int64
	set   bool
}

type dictFields struct {
	descr   field[string]
	fortran field[bool]
	shape   field[[]int]
}

func (p *dictParser) parse() (dictFields, error) {
	var f dictFields
	if err := p.expect('{'); err != nil {
		return f, err
	}
	for p.peek() != '}' {
		if err := p.entry(&f); err != nil {
			return f, err
		}
		if p.peek() != ',' {
			break
		}
		p.pos++
	}
	if err := p.expect('}'); err != nil {
		return f, err
	}
	if c := p.peek(); c != 0 || p.pos < len(p.text) {
		return f, p.errorf("unexpected %q after the header's dict", c)
	}
	switch {
	case !f.descr.set:
		return f, p.errorf("the header has no 'descr'")
	case !f.fortran.set:
		return f, p.errorf("the header has no 'fortran_order'")
	case !f.shape.set:
		return f, p.errorf("the header has no 'shape'")
	}
	return f, nil
}

// entry reads one key and its value.
func (p *dictParser) entry(f *dictFields) error {
	key, err := p.str()
	if err != nil {
		return err
	}
	if err := p.expect(':'); err != nil {
		return err
	}
	next := p.peek()
	switch key {
	case "descr":
		if next == '[' {
			return p.errorf("structured arrays are not supported")
		}
		return setField(p, &f.descr, key, (*dictParser).str)
	case "fortran_order":
		return setField(p, &f.fortran, key, (*dictParser).boolean)
	case "shape":
		return setField(p, &f.shape, key, (*dictParser).tuple)
	}
	return p.errorf("unknown header key %q", key)
}

func setField[T any](p *dictParser, f *field[T], key string, read func(*dictParser) (T, error)) error {
	if f.set {
		return p.errorf("header key %q is given twice", key)
	}
	at := p.base + int64(p.pos)
	value, err := read(p)
	*f = field[T]{value: value, at: at, set: true}
	return err
}

func (p *dictParser) str() (string, error) {
	quote := p.peek()
	if quote != '\'' && quote != '"' {
		return "", p.errorf("expected a string")
	}
	rest := p.text[p.pos+1:]
	end := bytes.IndexByte(rest, quote)
	if end < 0 {
		return "", p.errorf("a string without its end")
	}
	p.pos += end + 2
	return string(rest[:end]), nil
}

func (p *dictParser) boolean() (bool, error) {
	for _, word := range []string{"True", "False"} {
		if bytes.HasPrefix(p.text[p.pos:], []byte(word)) {
			p.pos += len(word)
			return word == "True", nil
		}
	}
	return false, p.errorf("expected True or False")
}

// tuple reads a tuple of sizes: (), (3,), (3, 4). A lone (3) is a number in
// Python and is refused.
func (p *dictParser) tuple() ([]int, error) {
	if err := p.expect('('); err != nil {
		return nil, err
	}
	shape, comma := []int{}, false
	for p.peek() != ')' {
		size, err := p.size()
		if err != nil {
			return nil, err
		}
		shape = append(shape, size)
		if comma = p.peek() == ','; !comma {
			break
		}
		p.pos++
	}
	if len(shape) == 1 && !comma {
		return nil, p.errorf("a tuple of one needs a comma")
	}
	return shape, p.expect(')')
}

// size reads a decimal number; Python 2 wrote some of them with an L behind.
func (p *dictParser) size() (int, error) {
	p.peek()
	end := p.pos
	for end < len(p.text) && '0' <= p.text[end] && p.text[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(string(p.text[p.pos:end]))
	if err != nil {
		return 0, p.errorf("a shape's size must be a number from 0 to the largest int")
	}
	if end < len(p.text) && p.text[end] == 'L' {
		end++
	}
	p.pos = end
	return n, nil
}

// peek skips white space and returns the next byte, 0 at the end.
func (p *dictParser) peek() byte {
	for p.pos < len(p.text) {
		switch c := p.text[p.pos]; c {
		case ' ', '\t', '\n', '\r':
			p.pos++
		default:
			return c
		}
	}
	return 0
}

func (p *dictParser) expect(c byte) error {
	if p.peek() != c {
		return p.errorf("expected %q in the header", c)
	}
	p.pos++
	return nil
}

func (p *dictParser) errorf(format string, args ...any) error {
	return errorAt(p.base+int64(p.pos), format, args...)
}
