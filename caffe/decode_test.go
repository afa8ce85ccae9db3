package caffe

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

func TestDecode(t *testing.T) {
	type filler struct {
		Type string
		Std  float32
	}
	type conv struct {
		NumOutput    int
		BiasTerm     bool
		KernelSize   []int
		KernelH      *int
		KernelW      *int
		Engine       string
		WeightFiller filler
		BiasFiller   *filler
		Axis         int
	}
	n := readNet(t, `layer { name: "c" type: "Convolution" convolution_param { num_output: 8 kernel_size: [3, 5] kernel_h: 0
		bias_term: false engine: CAFFE weight_filler { type: "xavier" } axis: -3 } }`)
	var p conv
	require.NoError(t, n.Layers[0].Decode("convolution_param", &p))
	zero := 0
	require.Equal(t, conv{NumOutput: 8, KernelSize: []int{3, 5}, KernelH: &zero, Engine: "CAFFE", WeightFiller: filler{"xavier", 1}, Axis: -3}, p)
}

func TestDecodeDefaults(t *testing.T) {
	n := readNet(t, `layer { name: "l" type: "L" }`)
	var lrn struct {
		LocalSize      int
		Alpha, Beta, K float32
		NormRegion     string
	}
	require.NoError(t, n.Layers[0].Decode("lrn_param", &lrn))
	require.Equal(t, 5, lrn.LocalSize)
	require.Equal(t, []float32{1, 0.75, 1}, []float32{lrn.Alpha, lrn.Beta, lrn.K})
	require.Equal(t, "ACROSS_CHANNELS", lrn.NormRegion)
	var pool struct {
		Pool       string
		KernelSize int
		Pad        int
		CeilMode   bool
	}
	require.NoError(t, n.Layers[0].Decode("pooling_param", &pool))
	require.Equal(t, "MAX", pool.Pool)
	require.True(t, pool.CeilMode, "a fork's default")
	require.Zero(t, pool.KernelSize, "protobuf's zero where the schema has no default")
	var input struct{ Shape []struct{ Dim []int } }
	require.NoError(t, n.Layers[0].Decode("input_param", &input))
	require.Nil(t, input.Shape)
}

func TestDecodeNested(t *testing.T) {
	n := readNet(t, `layer { name: "l" input_param { shape { dim: [1, 3] } shape { dim: 0 } } }`)
	var p struct{ Shape []struct{ Dim []int } }
	require.NoError(t, n.Layers[0].Decode("input_param", &p))
	require.Equal(t, []int{1, 3}, p.Shape[0].Dim)
	require.Equal(t, []int{0}, p.Shape[1].Dim)
}

func TestDecodeRefuses(t *testing.T) {
	n := readNet(t, "layer {\n name: \"l\" type: \"T\" pooling_param { pad: 4294967295 } mine { x: 1 } convolution_param { kernel_size: [1, 2147483648] } }\n"+
		"layer { name: \"m\" mine: 5 }")
	var pad struct{ Pad int }
	var kernel struct{ KernelSize []int }
	var wrong struct{ NoSuchField int }
	for want, err := range map[string]error{
		`x.prototxt:1:7: layer "l": pooling_param: pad cannot be 4294967295: it is out of range`:                       n.Layers[0].Decode("pooling_param", &pad),
		`x.prototxt:1:7: layer "l": convolution_param: kernel_size cannot be 2147483648: it is out of range`:           n.Layers[0].Decode("convolution_param", &kernel),
		`x.prototxt:1:7: layer "l": pooling_param: no schema has a field no_such_field in PoolingParameter`:            n.Layers[0].Decode("pooling_param", &wrong),
		`x.prototxt:1:7: layer "l": no schema has the parameters mine of type T: give the fork's caffe.proto`:          n.Layers[0].Decode("mine", &pad),
		`x.prototxt:1:7: layer "l": no schema has the parameters nowhere_param of type T: give the fork's caffe.proto`: n.Layers[0].Decode("nowhere_param", &pad),
		`x.prototxt:1:7: layer "l": no schema has the parameters name of type T: give the fork's caffe.proto`:          n.Layers[0].Decode("name", &pad),
		`x.prototxt:3:7: layer "m": no schema has the parameters mine of type : give the fork's caffe.proto`:           n.Layers[1].Decode("mine", &pad),
	} {
		require.EqualError(t, err, want)
		var at *LayerError
		require.ErrorAs(t, err, &at)
		require.NotNil(t, at.Layer)
	}
}

