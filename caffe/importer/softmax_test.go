package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestSoftmax(t *testing.T) {
	x := []int{2, 3}
	testLayer(t, "Softmax", []layerTest{
		{name: "defaults", x: x, op: ir.Softmax{Axis: 1}, out: x},
		{name: "axis", x: x, params: "softmax_param { axis: -2 }", op: ir.Softmax{Axis: -2}, out: x},
		{name: "axis beyond", x: x, params: "softmax_param { axis: 2 }", err: "input f32[2,3]: axis 2 is not among the 2 axes"},
		{name: "two tops", x: x, tops: "y z", err: "type Softmax makes 1 top, the layer names 2"},
	})
}
