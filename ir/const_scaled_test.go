package ir

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// scaledNaively is the definition of Scaled.
func scaledNaively(base Source, row int, factor []float64, count int) []float64 {
	from, want := make([]float64, count), make([]float64, count)
	(&Const{Source: base}).Read64(from, 0)
	for i := range want {
		want[i] = from[i] * factor[i/row%len(factor)]
	}
	return want
}

func rounded(list []float64) []float32 {
	r := make([]float32, len(list))
	for i, f := range list {
		r[i] = float32(f)
	}
	return r
}

func TestScaled(t *testing.T) {
	const count = 3*5*1001 + 7 // more than a block, and no whole number of rows
	wide := make(Literal64, count)
	for i := range wide {
		wide[i] = 1 / float64(i+3)
	}
	for _, base := range []Source{Rand(7), wide, Splat(0.1)} {
		for _, row := range []int{1, 5, 1001, 5000, math.MaxInt} {
			factor := []float64{1.0 / 3, -7, 0}
			c := (&Const{Source: base}).Times(row, factor)
			want := scaledNaively(base, row, factor, count)
			for _, part := range [][2]int{{0, count}, {0, 1}, {count - 1, count}, {4, 11}, {1000, 6007}, {5, 5}} {
				lo, hi := part[0], part[1]
				exact, have := make([]float64, hi-lo), make([]float32, hi-lo)
				c.Read64(exact, lo)
				require.Equal(t, want[lo:hi], exact)
				c.Source.Read(have, lo)
				require.Equal(t, rounded(want[lo:hi]), have)
			}
		}
	}
}

// TestTimes composes factors in float64.
func TestTimes(t *testing.T) {
	base := &Const{Source: Literal{3, 5, 7, 11}, Origin: "net.caffemodel#conv/0"}
	a, b := []float64{1.0 / 3, 1}, []float64{0.1, 0.7}
	c := base.Times(2, a).Times(2, b)
	require.Equal(t, Scaled{Base: base, Row: 2, Factor: []float64{a[0] * b[0], b[1]}}, c.Source)
	require.Equal(t, []float64{1.0 / 3, 1}, a, "the factors stay the caller's")

	columns := base.Times(2, a).Times(1, b)
	require.Equal(t, 1, columns.Source.(Scaled).Row, "other rows: one Scaled in another")
	exact := make([]float64, 4)
	columns.Read64(exact, 0)
	require.Equal(t, []float64{3 * a[0] * b[0], 5 * a[0] * b[1], 7 * b[0], 11 * b[1]}, exact)

	named := &Const{Source: c.Source, Origin: "a.caffemodel#conv/0"}
	require.Same(t, named, named.Times(2, b).Source.(Scaled).Base, "what has an origin stays whole")
}

// TestTimesRoundsOnce compares with factors that are applied in float32 one after
// the other, which gives other elements here and there.
func TestTimesRoundsOnce(t *testing.T) {
	const count = 1000
	a, b := 1.0/3, 0.1
	base, have, other := make([]float32, count), make([]float32, count), 0
	Rand(5).Read(base, 0)
	(&Const{Source: Rand(5)}).Times(1, []float64{a}).Times(1, []float64{b}).Source.Read(have, 0)
	for i, f := range base {
		require.Equal(t, float32(float64(f)*(a*b)), have[i])
		if have[i] != f*float32(a)*float32(b) {
			other++
		}
	}
	require.Positive(t, other)
}

// TestScaledText prints sources that are computed and reads them again, with the
// very bits of their numbers.
func TestScaledText(t *testing.T) {
	text := `graph "g"
const %a f32[2,3] = scaled(rand(7), 3, [0.3333333333333333, -1e-300])
const %b f32[2] = float64(0.1, nan)
const %c f32[2,3] = scaled(scaled([1, 2, 3, 4, 5, 6], 1, [inf, 0.5, 2]), 3, [5e-324, 1])
const %d f32[0] = float64()
output %a
output %b
output %c
output %d
`
	g := parse(t, text)
	require.Equal(t, text, g.String())
	require.Equal(t, []float64{1 / 3.0, -1e-300}, g.Value("a").Const.Source.(Scaled).Factor)
	require.Equal(t, 0.1, g.Value("b").Const.Source.(Literal64)[0])
	require.Empty(t, g.Value("a").Const.Origin)
}

