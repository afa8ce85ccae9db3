package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestSigmoid(t *testing.T) {
	x := []int{2, 3}
	testLayer(t, "Sigmoid", []layerTest{
		{name: "defaults", x: x, op: ir.Sigmoid{}, out: x},
		{name: "engine", x: x, tops: "x", params: "sigmoid_param { engine: CAFFE }", op: ir.Sigmoid{}, out: x},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", err: "type Sigmoid needs 1 bottom, has 2"},
	})
}
