package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestReshape(t *testing.T) {
	x := []int{2, 3, 4, 5}
	testLayer(t, "Reshape", []layerTest{
		{name: "zeros and -1", x: x, params: "reshape_param { shape { dim: [0, -1] } }",
			op: ir.Reshape{Shape: []int{0, -1}, NumAxes: -1}, out: []int{2, 60}},
		{name: "axis and num_axes", x: x, params: "reshape_param { shape { dim: 12 } axis: 1 num_axes: 2 }",
			op: ir.Reshape{Shape: []int{12}, Axis: 1, NumAxes: 2}, out: []int{2, 12, 5}},
		{name: "an axis behind the last", x: x, params: "reshape_param { shape { dim: 1 } axis: -1 num_axes: 0 }",
			op: ir.Reshape{Shape: []int{1}, Axis: -1}, out: []int{2, 3, 4, 5, 1}},
		{name: "no parameters", x: []int{1, 1}, op: ir.Reshape{NumAxes: -1}, out: []int{}},
		{name: "no parameters, elements", x: x, err: "f32[2,3,4,5] has 120 elements, f32[] has 1"},
		{name: "does not divide", x: x, params: "reshape_param { shape { dim: [7, -1] } }",
			err: "120 elements of f32[2,3,4,5] do not divide by the 7 of shape [7 -1] without its -1"},
		{name: "dim 2^32", x: x, params: "reshape_param { shape { dim: 4294967296 } }", err: "reshape_param: dim cannot be 4294967296: it is out of range"},
		{name: "dim -2", x: x, params: "reshape_param { shape { dim: -2 } }", err: "shape [-2] has a negative axis"},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", err: "type Reshape needs 1 bottom, has 2"},
	})
}

func TestFlatten(t *testing.T) {
	x := []int{2, 3, 4, 5}
	testLayer(t, "Flatten", []layerTest{
		{name: "defaults", x: x, op: ir.Flatten{Axis: 1, EndAxis: -1}, out: []int{2, 60}},
		{name: "axes", x: x, params: "flatten_param { axis: 0 end_axis: 2 }", op: ir.Flatten{EndAxis: 2}, out: []int{24, 5}},
		{name: "end before axis", x: x, params: "flatten_param { axis: 3 end_axis: 1 }", err: "input f32[2,3,4,5]: end axis 1 lies before axis 3"},
		{name: "axis beyond", x: x, params: "flatten_param { axis: 4 }", err: "input f32[2,3,4,5]: axis 4 is not among the 4 axes"},
		{name: "two tops", x: x, tops: "y z", err: "type Flatten makes 1 top, the layer names 2"},
	})
}
