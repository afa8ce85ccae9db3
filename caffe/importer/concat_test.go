package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestConcat(t *testing.T) {
	x, z := []int{2, 3, 4}, input("z", 2, 5, 4)
	testLayer(t, "Concat", []layerTest{
		{name: "defaults", x: x, others: z, bottoms: "x z", op: ir.Concat{Axis: 1}, out: []int{2, 8, 4}},
		{name: "one bottom", x: x, op: ir.Concat{Axis: 1}, out: []int{2, 3, 4}},
		{name: "the same twice", x: x, bottoms: "x x", op: ir.Concat{Axis: 1}, out: []int{2, 6, 4}},
		{name: "axis", x: x, others: input("z", 2, 3, 9), bottoms: "x z", params: "concat_param { axis: -1 }", op: ir.Concat{Axis: -1}, out: []int{2, 3, 13}},
		{name: "concat_dim", x: x, others: input("z", 7, 3, 4), bottoms: "x z", params: "concat_param { concat_dim: 0 }", op: ir.Concat{Axis: 0}, out: []int{9, 3, 4}},
		{name: "axis and concat_dim", x: x, params: "concat_param { axis: 1 concat_dim: 1 }", err: "has both axis and concat_dim: Caffe allows either"},
		{name: "concat_dim 2^32-1", x: x, params: "concat_param { concat_dim: 4294967295 }",
			err: "concat_param: concat_dim cannot be 4294967295: it is out of range"},
		{name: "axis beyond", x: x, params: "concat_param { axis: 3 }", err: "input f32[2,3,4]: axis 3 is not among the 3 axes"},
		{name: "shapes", x: x, others: z, bottoms: "x z", params: "concat_param { axis: 0 }",
			err: "input 1 is f32[2,5,4], input 0 is f32[2,3,4]: they may differ along axis 0 only"},
		{name: "two tops", x: x, tops: "y z", err: "type Concat makes 1 top, the layer names 2"},
	})
	importError(t, input("x", 1)+line("l", "Concat", "", "y", ""), `net.prototxt:2:7: layer "l": type Concat needs at least 1 bottom, has 0`)
}