// TestDecodeOfABinaryNet reads parameters where the schema is BVLC's alone. What a
// fork adds to a message of BVLC's has its default; a fork's own message may be
// among the fields without a name, and guessing its defaults would be wrong.
func TestDecodeOfABinaryNet(t *testing.T) {
	n, err := Read("x.caffemodel", wire{}.bytes(netLayer, wire{}.text(layerName, "l").text(layerType, "Permute").bytes(150, []byte{8, 1})), Options{})
	require.NoError(t, err)
	var pool struct{ CeilMode bool }
	require.NoError(t, n.Layers[0].Decode("pooling_param", &pool))
	require.True(t, pool.CeilMode)
	err = n.Layers[0].Decode("permute_param", &struct{ Order []int }{})
	require.EqualError(t, err, `x.caffemodel: offset 0x3: layer "l": a binary net cannot state the permute_param of a fork's type Permute: read the net from its prototxt`)
}

// TestDecodeOfAnotherType reads a field to which the user's schema gives another
// type than the layer expects.
func TestDecodeOfAnotherType(t *testing.T) {
	s, err := schema.Extend("mine.proto", strings.NewReader(`message MineParameter {} message LayerParameter { optional MineParameter mine_param = 1; }
		message PoolingParameter { optional float kernel_size = 2; optional string pad = 4; optional bool stride = 3; optional int32 pool = 1; }`))
	require.NoError(t, err)
	n, err := Read("x.prototxt", []byte(`layer { pooling_param { kernel_size: 1.5 pad: "1" stride: true pool: 1 } }`), Options{Schema: s})
	require.NoError(t, err)
	require.ErrorContains(t, n.Layers[0].Decode("pooling_param", &struct{ KernelSize int }{}), "kernel_size is a number in this schema, which the layer does not take")
	require.ErrorContains(t, n.Layers[0].Decode("pooling_param", &struct{ Pad int }{}), "pad is a string in this schema")
	require.ErrorContains(t, n.Layers[0].Decode("pooling_param", &struct{ Stride float32 }{}), "stride is true or false in this schema")
	require.ErrorContains(t, n.Layers[0].Decode("pooling_param", &struct{ Pool string }{}), "pool is an integer in this schema")
	require.ErrorContains(t, n.Layers[0].Decode("pooling_param", &struct{ Pool bool }{}), "pool is an integer in this schema")
	require.ErrorContains(t, n.Layers[0].Decode("mine_param", &struct{ Nothing int }{}), "no schema has a field nothing in MineParameter")
	var fits struct{ KernelSize, Pool float32 }
	require.NoError(t, n.Layers[0].Decode("pooling_param", &fits))
	require.Equal(t, []float32{1.5, 1}, []float32{fits.KernelSize, fits.Pool})
}

// TestEverySchemaDefaultIsAValue requires that each default can be decoded: numbers
// are numbers, enum values exist.
func TestEverySchemaDefaultIsAValue(t *testing.T) {
	for _, m := range schema.Text().Messages() {
		for _, f := range m.Fields {
			if !f.HasDefault {
				continue
			}
			v := defaultValue(f)
			switch f.Kind {
			case schema.Bool:
				require.Contains(t, []string{"true", "false"}, f.Default)
			case schema.EnumKind:
				_, ok := f.Enum.Number(v.Text)
				require.True(t, ok, "%s.%s = %s", m.Name, f.Name, f.Default)
			case schema.String, schema.Bytes:
			default:
				number, err := strconv.ParseFloat(f.Default, 64)
				require.NoError(t, err, "%s.%s = %s", m.Name, f.Name, f.Default)
				if f.Kind == schema.Float {
					number = float64(float32(number))
				}
				require.Equal(t, number, v.number(), "%s.%s = %s", m.Name, f.Name, f.Default)
			}
		}
	}
}

func TestDecodeOfAMessage(t *testing.T) {
	var p struct{ Phase string }
	require.NoError(t, NewMessage("LayerParameter").Decode(&p))
	require.Equal(t, "TRAIN", p.Phase, "an enum without a default is its first value")
	require.PanicsWithValue(t, "caffe: cannot decode into a int64", func() { _ = NewMessage("LayerParameter").Decode(&struct{ Phase int64 }{}) })
}

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{"NumOutput": "num_output", "K": "k", "PadH": "pad_h", "Axis": "axis", "ForceNdIm2col": "force_nd_im2col"} {
		require.Equal(t, want, snakeCase(name))
	}
}

// TestDecodeScalarInPlaceOfMessage reads with a user's schema that gives a field
// of messages a scalar type.
func TestDecodeScalarInPlaceOfMessage(t *testing.T) {
	s, err := schema.Extend("mine.proto", strings.NewReader(`message InputParameter { repeated string shape = 1; }`))
	require.NoError(t, err)
	m, _, err := ParseMessage("a.prototxt", []byte(`shape: "x"`), s.Message("InputParameter"))
	require.NoError(t, err)
	var p struct{ Shape []struct{ Dim []int } }
	require.ErrorContains(t, m.Decode(&p), "shape is a string in this schema, not a message")
}
