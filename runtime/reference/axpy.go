package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(axpy) }

func axpy(_ ir.Axpy, c *call) error {
	gate, m, shortcut, y := c.in[0].Data, c.in[1], c.in[2].Data, c.out(0)
	inner := m.Shape[2] * m.Shape[3]
	return c.planes(len(gate), inner, func(i int) {
		g, offset := float64(gate[i]), i*inner
		for j, v := range m.Data[offset:][:inner] {
			y[offset+j] = float32(g*float64(v) + float64(shortcut[offset+j]))
		}
	})
}
