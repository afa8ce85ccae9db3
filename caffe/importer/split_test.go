package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestSplit(t *testing.T) {
	x := []int{2, 3}
	testLayer(t, "Split", []layerTest{
		{name: "one", x: x, op: ir.Split{Outputs: 1}, out: x},
		{name: "as Caffe saves it", x: x, tops: "x_in_0_split_0 x_in_0_split_1 x_in_0_split_2", op: ir.Split{Outputs: 3}, out: x},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", err: "type Split needs 1 bottom, has 2"},
	})
	importError(t, input("x", 1)+line("l", "Split", "x", "", ""), `net.prototxt:2:7: layer "l": type Split makes 1 top, the layer names 0`)
}
