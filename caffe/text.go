package caffe

import (
	"strings"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
)

// Limits that no real file comes near.
const (
	maxDepth    = 100 // messages inside one another
	maxProblems = 100 // after so many the rest of the file is not read
	maxNamed    = 8   // values of an enum that an error names
)

// ParseMessage reads protobuf text format as a message of the given type, the
// way Caffe's own parser does and beyond: unknown fields and enum values are
// kept and warned of, a colon may stand before a brace. The error is a Problems
// with everything wrong in the file.
func ParseMessage(name string, text []byte, t *schema.Message) (m *Message, warnings Problems, err error) {
	file := newTextFile(name, text)
	p := &textParser{lex: newLexer(text), file: file}
	p.advance()
	m = &Message{Type: t, Pos: Pos{File: file}}
	p.fields(m, 0)
	return m, p.warnings, p.problems.Err()
}

type textParser struct {
	lex      *lexer
	tok      token
	file     *File
	depth    int
	stopped  bool // the rest of the file is not read
	problems Problems
	warnings Problems
}

func (p *textParser) advance() { p.tok = p.lex.next() }

func (p *textParser) pos() Pos { return Pos{p.file, p.tok.offset} }

func (p *textParser) problem(pos Pos, format string, args ...any) {
	if p.stopped {
		return
	}
	p.problems = append(p.problems, problemf(pos, format, args...))
	if len(p.problems) == maxProblems {
		p.problems = append(p.problems, problemf(pos, "too many problems: the rest is not read"))
		p.stop()
	}
}

func (p *textParser) stop() {
	p.stopped = true
	p.lex.at = len(p.lex.text)
}

func (p *textParser) warn(pos Pos, format string, args ...any) {
	p.warnings = append(p.warnings, problemf(pos, format, args...))
}

// fields reads fields up to the closing mark, which it leaves, or to the end. At
// the top of the file the closer is 0.
func (p *textParser) fields(m *Message, closer byte) {
	for {
		switch {
		case p.tok.kind == endToken || closer != 0 && p.tok.is(closer):
			return
		case p.tok.kind == wordToken:
			p.field(m)
		case p.tok.is(';') || p.tok.is(','):
			p.advance()
		case p.tok.is('['):
			p.problem(p.pos(), "extensions in brackets are not of Caffe's text format")
			p.recover()
		case p.closes() && closer != 0:
			line, column := m.Pos.LineColumn()
			p.problem(p.pos(), "expected '%c' for the opening mark of %d:%d, found %s", closer, line, column, p.tok.describe())
			return
		case p.closes():
			p.problem(p.pos(), "%s closes nothing", p.tok.describe())
			p.advance()
		default:
			p.problem(p.pos(), "expected a field's name, found %s", p.tok.describe())
			p.recover()
		}
	}
}

// recover skips to where a next field may begin: a word that is the first on its
// line, or the closing of the message.
func (p *textParser) recover() {
	depth := 0
	for {
		switch {
		case p.opens():
			depth++
		case p.closes():
			depth--
		}
		p.advance()
		next := p.closes() || p.tok.kind == wordToken && p.tok.firstOnLn
		if p.tok.kind == endToken || next && depth <= 0 {
			return
		}
	}
}

func (p *textParser) opens() bool  { return p.tok.is('{') || p.tok.is('<') }
func (p *textParser) closes() bool { return p.tok.is('}') || p.tok.is('>') }

// field reads one field, or a list of its values.
func (p *textParser) field(m *Message) {
	f := Field{Name: string(p.tok.text), Pos: p.pos()}
	if m.Type != nil {
		f.Def = m.Type.Field(f.Name)
		p.checkField(m, f)
	}
	p.advance()
	colon := p.tok.is(':')
	if colon {
		p.advance()
	}
	switch {
	case p.opens():
		p.add(m, f, p.message)
	case p.tok.is('[') && (colon || f.Def != nil && f.Def.Kind == schema.MessageKind):
		p.list(m, f)
	case !colon:
		p.problem(p.pos(), "expected ':' or '{' after %s, found %s", f.Name, p.tok.describe())
		p.recoverHere()
	case p.beginsField():
		p.problem(f.Pos, "%s has no value", f.Name)
	default:
		p.add(m, f, p.scalar)
	}
}

