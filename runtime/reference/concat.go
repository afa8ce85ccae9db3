package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(concat) }

func concat(op ir.Concat, c *call) error {
	y := c.out(0)
	outer, along, inner := around(c.outShape(0), op.Axis)
	return c.planes(outer, along*inner, func(i int) {
		to := y[i*along*inner:]
		for _, x := range c.in {
			_, part, _ := around(x.Shape, op.Axis)
			copy(to, x.Data[i*part*inner:][:part*inner])
			to = to[part*inner:]
		}
	})
}
