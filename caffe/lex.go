package caffe

import (
	"bytes"
	"strings"
)

type tokenKind uint8

const (
	endToken    tokenKind = iota
	wordToken             // a name
	numberToken           // digits and whatever hangs on them; checked when used
	stringToken           // with its quotes
	markToken             // one character of punctuation
	badToken              // a character that text format does not use, or an open string
)

// token is a piece of text. Its text is a part of the file.
type token struct {
	kind      tokenKind
	text      []byte
	offset    int
	firstOnLn bool // no other token stands before it on its line
}

func (t token) is(mark byte) bool { return t.kind == markToken && t.text[0] == mark }

// describe names the token for an error.
func (t token) describe() string {
	if t.kind == endToken {
		return "the end of the file"
	}
	text := t.text
	if len(text) > 40 {
		text = append(bytes.Clone(text[:40]), "…"...)
	}
	return "'" + strings.ToValidUTF8(string(text), "�") + "'"
}

// lexer cuts protobuf text format into tokens.
type lexer struct {
	text []byte
	at   int
}

var byteOrderMark = []byte("\xef\xbb\xbf")

func newLexer(text []byte) *lexer {
	l := &lexer{text: text}
	if bytes.HasPrefix(text, byteOrderMark) {
		l.at = len(byteOrderMark)
	}
	return l
}

// next returns the next token, over white space and comments.
func (l *lexer) next() token {
	first := l.at == 0 || l.at == len(byteOrderMark)
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case c == '\n':
			first = true
			l.at++
		case c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f':
			l.at++
		case c == '#':
			l.skipLine()
		default:
			t := l.token(c)
			t.firstOnLn = first
			return t
		}
	}
	return token{kind: endToken, offset: l.at, firstOnLn: true}
}

func (l *lexer) skipLine() {
	if i := bytes.IndexByte(l.text[l.at:], '\n'); i >= 0 {
		l.at += i
	} else {
		l.at = len(l.text)
	}
}

func (l *lexer) token(c byte) token {
	switch {
	case isLetter(c):
		return l.take(wordToken, l.run(func(c byte) bool { return isLetter(c) || isDigit(c) }))
	case isDigit(c) || c == '.':
		return l.take(numberToken, l.numberLength())
	case c == '"' || c == '\'':
		return l.quoted(c)
	case strings.IndexByte("{}<>[]:;,-+", c) >= 0:
		return l.take(markToken, 1)
	default:
		return l.take(badToken, l.run(func(c byte) bool { return c >= 0x80 }))
	}
}

// take returns the token of the next n characters, at least one.
func (l *lexer) take(kind tokenKind, n int) token {
	t := token{kind: kind, text: l.text[l.at : l.at+max(n, 1)], offset: l.at}
	l.at += len(t.text)
	return t
}

func (l *lexer) run(in func(byte) bool) int {
	n := 0
	for l.at+n < len(l.text) && in(l.text[l.at+n]) {
		n++
	}
	return n
}

// numberLength counts the letters, digits, dots and exponent signs of a number.
func (l *lexer) numberLength() int {
	text := l.text[l.at:]
	hex := len(text) > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')
	n := 0
	for n < len(text) {
		c := text[n]
		sign := (c == '+' || c == '-') && n > 0 && !hex && (text[n-1] == 'e' || text[n-1] == 'E')
		if !isLetter(c) && !isDigit(c) && c != '.' && !sign {
			break
		}
		n++
	}
	return n
}

// quoted takes a string, which must end on its line.
func (l *lexer) quoted(quote byte) token {
	text := l.text[l.at:]
	for n := 1; n < len(text) && text[n] != '\n'; n++ {
		switch text[n] {
		case '\\':
			if n+1 < len(text) && text[n+1] != '\n' {
				n++
			}
		case quote:
			return l.take(stringToken, n+1)
		}
	}
	n := len(text)
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		n = i
	}
	return l.take(badToken, n)
}

func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
