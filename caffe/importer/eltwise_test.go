package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestEltwise(t *testing.T) {
	x, z := []int{2, 3}, input("z", 2, 3)
	testLayer(t, "Eltwise", []layerTest{
		{name: "defaults", x: x, others: z, bottoms: "x z", op: ir.Eltwise{Operation: ir.EltwiseSum}, out: x},
		{name: "coefficients", x: x, others: z, bottoms: "x z x", params: "eltwise_param { operation: SUM coeff: [1, -1, 0.5] }",
			op: ir.Eltwise{Operation: ir.EltwiseSum, Coeff: []float32{1, -1, 0.5}}, out: x},
		{name: "product", x: x, others: z, bottoms: "x z", params: "eltwise_param { operation: PROD }", op: ir.Eltwise{Operation: ir.EltwiseProd}, out: x},
		{name: "maximum", x: x, others: z, bottoms: "x z", params: "eltwise_param { operation: 2 }", op: ir.Eltwise{Operation: ir.EltwiseMax}, out: x},
		{name: "one coefficient", x: x, others: z, bottoms: "x z", params: "eltwise_param { coeff: 1 }", err: "has 1 coefficients for 2 inputs"},
		{name: "coefficients of a product", x: x, others: z, bottoms: "x z", params: "eltwise_param { operation: PROD coeff: [1, 1] }",
			err: "coefficients are for SUM alone, have PROD"},
		{name: "operation of a fork", x: x, others: z, bottoms: "x z", params: "eltwise_param { operation: DIV }",
			err: `operation: "DIV" is no EltwiseOp; there are PROD, SUM, MAX`},
		{name: "one bottom", x: x, err: "type Eltwise needs at least 2 bottoms, has 1"},
		{name: "shapes", x: x, others: input("z", 2, 1), bottoms: "x z", err: "input 1 is f32[2,1], input 0 is f32[2,3]: they must be the same"},
		{name: "in place of a blob it reads twice", x: x, bottoms: "x x", tops: "x",
			err: `blob "x" is overwritten in place, but layer "l" reads it too: Caffe refuses that ("produced by multiple sources")`},
	})
}
