package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestPower(t *testing.T) {
	x := []int{2, 3}
	testLayer(t, "Power", []layerTest{
		{name: "defaults", x: x, op: ir.Power{Power: 1, Scale: 1}, out: x},
		{name: "all", x: x, params: "power_param { power: 2 scale: -0.5 shift: 1e-3 }", op: ir.Power{Power: 2, Scale: -0.5, Shift: 1e-3}, out: x},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", err: "type Power needs 1 bottom, has 2"},
	})
}