// TestScaledFile prints what comes from a file as such, within its factors.
func TestScaledFile(t *testing.T) {
	g := New("g")
	base := &Const{Source: Rand(5), Origin: "a.caffemodel#conv/0"}
	v, err := g.AddConst("w", F32(2, 3), base.Times(3, []float64{2, 0.1}))
	require.NoError(t, err)
	require.NoError(t, g.SetOutputs(v))
	text := "const %w f32[2,3] = scaled(file(\"a.caffemodel#conv/0\", \"" + Sum(F32(2, 3), Rand(5)) + "\"), 3, [2, 0.1])\n"
	require.Contains(t, g.String(), text)
	again, err := Parse("g.ir", g.String(), func(origin, sum string, typ Type) (Source, error) {
		require.Equal(t, base.Origin, origin)
		require.True(t, typ.Equal(F32(2, 3)))
		return Rand(5), nil
	})
	require.NoError(t, err)
	require.Equal(t, v.Const, again.Value("w").Const)
}

func TestScaledTextErrors(t *testing.T) {
	const head = "graph \"g\"\nconst %w f32[2] = "
	for _, test := range []struct{ text, want string }{
		{"float64(1)", `2:19: f32[2] needs 2 elements, has 1`},
		{"float64(1, 1e999)", `2:30: 1e999 is no float64`},
		{"float64[1, 2]", `2:26: needs ( here, has [`},
		{"scaled(1", `2:27: needs ( here, has the end of the line`},
		{"scaled([1], 1, [1])", `2:26: f32[2] needs 2 elements, has 1`},
		{"scaled(splat(1) 1, [1])", `2:35: needs , here, has 1`},
		{"scaled(splat(1), x, [1])", `2:36: x is no int`},
		{"scaled(splat(1), 0, [1])", `2:36: a row needs a positive number of elements, has 0`},
		{"scaled(splat(1), 1 [1])", `2:38: needs , here, has [`},
		{"scaled(splat(1), 1, [x])", `2:40: x is no float64`},
		{"scaled(splat(1), 1, [])", `2:39: needs a factor, has none`},
		{"scaled(splat(1), 1, [1]", `2:42: needs ) here, has the end of the line`},
		{strings.Repeat("scaled(", 9), `2:75: is scaled more than 8 times over`},
	} {
		_, err := Parse("g.ir", head+test.text, nil)
		require.EqualError(t, err, "g.ir:"+test.want, "%s", test.text)
	}
}

func TestVerifyScaled(t *testing.T) {
	typ := F32(3, 2)
	deep := &Const{Source: Splat(1)}
	for range maxScaled {
		deep = &Const{Source: Scaled{Base: deep, Row: 1, Factor: []float64{1}}}
	}
	for _, test := range []struct {
		source Source
		want   string
	}{
		{Literal64{1, 2, 3, 4, 5, 6}, ""},
		{Literal64{1}, "of type f32[3,2] has 1 elements"},
		{Scaled{Base: &Const{Source: Splat(1)}, Row: 2, Factor: []float64{1, 2, 3}}, ""},
		{Scaled{Base: &Const{Source: Literal{1}}, Row: 2, Factor: []float64{1, 2, 3}}, "of type f32[3,2] has 1 elements"},
		{Scaled{Base: &Const{}, Row: 2, Factor: []float64{1, 2, 3}}, "has no source"},
		{Scaled{Row: 2, Factor: []float64{1, 2, 3}}, "scales no constant"},
		{Scaled{Base: &Const{Source: Splat(1)}, Factor: []float64{1, 2, 3}}, "is scaled by 3 factors for rows of 0 elements"},
		{Scaled{Base: &Const{Source: Splat(1)}, Row: 2}, "is scaled by 0 factors for rows of 2 elements"},
		{deep.Source, ""},
		{deep.Times(2, []float64{1}).Source, "is scaled more than 8 times over"},
	} {
		g := New("g")
		v, err := g.AddConst("w", typ, &Const{Source: test.source})
		require.NoError(t, err)
		require.NoError(t, g.SetOutputs(v))
		if test.want == "" {
			require.NoError(t, g.Verify())
			parse(t, g.String())
			continue
		}
		require.EqualError(t, g.Verify(), `constant "w" `+test.want)
	}
}
