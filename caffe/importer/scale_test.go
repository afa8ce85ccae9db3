package importer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestScale(t *testing.T) {
	x := []int{2, 3, 4, 5}
	testLayer(t, "Scale", []layerTest{
		{name: "defaults", x: x, op: ir.Scale{Axis: 1}, shapes: [][]int{{3}}, out: x},
		{name: "bias", x: x, params: "scale_param { bias_term: true }", op: ir.Scale{Axis: 1, Bias: true}, shapes: [][]int{{3}, {3}}, out: x},
		{name: "two axes", x: x, params: "scale_param { axis: 2 num_axes: 2 bias_term: true }",
			op: ir.Scale{Axis: 2, Bias: true}, shapes: [][]int{{4, 5}, {4, 5}}, out: x},
		{name: "num_axes -1", x: x, params: "scale_param { num_axes: -1 }", op: ir.Scale{Axis: 1}, shapes: [][]int{{3, 4, 5}}, out: x},
		{name: "num_axes 0", x: x, params: "scale_param { num_axes: 0 bias_term: true }",
			op: ir.Scale{Axis: 1, Bias: true}, shapes: [][]int{{}, {}}, out: x},
		{name: "axis from the back", x: x, params: "scale_param { axis: -1 }", op: ir.Scale{Axis: -1}, shapes: [][]int{{5}}, out: x},
		{name: "two bottoms", x: x, others: input("z", 2, 3), bottoms: "x z", params: "scale_param { axis: 0 }",
			op: ir.Scale{Dynamic: true}, out: x},
		{name: "two bottoms, num_axes without meaning", x: x, others: input("z", 4), bottoms: "x z", params: "scale_param { axis: 2 num_axes: 2 }",
			op: ir.Scale{Axis: 2, Dynamic: true}, out: x},
		{name: "two bottoms and a bias", x: x, others: input("z", 3), bottoms: "x z", params: "scale_param { bias_term: true }",
			op: ir.Scale{Axis: 1, Dynamic: true, Bias: true}, shapes: [][]int{{3}}, out: x},
		{name: "coefficient does not match", x: x, others: input("z", 2, 3), bottoms: "x z",
			err: "coefficient f32[2,3] does not match the input f32[2,3,4,5] from axis 1 on"},
		{name: "axis beyond", x: x, params: "scale_param { axis: 4 }", err: "axis 4 is not among the axes of f32[2,3,4,5]"},
		{name: "too many axes", x: x, params: "scale_param { num_axes: 4 }", err: "f32[2,3,4,5] does not have 4 axes from axis 1 on"},
		{name: "num_axes -2", x: x, params: "scale_param { num_axes: -2 }", err: "f32[2,3,4,5] does not have -2 axes from axis 1 on"},
		{name: "num_axes 2^31-1", x: x, params: "scale_param { num_axes: 2147483647 }", err: "f32[2,3,4,5] does not have 2147483647 axes from axis 1 on"},
		{name: "three bottoms", x: x, others: input("z", 3), bottoms: "x z z", err: "type Scale needs 1 to 2 bottoms, has 3"},
		{name: "random", x: x, params: `scale_param { filler { type: "uniform" } }`,
			err: `blob 0: no weights are given and its filler "uniform" is random: give the weights, or ask for the deterministic fill`},
		{name: "random bias", x: x, params: `scale_param { bias_term: true bias_filler { type: "uniform" } }`,
			err: `blob 1: no weights are given and its filler "uniform" is random: give the weights, or ask for the deterministic fill`},
	})
}

// TestScaleFiller shows Caffe's default of 1, which is not the one of a filler
// that is named without a value.
func TestScaleFiller(t *testing.T) {
	for params, want := range map[string][]ir.Source{
		"scale_param { bias_term: true }":                                              {ir.Splat(1), ir.Splat(0)},
		"scale_param { bias_term: true filler {} }":                                    {ir.Splat(0), ir.Splat(0)},
		"scale_param { bias_term: true filler { value: 2 } bias_filler { value: 3 } }": {ir.Splat(2), ir.Splat(3)},
	} {
		n := nodes(importText(t, input("x", 2, 3)+line("l", "Scale", "x", "y", params)), "l")[0]
		require.Equal(t, want, []ir.Source{n.In[1].Const.Source, n.In[2].Const.Source}, params)
	}
}
