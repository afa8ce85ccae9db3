package caffe

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unquote returns the bytes of a string with its escapes: C's, in octal and hex
// too.
func unquote(quoted []byte) (string, error) {
	s := string(quoted[1 : len(quoted)-1])
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	var b strings.Builder
	for len(s) > 0 {
		if s[0] != '\\' {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		n, err := unescape(&b, s[1:])
		if err != nil {
			return "", err
		}
		s = s[1+n:]
	}
	return b.String(), nil
}

// unescape writes what the escape at the start of s means and returns its length.
func unescape(b *strings.Builder, s string) (int, error) {
	const from, to = `abfnrtv\'"?`, "\a\b\f\n\r\t\v\\'\"?"
	if i := strings.IndexByte(from, s[0]); i >= 0 {
		b.WriteByte(to[i])
		return 1, nil
	}
	digits, base, start := 3, 8, 0
	switch s[0] {
	case 'x', 'X':
		digits, base, start = 2, 16, 1
	case 'u', 'U':
		r, n := unicodeEscape(s)
		if n == 0 {
			return 0, errors.New(`a string holds \` + s[:1] + ` without a character's number behind it`)
		}
		b.WriteRune(r)
		return n, nil
	}
	end := start
	for end < len(s) && end < start+digits && isBaseDigit(s[end], base) {
		end++
	}
	if end == start {
		r, _ := utf8.DecodeRuneInString(s)
		return 0, errors.New(`a string holds the unknown escape \` + string(r))
	}
	code, err := strconv.ParseUint(s[start:end], base, 8)
	if err != nil {
		return 0, errors.New(`a string holds \` + s[:end] + `, which is no byte`)
	}
	b.WriteByte(byte(code))
	return end, nil
}

// unicodeEscape returns the character that u0041, U00000041 or a surrogate pair
// ud83d\ude00 at the start of s stands for and its length, or 0 if there is none.
func unicodeEscape(s string) (rune, int) {
	r, n := codePoint(s)
	if n == 0 || !utf16.IsSurrogate(r) {
		return r, n
	}
	rest, ok := strings.CutPrefix(s[n:], `\`)
	if !ok || !strings.HasPrefix(rest, "u") {
		return 0, 0
	}
	low, m := codePoint(rest)
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, 0
	}
	return r, n + 1 + m
}

// codePoint reads u and four or U and eight hexadecimal digits.
func codePoint(s string) (rune, int) {
	n := 5
	if s[0] == 'U' {
		n = 9
	}
	if len(s) < n {
		return 0, 0
	}
	code, err := strconv.ParseUint(s[1:n], 16, 32)
	if err != nil || code > utf8.MaxRune {
		return 0, 0
	}
	return rune(code), n
}

func isBaseDigit(c byte, base int) bool {
	if base == 8 {
		return '0' <= c && c <= '7'
	}
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f'
}
