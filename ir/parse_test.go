package ir

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseLenient(t *testing.T) {
	g := parse(t, "# a comment\r\n\n  graph \"g\"# and another\r\n\tinput %\"x\"f32[ 1 ,2]\nconst %w f32[3,2]=rand( 7 )\n"+
		`%y f32[1,3]=InnerProduct(%x,%w){Axis=1 Bias=false}layer"#"`+"\n"+`output%y`)
	require.Equal(t, `graph "g"
input %x f32[1,2]
const %w f32[3,2] = rand(7)
%y f32[1,3] = InnerProduct(%x, %w) {Axis=1} layer "#"
output %y
`, g.String())
}

func TestParseErrors(t *testing.T) {
	const head = "graph \"g\"\ninput %x f32[2,3]\n"
	sum := strings.Repeat("0", 64)
	for _, test := range []struct{ text, want string }{
		{"", `1:1: graph text starts with graph "name"`},
		{"# nothing\n", `1:1: graph text starts with graph "name"`},
		{"input %x f32[1]", `1:1: graph text starts with graph "name"`},
		{"graph g", `1:7: needs a text in quotes here, has g`},
		{"graph \"g\" 1", `1:11: needs the end of the line here, has 1`},
		{"graph \"g", `1:7: quotes do not close, or hold an escape that Go does not have`},
		{`graph "\q"`, `1:7: quotes do not close, or hold an escape that Go does not have`},
		{head + "graph \"h\"", `3:1: there is a graph already`},
		{head + "inputs %y f32[1]", `3:1: no statement starts with inputs; there are graph, input, const, output and %name`},
		{head + "\"x\"", `3:1: no statement starts with "x"; there are graph, input, const, output and %name`},
		{head + "input %x f32[1]", `3:7: input "x": there is a value of this name already`},
		{head + "input x f32[1]", `3:7: needs a %name here, has x`},
		{head + "input %\"\" f32[1]", `3:7: a value needs a name`},
		{head + "input %/ f32[1]", `3:7: a name must follow %`},
		{head + "input %y", `3:9: needs a word here, has the end of the line`},
		{head + "input %y f16[1]", `3:10: there is no dtype f16; there is f32`},
		{head + "input %y f32[1", `3:15: needs , here, has the end of the line`},
		{head + "input %y f32[1,]", `3:16: needs a word here, has ]`},
		{head + "input %y f32[1.5]", `3:14: 1.5 is no int`},
		{head + "input %y f32[99999999999999999999]", `3:14: 99999999999999999999 is no int`},
		{head + "input %y f32[-1]", `3:7: input "y": shape f32[-1] has a negative axis`},
		{head + "input %y f32[2000000000,2]", `3:7: input "y": shape f32[2000000000,2]: more than 2^31-1 elements`},
		{head + "input %y f32[1] @", `3:17: stray '@'`},
		{head + "input %y f32[1] é", `3:17: stray 'é'`},
		{head + "const %w f32[2]", `3:16: needs = here, has the end of the line`},
		{head + "const %w f32[2,2000000000] = splat(1)", `3:7: shape f32[2,2000000000]: more than 2^31-1 elements`},
		{head + "const %w f32[2] = [1]", `3:19: f32[2] needs 2 elements, has 1`},
		{head + "const %w f32[2000000000] = [1,2]", `3:28: f32[2000000000] needs 2000000000 elements, has 2`},
		{head + "const %w f32[2] = [1, x]", `3:23: x is no float32`},
		{head + "const %w f32[2] = splat(1e39)", `3:25: 1e39 is no float32`},
		{head + "const %w f32[2] = splat(1", `3:26: needs ) here, has the end of the line`},
		{head + "const %w f32[2] = rand(-1)", `3:24: -1 is no seed, which is an unsigned 64-bit int`},
		{head + "const %w f32[2] = zero(1)", `3:19: there is no source zero; there are splat, rand, float64, scaled, file and [..]`},
		{head + "const %w f32[2] = file(\"a\", \"b\")", `3:29: "b" is no SHA-256 in 64 lower-case hexadecimal digits`},
		{head + "const %w f32[2] = file(\"a\", \"" + strings.Repeat("A", 64) + "\")", `3:29: "` + strings.Repeat("A", 64) + `" is no SHA-256 in 64 lower-case hexadecimal digits`},
		{head + "const %w f32[2] = file(\"a\", \"" + sum + "\")", `3:24: file "a" cannot be opened here`},
		{head + "const %x f32[2] = splat(0)", `3:7: constant "x": there is a value of this name already`},
		{head + "%y f32[2,3] = Relu(%x)", `3:15: there is no op Relu`},
		{head + "%y f32[2,3] = ReLU(%z)", `3:20: there is no value "z" before this line`},
		{head + "%y f32[2,3] = ReLU(%y)", `3:20: there is no value "y" before this line`},
		{head + "%y f32[3,2] = ReLU(%x) layer \"r\" at \"a:1:2\"", `3:1: a:1:2: layer "r": output "y" is f32[3,2], ReLU gives f32[2,3]`},
		{head + "%y f32[2,3], %z f32[2,3] = ReLU(%x) layer \"r\"", `3:1: layer "r": has 2 outputs, gives 1`},
		{head + "%x f32[2,3] = ReLU(%x) layer \"r\"", `3:1: layer "r": output "x": there is a value of this name already`},
		{head + "%y f32[2,3] = ReLU(%x, %x) layer \"r\"", `3:1: layer "r": needs 1 input, has 2`},
		{head + "%y f32[2,3] = Softmax(%x) {Axis=9}", `3:1: layer "": input f32[2,3]: axis 9 is not among the 2 axes`},
		{head + "%y f32[2,3] = Softmax(%x) {axis=1}", `3:28: Softmax has no field axis; it has Axis`},
		{head + "%y f32[2,3] = Sigmoid(%x) {Axis=1}", `3:28: Sigmoid has no field Axis; it has none`},
		{head + "%y f32[2,3] = Softmax(%x) {Axis=1 Axis=1}", `3:35: field Axis is given twice`},
		{head + "%y f32[2,3] = Softmax(%x) {Axis 1}", `3:33: needs = here, has 1`},
		{head + "%y f32[2,3] = Softmax(%x) {Axis=", `3:33: needs a word here, has the end of the line`},
		{head + "%y f32[2,3] = Softmax(%x) {Axis=1", `3:34: needs a word here, has the end of the line`},
		{head + "%y f32[2,3] = Pooling(%x) {Method=AVG}", `3:35: "AVG" is no PoolMethod; there are MAX, AVE, STOCHASTIC`},
		{head + "%y f32[2,3] = Pooling(%x) {Global=1}", `3:35: 1 is neither true nor false`},
		{head + "%y f32[2,3] = Pooling(%x) {Kernel=1}", `3:35: needs [ here, has 1`},
		{head + "%y f32[2,3] = Eltwise(%x) {Coeff=[a]}", `3:35: a is no float32`},
		{head + "%y f32[2,3] = ReLU(x)", `3:20: needs a %name here, has x`},
		{head + "%y f32[2,3] = ReLU %x", `3:20: needs ( here, has value %"x"`},
		{head + "%y f32[2,3] = ReLU(%x) layer r", `3:30: needs a text in quotes here, has r`},
		{head + "%y f32[2,3] = ReLU(%x) at \"a\" layer \"r\"", `3:31: needs the end of the line here, has layer`},
		{head + "%y f32[2,3]", `3:12: needs = here, has the end of the line`},
		{head + "output %z", `3:8: there is no value "z" before this line`},
		{head + "output %x %x", `3:11: needs the end of the line here, has value %"x"`},
		{head + "output %x\noutput %x", `4:8: output "x" is given twice`},
	} {
		_, err := Parse("g.ir", test.text, nil)
		require.EqualError(t, err, "g.ir:"+test.want, "%s", test.text)
	}
}

