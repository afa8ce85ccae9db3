package importer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestReLU(t *testing.T) {
	x := []int{2, 3}
	testLayer(t, "ReLU", []layerTest{
		{name: "defaults", x: x, op: ir.ReLU{}, out: x},
		{name: "leaky, in place", x: x, tops: "x", params: "relu_param { negative_slope: 0.1 }", op: ir.ReLU{NegativeSlope: 0.1}, out: x},
		{name: "two tops", x: x, tops: "y z", err: "type ReLU makes 1 top, the layer names 2"},
	})
}

func TestPReLU(t *testing.T) {
	x := []int{2, 3, 4}
	testLayer(t, "PReLU", []layerTest{
		{name: "defaults", x: x, op: ir.PReLU{}, shapes: [][]int{{3}}, out: x},
		{name: "shared", x: x, params: "prelu_param { channel_shared: true }", op: ir.PReLU{ChannelShared: true}, shapes: [][]int{{}}, out: x},
		{name: "one axis", x: []int{3}, err: "axis 1 is not among the axes of f32[3]"},
		{name: "one axis, shared", x: []int{3}, params: "prelu_param { channel_shared: true }", err: "needs an input of at least 2 axes, has f32[3]"},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", err: "type PReLU needs 1 bottom, has 2"},
		{name: "random", x: x, params: `prelu_param { filler { type: "gaussian" } }`,
			err: `blob 0: no weights are given and its filler "gaussian" is random: give the weights, or ask for the deterministic fill`},
	})
}

// TestPReLUFiller shows Caffe's default of 0.25, which is not the one of a filler
// that is named without a value.
func TestPReLUFiller(t *testing.T) {
	for params, want := range map[string]ir.Splat{
		"":                                      0.25,
		"prelu_param { filler { value: 0.5 } }": 0.5,
		"prelu_param { filler {} }":             0,
	} {
		r := importText(t, input("x", 2, 3)+line("l", "PReLU", "x", "y", params))
		require.Equal(t, want, nodes(r, "l")[0].In[1].Const.Source, params)
		require.Equal(t, []string{"l"}, r.Missing)
	}
}
