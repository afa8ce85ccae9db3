package ir

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOpsRoundTrip prints every registered op as testdata/ops has it.
func TestOpsRoundTrip(t *testing.T) {
	for _, op := range Ops() {
		t.Run(op.Kind(), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", "ops", op.Kind()+".ir"))
			require.NoError(t, err, "every op has a graph in testdata/ops that uses it")
			require.Contains(t, string(text), " = "+op.Kind()+"(")
			g := parse(t, string(text))
			require.Equal(t, string(text), g.String())
			again := parse(t, g.String())
			require.Equal(t, string(text), again.String())
		})
	}
}

// TestOpFieldsRoundTrip sets every field of every registered op.
func TestOpFieldsRoundTrip(t *testing.T) {
	for _, op := range Ops() {
		t.Run(op.Kind(), func(t *testing.T) {
			full := reflect.New(reflect.TypeOf(op)).Elem()
			for i := range full.NumField() {
				fill(t, full.Field(i))
				require.False(t, full.Field(i).IsZero(), full.Type().Field(i).Name)
			}
			n := &Node{Name: `a "layer"`, Source: "net.prototxt:1:2", Op: full.Interface().(Op)}
			n.In = []*Value{{Name: "x/y", Type: F32(1)}}
			n.Out = []*Value{{Name: "z", Type: F32(2, 3)}, {Name: "é", Type: F32()}}

			tokens, err := lex(n.String())
			require.NoError(t, err)
			p := parser{tokens: tokens}
			got, err := p.nodeText()
			require.NoError(t, err, n.String())
			require.Equal(t, n.Op, got.op)
			require.Equal(t, []string{"z", "é"}, got.names)
			require.True(t, F32(2, 3).Equal(got.types[0]))
			require.Equal(t, "x/y", got.in[0].text)
			require.Equal(t, n.Name, got.layer)
			require.Equal(t, n.Source, got.source)
		})
	}
}

func fill(t *testing.T, field reflect.Value) {
	t.Helper()
	switch f := field.Addr().Interface().(type) {
	case *bool:
		*f = true
	case *int:
		*f = -7
	case *float32:
		*f = math.SmallestNonzeroFloat32
	case *string:
		*f = "a \"b\"\n\x00é#"
	case *[]int:
		*f = []int{0, -1, math.MaxInt32}
	case *[]float32:
		*f = []float32{float32(math.Inf(-1)), 0.1, math.MaxFloat32}
	default:
		field.SetUint(1) // enums count from 0, and an op has no enum of one name
		require.True(t, isEnum(field.Type()), "%v", field.Type())
	}
}

// TestDocListsOps holds the table in doc.go to the registry.
func TestDocListsOps(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, op := range Ops() {
		require.Regexp(t, `(?m)^//\t`+op.Kind()+` +\S`, string(doc), "doc.go has a table of all ops")
	}
}

func TestNamesRoundTrip(t *testing.T) {
	for _, name := range []string{"a", "0", ".", "A_z.9", "conv1/7x7_s2", "a b", `"`, `\`, "%", "#", "é", "\xff", "\n", "日本", strings.Repeat("x", 1000)} {
		g := New(name)
		v, err := g.AddInput(name, F32(1))
		require.NoError(t, err)
		n, err := g.AddNode(name, name, ReLU{}, []*Value{v}, name+"'")
		require.NoError(t, err)
		require.NoError(t, g.SetOutputs(n.Out[0]))

		got := parse(t, g.String())
		require.Equal(t, name, got.Name)
		require.NotNil(t, got.Value(name))
		require.NotNil(t, got.Value(name+"'"))
		require.Equal(t, name, got.Nodes[0].Name)
		require.Equal(t, name, got.Nodes[0].Source)
		require.Equal(t, g.String(), got.String())
	}
	require.Equal(t, "%A_z.9", reference(&Value{Name: "A_z.9"}))
	require.Equal(t, `%"a/b"`, reference(&Value{Name: "a/b"}))
}

// TestFileConstant prints a constant that comes from a file by its sum, and gives
// that sum to the opener.
func TestFileConstant(t *testing.T) {
	const count = 2*sumBlock + 3 // more than one block, and not a whole number of them
	typ := F32(count)
	elements := make([]float32, count)
	Rand(5).Read(elements, 0)
	raw := make([]byte, 0, 4*count)
	for _, f := range elements {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
	}
	hash := sha256.Sum256(raw)
	sum := hex.EncodeToString(hash[:])
	require.Equal(t, sum, Sum(typ, Rand(5)))

	g := New("g")
	v, err := g.AddConst("w", typ, &Const{Source: Rand(5), Origin: "a.caffemodel#conv1/0"})
	require.NoError(t, err)
	require.NoError(t, g.SetOutputs(v))
	require.Contains(t, g.String(), `= file("a.caffemodel#conv1/0", "`+sum+`")`)

	opened := 0
	open := func(origin, s string, ty Type) (Source, error) {
		opened++
		require.Equal(t, "a.caffemodel#conv1/0", origin)
		require.Equal(t, sum, s)
		require.True(t, ty.Equal(typ))
		return Literal(elements), nil
	}
	got, err := Parse("g.ir", g.String(), open)
	require.NoError(t, err)
	require.Equal(t, 1, opened)
	require.Equal(t, "a.caffemodel#conv1/0", got.Consts[0].Const.Origin)
	require.Equal(t, g.String(), got.String())

	_, err = Parse("g.ir", g.String(), func(string, string, Type) (Source, error) { return nil, errors.New("gone") })
	require.EqualError(t, err, `g.ir:2:28: file "a.caffemodel#conv1/0": gone`)
	_, err = Parse("g.ir", g.String(), nil)
	require.ErrorContains(t, err, "cannot be opened here")
}

func TestSumOfNothing(t *testing.T) {
	empty := sha256.Sum256(nil)
	require.Equal(t, hex.EncodeToString(empty[:]), Sum(F32(0), Splat(1)))
}

type failingWriter struct{ left int }

func (w *failingWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.left)
	w.left -= n
	if n < len(p) {
		return n, errors.New("full")
	}
	return n, nil
}

func TestWriteTo(t *testing.T) {
	g := parse(t, "graph \"g\"\ninput %x f32[1]\noutput %x\n")
	var b strings.Builder
	n, err := g.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, len(g.String()), n)

	n, err = g.WriteTo(&failingWriter{left: 5})
	require.EqualError(t, err, "full")
	require.EqualValues(t, 5, n)
}

func TestFloatsRoundTrip(t *testing.T) {
	for bits := uint32(0); bits < 0xFFF00000; bits += 0x000FFFF1 {
		f := math.Float32frombits(bits)
		tokens, err := lex(formatFloat(f))
		require.NoError(t, err)
		p := parser{tokens: tokens}
		got, err := p.float()
		require.NoError(t, err)
		if math.IsNaN(float64(f)) {
			require.True(t, math.IsNaN(float64(got)))
			continue
		}
		require.Equal(t, bits, math.Float32bits(got), formatFloat(f))
	}
}

// parse reads graph text that must be sound.
func parse(t testing.TB, text string) *Graph {
	t.Helper()
	g, err := Parse("test.ir", text, nil)
	require.NoError(t, err)
	require.NoError(t, g.Verify())
	return g
}
