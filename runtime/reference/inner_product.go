package reference

import (
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

func init() { register(innerProduct) }

func innerProduct(op ir.InnerProduct, c *call) error {
	x, w := c.shape(0), c.shape(1)
	outputs, steps := w[0], w[1]
	line, step := steps, 1
	if op.Transpose {
		outputs, steps = steps, outputs
		line, step = 1, outputs
	}
	batch := tensor.Count(x[:axisOf(op.Axis, x)])
	p := product{
		groups: 1,
		rows: operand{
			data:  c.elements(1),
			lines: grid([]int{outputs}, []int{line}),
			steps: grid([]int{steps}, []int{step}),
		},
		columns: operand{
			data:  c.elements(0),
			lines: grid([]int{batch}, []int{steps}),
			steps: grid([]int{steps}, []int{1}),
		},
		out:        c.out(0),
		outRows:    grid([]int{outputs}, []int{1}),
		outColumns: grid([]int{batch}, []int{outputs}),
	}
	if op.Bias {
		p.bias = c.data(2)
	}
	if err := p.run(c); err != nil {
		return err
	}
	return c.finish(p.out, nil, op.ReLU)
}
