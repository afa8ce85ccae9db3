package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(axpy) }

func axpy(op ir.Axpy, c *call) error {
	gate, x, shortcut, y := c.data(0), c.data(1), c.data(2), c.out(0)
	inner := len(x) / len(gate)
	if err := c.planes(len(gate), inner, func(i int) {
		g, offset := gate[i], i*inner
		for j, v := range x[offset:][:inner] {
			y[offset+j] = float64(g*v) + shortcut[offset+j]
		}
	}); err != nil {
		return err
	}
	return c.finish(y, nil, op.ReLU)
}
