package caffe

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
)

// scalar reads one value that is no message. A nil def is an unknown field, whose
// value is kept as it is written.
func (p *textParser) scalar(def *schema.Field) (Value, bool) {
	pos := p.pos()
	negative := false
	for p.tok.is('-') || p.tok.is('+') {
		negative = negative != p.tok.is('-')
		p.advance()
	}
	tok := p.tok
	var v Value
	var err error
	switch tok.kind {
	case stringToken:
		v, err = p.text(def)
	case wordToken, numberToken:
		p.advance()
		if def == nil {
			v = unknownScalar(tok, negative)
		} else {
			v, err = p.known(def, pos, string(tok.text), tok.kind, negative)
		}
	case badToken:
		if tok.text[0] == '"' || tok.text[0] == '\'' {
			err = errors.New("the string does not end on its line")
			break
		}
		fallthrough
	default:
		err = errors.New("expected a value, found " + tok.describe())
	}
	if err != nil {
		p.problem(pos, "%v", err)
		if tok.kind != wordToken && tok.kind != numberToken {
			p.recoverHere()
		}
		return Value{}, false
	}
	return v, true
}

// text reads one or several strings in a row, which are one.
func (p *textParser) text(def *schema.Field) (Value, error) {
	var b strings.Builder
	for p.tok.kind == stringToken {
		part, err := unquote(p.tok.text)
		if err != nil {
			return Value{}, err
		}
		b.WriteString(part)
		p.advance()
	}
	if def != nil && def.Kind != schema.String && def.Kind != schema.Bytes {
		return Value{}, errors.New(def.Name + " is " + kindName(def) + ", not a string")
	}
	return stringValue(b.String()), nil
}

func unknownScalar(tok token, negative bool) Value {
	text := string(tok.text)
	if negative {
		text = "-" + text
	}
	if tok.kind == numberToken || negative {
		return Value{Kind: LiteralValue, Text: text}
	}
	return nameValue(text)
}

// known reads a word or number as the field's type demands.
func (p *textParser) known(def *schema.Field, pos Pos, text string, kind tokenKind, negative bool) (Value, error) {
	var v Value
	ok := false
	switch def.Kind {
	case schema.Bool:
		v, ok = parseBool(text)
		ok = ok && !negative
	case schema.Float, schema.Double:
		v, ok = parseFloat(text, negative, def.Kind)
	case schema.EnumKind:
		return p.enum(def, pos, text, kind, negative)
	case schema.String, schema.Bytes, schema.MessageKind:
	default:
		return parseInt(def, text, negative)
	}
	if !ok {
		if negative {
			text = "-" + text
		}
		return Value{}, errors.New(def.Name + " is " + kindName(def) + ", not " + text)
	}
	return v, nil
}

func parseBool(text string) (Value, bool) {
	switch text {
	case "true", "True", "t", "1":
		return boolValue(true), true
	case "false", "False", "f", "0":
		return boolValue(false), true
	}
	u, err := parseUint(text)
	return boolValue(u == 1), err == nil && u <= 1
}

// parseFloat rounds to float64 and, for a float field, from there to float32, as
// Caffe's parser does.
func parseFloat(text string, negative bool, kind schema.Kind) (Value, bool) {
	var f float64
	switch lower := strings.ToLower(text); {
	case lower == "inf" || lower == "infinity" || lower == "inff" || lower == "infinityf":
		f = math.Inf(1)
	case lower == "nan" || lower == "nanf":
		f = math.NaN()
	default:
		if strings.ContainsAny(lower, "xp_") || lower[0] != '.' && !isDigit(lower[0]) {
			return Value{}, false
		}
		var err error
		if f, err = strconv.ParseFloat(strings.TrimSuffix(lower, "f"), 64); err != nil && !errors.Is(err, strconv.ErrRange) {
			return Value{}, false
		}
	}
	if negative && !math.IsNaN(f) {
		f = -f
	}
	if kind == schema.Float {
		f = float64(float32(f))
	}
	return floatValue(f), true
}

// parseUint takes decimal, hexadecimal (0x) and octal (leading 0) integers.
func parseUint(text string) (uint64, error) {
	switch {
	case strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X"):
		return strconv.ParseUint(text[2:], 16, 64)
	case len(text) > 1 && text[0] == '0':
		return strconv.ParseUint(text[1:], 8, 64)
	}
	return strconv.ParseUint(text, 10, 64)
}

var intLimits = [...]uint64{
	schema.Int32: math.MaxInt32, schema.Int64: math.MaxInt64,
	schema.Uint32: math.MaxUint32, schema.Uint64: math.MaxUint64,
}

// parseInt takes an integer within the range of the field's type.
func parseInt(def *schema.Field, text string, negative bool) (Value, error) {
	shown := text
	if negative {
		shown = "-" + text
	}
	u, err := parseUint(text)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return Value{}, errors.New(def.Name + " is an integer, not " + shown)
	}
	limit := intLimits[def.Kind]
	signed := def.Kind == schema.Int32 || def.Kind == schema.Int64
	if negative && signed {
		limit++
	}
	if err != nil || u > limit || negative && !signed && u > 0 {
		return Value{}, errors.New(def.Name + " cannot be " + shown + ": it is out of range")
	}
	if !signed {
		return uintValue(u), nil
	}
	if negative {
		return intValue(-int64(u)), nil
	}
	return intValue(int64(u)), nil
}

// enum reads an enum by name or number. What the schema does not know is kept.
func (p *textParser) enum(def *schema.Field, pos Pos, text string, kind tokenKind, negative bool) (Value, error) {
	e := def.Enum
	if kind == wordToken && !negative {
		if _, ok := e.Number(text); !ok {
			names := make([]string, len(e.Values))
			for i, v := range e.Values {
				names[i] = v.Name
			}
			p.warn(pos, "%s has no value %s%s: it is kept as it is", e.Name, text, nearest.Hint(text, names))
		}
		return nameValue(text), nil
	}
	number, err := parseInt(&schema.Field{Kind: schema.Int32}, text, negative)
	if err != nil {
		if negative {
			text = "-" + text
		}
		return Value{}, errors.New(def.Name + " is " + kindName(def) + ", not " + text)
	}
	if name, ok := e.ValueName(int(int64(number.Bits))); ok {
		return nameValue(name), nil
	}
	p.warn(pos, "%s has no value of number %d: it is kept as it is", e.Name, int64(number.Bits))
	return Value{Kind: LiteralValue, Text: strconv.FormatInt(int64(number.Bits), 10)}, nil
}
