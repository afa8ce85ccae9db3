package caffe

import (
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// readPrintRead requires that a printed message reads back the same, and that
// printing it again changes nothing.
func readPrintRead(t *testing.T, name string, m *Message) {
	printed := printText(t, m)
	again, _, err := ParseMessage(name, printed, m.Type)
	require.NoError(t, err, name)
	require.True(t, m.Equal(again), "%s printed is\n%s", name, printed)
	require.Equal(t, string(printed), string(printText(t, again)), name)
}

func TestPrintedNetsReadBackTheSame(t *testing.T) {
	for _, file := range sharedFiles(t, ".prototxt") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		m, _, err := ParseMessage(file, text, schema.Text().Message("NetParameter"))
		require.NoError(t, err)
		readPrintRead(t, file, m)
		n, err := Read(file, text, Options{})
		require.NoError(t, err)
		readPrintRead(t, "upgraded "+file, n.Message)
	}
}

func TestPrintIsCanonical(t *testing.T) {
	m, _ := parse(t, "LayerParameter", `pooling_param: < kernel_size: 0x3; pool: 1 > ceil: 1 type: 'P"' top: ["b", "a"] name: "n" phase: 1
		loss_weight: [1., 1e3, 1e21, 0.1, -0, inf, -inf, nan, 1e-7] include {} propagate_down: t`)
	require.Equal(t, `name: "n"
type: "P\""
top: "b"
top: "a"
loss_weight: 1
loss_weight: 1000
loss_weight: 1e+21
loss_weight: 0.1
loss_weight: -0
loss_weight: inf
loss_weight: -inf
loss_weight: nan
loss_weight: 1e-07
include {
}
phase: TEST
propagate_down: true
pooling_param {
  pool: AVE
  kernel_size: 3
}
ceil: 1
`, string(printText(t, m)))
}

func TestPrintOfABinaryNet(t *testing.T) {
	m := decodeNet(t, wire{}.bytes(netLayer, wire{}.text(layerName, "a").bytes(9000, []byte("abc")).bytes(layerBlobs, wire{}.bytes(blobShape, shapeOf(1)).fixed32(blobData, 1))))
	require.Equal(t, "layer {\n  name: \"a\"\n  # a field of a fork, 7 bytes, without a name\n}\n", string(printText(t, m)))
}

func TestQuote(t *testing.T) {
	for s, want := range map[string]string{
		"":             `""`,
		"plain é 😀":    `"plain é 😀"`,
		"\"'\\":        `"\"'\\"`,
		"\n\t\r":       `"\n\t\r"`,
		"\x00\x07\x7f": `"\000\007\177"`,
		"\xff\xc3":     `"\377\303"`,
		"\ufffd":       "\"\ufffd\"",
		"\x001":        `"\0001"`,
	} {
		require.Equal(t, want, quote(s))
		back, err := unquote([]byte(want))
		require.NoError(t, err)
		require.Equal(t, s, back)
	}
}

// TestFloatsReadBack prints floats of all magnitudes. Reading rounds to double
// first, which must not move them.
func TestFloatsReadBack(t *testing.T) {
	check := func(bits uint32) {
		f := math.Float32frombits(bits)
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
			return
		}
		back, ok := parseFloat(floatValue(math.Abs(float64(f))).String(), math.Signbit(float64(f)), schema.Float)
		require.True(t, ok)
		require.Equal(t, math.Float64bits(float64(f)), back.Bits, "%x", bits)
	}
	for exponent := range uint32(256) {
		for _, fraction := range []uint32{0, 1, 2, 0x3fffff, 0x400000, 0x7ffffe, 0x7fffff} {
			check(exponent<<23 | fraction)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		check(random.Uint32())
	}
}

func TestDoublesReadBack(t *testing.T) {
	m := NewMessage("BlobProto")
	for _, f := range []float64{0.1, float64(float32(0.1)), 1e300, 0x1p-1074, math.MaxFloat64, 16777217} {
		m.Fields = append(m.Fields, Field{Name: "double_data", Def: m.Type.Field("double_data"), Value: floatValue(f)})
	}
	readPrintRead(t, "doubles", m)
}

func TestNaNsOfABinaryNetReadBack(t *testing.T) {
	m := decodeNet(t, wire{}.bytes(netLayer, wire{}.fixed32(5, math.Float32frombits(0xffc00123))))
	m.Type = schema.Text().Message("NetParameter")
	readPrintRead(t, "a NaN with a sign and bits of its own", m)
}

type brokenWriter struct{ after int }

var errBroken = errors.New("broken")

func (w *brokenWriter) Write(b []byte) (int, error) {
	if w.after -= len(b); w.after < 0 {
		return 0, errBroken
	}
	return len(b), nil
}

func TestPrintReportsTheWritersError(t *testing.T) {
	require.ErrorIs(t, Print(&brokenWriter{}, NewMessage("NetParameter").Add("name", "n")), errBroken)
}
