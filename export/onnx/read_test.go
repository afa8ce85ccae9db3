package onnx_test

import (
	"bytes"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// roundTrip writes a graph and reads it back.
func roundTrip(t testing.TB, g *ir.Graph, o onnx.Options) *ir.Graph {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, onnx.Write(&b, g, o))
	r, err := onnx.Read("model.onnx", b.Bytes())
	require.NoError(t, err)
	require.NoError(t, r.Verify())
	return r
}

// randomInputs gives each input of a graph pseudo-random elements in [-1, 1).
func randomInputs(g *ir.Graph) map[string]*tensor.Tensor {
	inputs := map[string]*tensor.Tensor{}
	for i, v := range g.Inputs {
		x := tensor.New(v.Type.Shape...)
		ir.Rand(1000+i).Read(x.Data, 0)
		inputs[v.Name] = x
	}
	return inputs
}

func execute(t testing.TB, g *ir.Graph, inputs map[string]*tensor.Tensor) map[string]*tensor.Tensor {
	t.Helper()
	e, err := reference.New(g)
	require.NoError(t, err)
	out, err := e.Run(t.Context(), inputs)
	require.NoError(t, err)
	return out
}

// requireNear demands tolerance · max(1, max|want|), and a NaN or infinity where
// there is one.
func requireNear(t testing.TB, want, have map[string]*tensor.Tensor, tolerance float64) {
	t.Helper()
	require.Len(t, have, len(want))
	for name, w := range want {
		h := have[name]
		require.NotNil(t, h, name)
		require.Equal(t, append([]int{}, w.Shape...), append([]int{}, h.Shape...), name)
		scale := 1.0
		for _, f := range w.Data {
			if a := math.Abs(float64(f)); !math.IsNaN(a) && a < math.MaxFloat32 {
				scale = max(scale, a)
			}
		}
		for i, f := range w.Data {
			g := h.Data[i]
			if f == g || f != f && g != g {
				continue
			}
			require.LessOrEqual(t, math.Abs(float64(f)-float64(g)), tolerance*scale, "%s[%d]: want %v, have %v", name, i, f, g)
		}
	}
}

// roundTripTolerance allows for constants that are float64 in the graph, folded
// ones and scaled statistics, and float32 in the file: a product of K of them is
// off by 2^-24·sqrt(K) of its size or so, where K is some hundreds.
const roundTripTolerance = 0x1p-20

// TestReadConformance reads every small net back and holds what it computes to the
// graph that was written.
func TestReadConformance(t *testing.T) {
	for _, c := range supported(t) {
		for _, v := range variants {
			t.Run(c.Name+"/"+v.name, func(t *testing.T) {
				g := v.of(t, c.Graph(t))
				if _, err := onnx.Convert(g, v.options); err != nil && v.options.Dynamic {
					t.Skip("takes no other batch")
				}
				r := roundTrip(t, g, v.options)
				inputs := c.InputTensors(t, g)
				if v.options.Dynamic {
					var err error
					shapes := map[string][]int{}
					for name, x := range inputs {
						shapes[name] = x.Shape
					}
					r, err = r.Reshape(shapes)
					require.NoError(t, err)
				}
				require.Equal(t, names(g.Inputs), names(r.Inputs))
				require.Equal(t, names(g.Outputs), names(r.Outputs))
				have := execute(t, r, inputs)
				requireNear(t, execute(t, g, inputs), have, roundTripTolerance)
				c.Check(t, have)
			})
		}
	}
}

func names(values []*ir.Value) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = v.Name
	}
	return all
}