// beginsField reports whether the token is a word at the start of a line with a
// colon or brace behind it, and so a field's name rather than a value.
func (p *textParser) beginsField() bool {
	if p.tok.kind != wordToken || !p.tok.firstOnLn {
		return false
	}
	ahead := *p.lex
	next := ahead.next()
	return next.is(':') || next.is('{')
}

// recoverHere recovers unless a field begins right here.
func (p *textParser) recoverHere() {
	if p.tok.kind == wordToken && p.tok.firstOnLn || p.closes() {
		return
	}
	p.recover()
}

// checkField warns of an unknown field and refuses a second value of a field
// that has one, as Caffe's parser does.
func (p *textParser) checkField(m *Message, f Field) {
	switch {
	case f.Def == nil:
		names := make([]string, len(m.Type.Fields))
		for i, known := range m.Type.Fields {
			names[i] = known.Name
		}
		p.warn(f.Pos, "%s has no field %s%s: it is kept, and has no effect", m.Type.Name, f.Name, nearest.Hint(f.Name, names))
	case !f.Def.Repeated && m.Has(f.Name):
		p.problem(f.Pos, "%s is given a second time", f.Name)
	}
}

func (p *textParser) add(m *Message, f Field, read func(*schema.Field) (Value, bool)) {
	if v, ok := read(f.Def); ok {
		f.Value = v
		m.Fields = append(m.Fields, f)
	}
}

// list reads [a, b, …].
func (p *textParser) list(m *Message, f Field) {
	if f.Def != nil && !f.Def.Repeated {
		p.problem(p.pos(), "%s takes one value, not a list", f.Name)
	}
	for p.advance(); !p.tok.is(']'); {
		before := len(p.problems)
		if p.opens() {
			p.add(m, f, p.message)
		} else {
			p.add(m, f, p.scalar)
		}
		switch {
		case len(p.problems) > before:
			return
		case p.tok.is(','):
			p.advance()
		case !p.tok.is(']'):
			p.problem(p.pos(), "expected ',' or ']' in the list of %s, found %s", f.Name, p.tok.describe())
			p.recoverHere()
			return
		}
	}
	p.advance()
}

// message reads {…} or <…>. A nil def is an unknown field.
func (p *textParser) message(def *schema.Field) (Value, bool) {
	open := p.pos()
	closer := byte('}')
	if p.tok.is('<') {
		closer = '>'
	}
	m := &Message{Pos: open}
	if def != nil {
		m.Type = def.Message
	}
	if def != nil && def.Kind != schema.MessageKind {
		p.problem(open, "%s is %s, not a message", def.Name, kindName(def))
		p.skipMessage()
		return Value{}, false
	}
	if p.depth++; p.depth > maxDepth {
		p.problem(open, "more than %d messages inside one another", maxDepth)
		p.stop()
	}
	p.advance()
	p.fields(m, closer)
	p.depth--
	if p.tok.kind == endToken {
		if !p.stopped {
			p.problem(open, "'%c' is never closed", p.lex.text[open.Offset])
			p.stop()
		}
		return Value{}, false
	}
	p.advance()
	return messageValue(m), true
}

// skipMessage passes over a message whatever is in it.
func (p *textParser) skipMessage() {
	for depth := 0; p.tok.kind != endToken; p.advance() {
		switch {
		case p.opens():
			depth++
		case p.closes():
			depth--
		}
		if depth == 0 {
			p.advance()
			return
		}
	}
}

// kindName names a field's type for an error.
func kindName(def *schema.Field) string {
	switch def.Kind {
	case schema.Bool:
		return "true or false"
	case schema.String, schema.Bytes:
		return "a string"
	case schema.Float, schema.Double:
		return "a number"
	case schema.EnumKind:
		if len(def.Enum.Values) > maxNamed {
			return "one of " + def.Enum.Name
		}
		names := make([]string, len(def.Enum.Values))
		for i, v := range def.Enum.Values {
			names[i] = v.Name
		}
		return "one of " + strings.Join(names, ", ")
	case schema.MessageKind:
		return "a message {…}"
	default:
		return "an integer"
	}
}
