package ir

import (
	"fmt"
	"strconv"
	"strings"
)

// tokenKind tells apart what a line of graph text is made of.
type tokenKind uint8

const (
	tokenEnd   tokenKind = iota
	tokenWord            // Convolution, f32, -1e-05
	tokenValue           // %data, %"conv1/7x7_s2": text is the name
	tokenText            // "..": text is what it says
	tokenPunct           // one of = ( ) [ ] { } ,
)

type token struct {
	kind tokenKind
	text string
	col  int // from 1, in bytes
}

// String says what a token is, for errors.
func (t token) String() string {
	switch t.kind {
	case tokenEnd:
		return "the end of the line"
	case tokenValue:
		return "value %" + strconv.Quote(t.text)
	case tokenText:
		return strconv.Quote(t.text)
	default:
		return t.text
	}
}

// columnError is an error at a column of the line at hand.
type columnError struct {
	col int
	err error
}

func (e *columnError) Error() string { return e.err.Error() }
func (e *columnError) Unwrap() error { return e.err }

func errorAt(t token, format string, args ...any) error {
	return &columnError{t.col, fmt.Errorf(format, args...)}
}

// lex cuts a line into tokens, the last of which is tokenEnd. On an error the
// tokens before it are returned too.
func lex(line string) ([]token, error) {
	var tokens []token
	for i := 0; ; {
		for i < len(line) && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
			i++
		}
		if i == len(line) || line[i] == '#' {
			return append(tokens, token{tokenEnd, "", i + 1}), nil
		}
		t, n, err := lexToken(line[i:])
		t.col = i + 1
		if err != nil {
			return append(tokens, token{tokenEnd, "", i + 1}), &columnError{i + 1, err}
		}
		tokens = append(tokens, t)
		i += n
	}
}

// lexToken returns the token that a text starts with, and its length.
func lexToken(s string) (token, int, error) {
	switch c := s[0]; {
	case strings.IndexByte("=()[]{},", c) >= 0:
		return token{kind: tokenPunct, text: s[:1]}, 1, nil
	case c == '"':
		text, n, err := lexQuoted(s)
		return token{kind: tokenText, text: text}, n, err
	case c == '%':
		return lexValue(s)
	case isWordByte(c):
		n := prefix(s, isWordByte)
		return token{kind: tokenWord, text: s[:n]}, n, nil
	default:
		return token{}, 0, fmt.Errorf("stray %q", []rune(s[:min(len(s), 4)])[0])
	}
}

func lexValue(s string) (token, int, error) {
	rest := s[1:]
	if strings.HasPrefix(rest, `"`) {
		name, n, err := lexQuoted(rest)
		if err == nil && name == "" {
			err = fmt.Errorf("a value needs a name")
		}
		return token{kind: tokenValue, text: name}, n + 1, err
	}
	n := prefix(rest, func(c byte) bool { return isNameRune(rune(c)) })
	if n == 0 {
		return token{}, 0, fmt.Errorf("a name must follow %%")
	}
	return token{kind: tokenValue, text: rest[:n]}, n + 1, nil
}

func lexQuoted(s string) (string, int, error) {
	quoted, err := strconv.QuotedPrefix(s)
	if err != nil {
		return "", 0, fmt.Errorf("quotes do not close, or hold an escape that Go does not have")
	}
	text, err := strconv.Unquote(quoted)
	return text, len(quoted), err
}

func isWordByte(c byte) bool { return isNameRune(rune(c)) || c == '+' || c == '-' }

// prefix returns how many bytes s starts with that are wanted.
func prefix(s string, want func(byte) bool) int {
	n := 0
	for n < len(s) && want(s[n]) {
		n++
	}
	return n
}
