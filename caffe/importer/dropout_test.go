package importer

import (
	"testing"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestDropout(t *testing.T) {
	x := []int{2, 3}
	testLayer(t, "Dropout", []layerTest{
		{name: "defaults", x: x, op: ir.Dropout{Ratio: 0.5, ScaleTrain: true}, out: x},
		{name: "in place", x: x, tops: "x", params: "dropout_param { dropout_ratio: 0.2 }", op: ir.Dropout{Ratio: 0.2, ScaleTrain: true}, out: x},
		{name: "scale_train of a fork", x: x, params: "dropout_param { dropout_ratio: 0.4 scale_train: false }", op: ir.Dropout{Ratio: 0.4}, out: x},
		{name: "ratio beyond 1", x: x, params: "dropout_param { dropout_ratio: 1.5 }", err: "ratio must be from 0 to 1, have 1.5"},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", err: "type Dropout needs 1 bottom, has 2"},
	})
}
