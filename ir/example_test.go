package ir_test

import (
	"fmt"
	"log"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A product and a softmax, built by hand and printed.
func Example() {
	g := ir.New("tiny")
	data, err := g.AddInput("data", ir.F32(1, 4))
	if err != nil {
		log.Fatal(err)
	}
	weights, err := g.AddConst("fc/w", ir.F32(3, 4), &ir.Const{Source: ir.Rand(7)})
	if err != nil {
		log.Fatal(err)
	}
	fc, err := g.AddNode("fc", "tiny.prototxt:3:1", ir.InnerProduct{Axis: 1}, []*ir.Value{data, weights}, "fc")
	if err != nil {
		log.Fatal(err)
	}
	prob, err := g.AddNode("prob", "tiny.prototxt:9:1", ir.Softmax{Axis: 1}, fc.Out, "prob")
	if err != nil {
		log.Fatal(err)
	}
	if err := g.SetOutputs(prob.Out...); err != nil {
		log.Fatal(err)
	}
	fmt.Print(g)

	batch, err := g.Reshape(map[string][]int{"data": {8, 4}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(batch.Outputs[0].Type, batch.Cost().MultiplyAdds)
	// Output:
	// graph "tiny"
	// input %data f32[1,4]
	// const %"fc/w" f32[3,4] = rand(7)
	// %fc f32[1,3] = InnerProduct(%data, %"fc/w") {Axis=1} layer "fc" at "tiny.prototxt:3:1"
	// %prob f32[1,3] = Softmax(%fc) {Axis=1} layer "prob" at "tiny.prototxt:9:1"
	// output %prob
	// f32[8,3] 96
}