// TestParseAllErrors reports each error once, and not what follows from it.
func TestParseAllErrors(t *testing.T) {
	_, err := Parse("g.ir", `graph "g"
input %x f32[2,3
const %w f32[3] = splat(one)
%y f32[2,3] = Scale(%x, %w) {Axis=1}
%z f32[2,3], %"z/2" f32[2,3] = Split(%y) {Outputs=2}
%q f32[2,3] = ReLU(%z) {Slope=1}
output %"z/2"
output %q
output %nothing
`, nil)
	require.EqualError(t, err, `g.ir:2:17: needs , here, has the end of the line
g.ir:3:25: one is no float32
g.ir:6:25: ReLU has no field Slope; it has NegativeSlope
g.ir:9:8: there is no value "nothing" before this line`)

	_, err = Parse("g.ir", "graph \"g\"\n"+strings.Repeat("?\n", 1000), nil)
	require.ErrorContains(t, err, "g.ir:101:1: too many errors")
	require.Len(t, strings.Split(err.Error(), "\n"), maxParseErrors+1)
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/ops/*.ir")
	require.NoError(f, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add(small)
	f.Add("graph \"g\"\nconst %\"a\\x00\" f32[2] = file(\"o\", \"" + strings.Repeat("0a", 32) + "\")\noutput %\"a\\x00\"\n")
	open := func(_, _ string, t Type) (Source, error) {
		if t.Count() > 1<<12 {
			return nil, fmt.Errorf("%v is more than this test sums up", t)
		}
		return Rand(1), nil
	}
	f.Fuzz(func(t *testing.T, text string) {
		g, err := Parse("fuzz.ir", text, open)
		if err != nil {
			require.Nil(t, g)
			require.True(t, strings.HasPrefix(err.Error(), "fuzz.ir:"), "%v", err)
			return
		}
		require.NoError(t, g.Verify())
		printed := g.String()
		again, err := Parse("fuzz.ir", printed, open)
		require.NoError(t, err, printed)
		require.Equal(t, printed, again.String())
		g.Cost()
		g.Sweep()
		require.NoError(t, g.Verify())
	})
}
