package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestAxpy(t *testing.T) {
	gate := []int{2, 3, 1, 1}
	maps := input("m", 2, 3, 4, 5) + input("s", 2, 3, 4, 5)
	testLayer(t, "Axpy", []layerTest{
		{name: "gate of four axes", x: gate, others: maps, bottoms: "x m s", op: ir.Axpy{}, out: []int{2, 3, 4, 5}},
		{name: "gate of two axes", x: []int{2, 3}, others: maps, bottoms: "x m s", op: ir.Axpy{}, out: []int{2, 3, 4, 5}},
		{name: "two bottoms", x: gate, others: maps, bottoms: "x m", err: "type Axpy needs 3 bottoms, has 2"},
		{name: "four bottoms", x: gate, others: maps + input("z", 1), bottoms: "x m s z", err: "type Axpy needs 3 bottoms, has 4"},
		{name: "two tops", x: gate, others: maps, bottoms: "x m s", tops: "y z", err: "type Axpy makes 1 top, the layer names 2"},
		{name: "map first", x: gate, others: maps, bottoms: "m x s",
			err: "needs a gate f32[2,3] or f32[2,3,1,1] for a map f32[2,3,1,1], has f32[2,3,4,5]"},
	})
}
