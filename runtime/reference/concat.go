package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(concat) }

func concat(op ir.Concat, c *call) error {
	in, y := c.allData(), c.out(0)
	outer, along, inner := around(c.outShape(0), op.Axis)
	return c.planes(outer, along*inner, func(i int) {
		to := y[i*along*inner:]
		for _, x := range in {
			part := len(x) / outer
			copy(to, x[i*part:][:part])
			to = to[part:]
		}
	})
}
