package caffe

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// lexed shows the tokens of a text, a letter for the kind before each.
func lexed(text string) string {
	letters := map[tokenKind]string{wordToken: "w", numberToken: "n", stringToken: "s", markToken: "m", badToken: "b"}
	l := newLexer([]byte(text))
	var tokens []string
	for t := l.next(); t.kind != endToken; t = l.next() {
		tokens = append(tokens, letters[t.kind]+string(t.text))
	}
	return strings.Join(tokens, " ")
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		" \t\v\f\r\n":                "",
		"# only a comment":           "",
		"\xef\xbb\xbfa":              "wa",
		"a\xef\xbb\xbf":              "wa b\ufeff",
		"a_1:b":                      "wa_1 m: wb",
		"{}<>[]:;,-+":                "m{ m} m< m> m[ m] m: m; m, m- m+",
		"1 1. .5 1e-3 1E+2f 0x1F 07": "n1 n1. n.5 n1e-3 n1E+2f n0x1F n07",
		"0x1e+5":                     "n0x1e m+ n5",
		"1-2":                        "n1 m- n2",
		"12ab.c":                     "n12ab.c",
		"'a''b'\"c'd\"":              "s'a' s'b' s\"c'd\"",
		`"a\"b" "\\" c`:              `s"a\"b" s"\\" wc`,
		"\"a\nb":                     "b\"a wb",
		"\"a\\\nb":                   "b\"a\\ wb",
		`"a\`:                        `b"a\`,
		"'":                          "b'",
		"a#b\nc#":                    "wa wc",
		"a$é%":                       "wa b$ bé b%",
	} {
		require.Equal(t, want, lexed(text), "%q", text)
	}
}

func TestFirstOnLine(t *testing.T) {
	l := newLexer([]byte("\xef\xbb\xbfa b\r\n# c\n  d: e\n"))
	var firsts []string
	for tok := l.next(); tok.kind != endToken; tok = l.next() {
		if tok.firstOnLn {
			firsts = append(firsts, string(tok.text))
		}
	}
	require.Equal(t, []string{"a", "d"}, firsts)
}

func TestDescribe(t *testing.T) {
	require.Equal(t, "the end of the file", token{}.describe())
	require.Equal(t, "'ab'", token{kind: wordToken, text: []byte("ab")}.describe())
	text := []byte(strings.Repeat("x", 41))
	require.Equal(t, "'"+strings.Repeat("x", 40)+"…'", token{kind: wordToken, text: text}.describe())
	require.Equal(t, strings.Repeat("x", 41), string(text), "the text of the file stays as it is")
	require.Equal(t, "'�'", token{kind: badToken, text: []byte("\xff")}.describe())
}
