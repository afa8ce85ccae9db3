package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestInnerProduct(t *testing.T) {
	x := []int{2, 3, 4, 5}
	testLayer(t, "InnerProduct", []layerTest{
		{name: "defaults", x: x, params: "inner_product_param { num_output: 7 }",
			op: ir.InnerProduct{Axis: 1, Bias: true}, shapes: [][]int{{7, 60}, {7}}, out: []int{2, 7}},
		{name: "no bias", x: x, params: "inner_product_param { num_output: 7 bias_term: false }",
			op: ir.InnerProduct{Axis: 1}, shapes: [][]int{{7, 60}}, out: []int{2, 7}},
		{name: "axis", x: x, params: "inner_product_param { num_output: 7 axis: 3 }",
			op: ir.InnerProduct{Axis: 3, Bias: true}, shapes: [][]int{{7, 5}, {7}}, out: []int{2, 3, 4, 7}},
		{name: "axis 0", x: x, params: "inner_product_param { num_output: 7 axis: 0 }",
			op: ir.InnerProduct{Axis: 0, Bias: true}, shapes: [][]int{{7, 120}, {7}}, out: []int{7}},
		{name: "axis from the back", x: x, params: "inner_product_param { num_output: 7 axis: -2 }",
			op: ir.InnerProduct{Axis: 2, Bias: true}, shapes: [][]int{{7, 20}, {7}}, out: []int{2, 3, 7}},
		{name: "transpose", x: x, params: "inner_product_param { num_output: 7 transpose: true }",
			op: ir.InnerProduct{Axis: 1, Transpose: true, Bias: true}, shapes: [][]int{{60, 7}, {7}}, out: []int{2, 7}},
		{name: "num_output missing", x: x, err: "num_output must be positive, have 0"},
		{name: "num_output 2^31", x: x, params: "inner_product_param { num_output: 2147483648 }",
			err: "inner_product_param: num_output cannot be 2147483648: it is out of range"},
		{name: "num_output 2^31-1", x: x, params: "inner_product_param { num_output: 2147483647 }",
			err: "blob 0: shape f32[2147483647,60]: more than 2^31-1 elements"},
		{name: "axis beyond", x: x, params: "inner_product_param { num_output: 7 axis: 4 }", err: "axis 4 is not among the axes of f32[2,3,4,5]"},
		{name: "axis before", x: x, params: "inner_product_param { num_output: 7 axis: -5 }", err: "axis -5 is not among the axes of f32[2,3,4,5]"},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", params: "inner_product_param { num_output: 7 }",
			err: "type InnerProduct needs 1 bottom, has 2"},
		{name: "random weights", x: x, params: `inner_product_param { num_output: 7 weight_filler { type: "xavier" } }`,
			err: `blob 0: no weights are given and its filler "xavier" is random: give the weights, or ask for the deterministic fill`},
		{name: "random bias", x: x, params: `inner_product_param { num_output: 7 bias_filler { type: "uniform" } }`,
			err: `blob 1: no weights are given and its filler "uniform" is random: give the weights, or ask for the deterministic fill`},
	})
}
