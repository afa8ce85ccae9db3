package reference

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

func TestInnerProduct(t *testing.T) {
	for _, c := range []struct {
		name      string
		x         []int
		outputs   int
		axis      int
		transpose bool
	}{
		{"batch of 1", []int{1, 37}, 66, 1, false},
		{"batch", []int{5, 3, 2, 7}, 11, 1, false},
		{"one output", []int{5, 13}, 1, 1, false},
		{"transpose", []int{3, 17}, 10, 1, true},
		{"transpose of 1", []int{1, 17}, 10, 1, true},
		{"axis 0", []int{3, 4}, 7, 0, false},
		{"axis 2", []int{2, 3, 5}, 4, 2, false},
		{"last axis", []int{2, 3, 5}, 4, -1, true},
		{"no elements", []int{2, 0}, 3, 1, false},
	} {
		for _, bias := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s bias %v", c.name, bias), func(t *testing.T) {
				g := newGraph(t)
				steps := tensor.Count(c.x[axisOf(c.axis, c.x):])
				shape, out, step := []int{c.outputs, steps}, steps, 1
				if c.transpose {
					shape, out, step = []int{steps, c.outputs}, 1, c.outputs
				}
				in := []*ir.Value{g.input("x", c.x...), g.constant("w", shape...), g.constant("b", c.outputs)}
				if !bias {
					in = in[:2]
				}
				g.node(ir.InnerProduct{Axis: c.axis, Transpose: c.transpose, Bias: bias}, in, "y")
				have := g.run("w", "b")
				var want []float32
				for r := range tensor.Count(c.x[:axisOf(c.axis, c.x)]) {
					for o := range c.outputs {
						sum := 0.0
						for k := range steps {
							sum += float64(g.given["x"].Data[r*steps+k]) * float64(have["w"].Data[o*out+k*step])
						}
						if bias {
							sum += float64(have["b"].Data[o])
						}
						want = append(want, float32(sum))
					}
				}
				require.Equal(t, want, have["y"].Data)
			})
		}
	}
}
