package reference

import (
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

func init() { register(scale) }

func scale(op ir.Scale, c *call) error {
	x, coefficient, y := c.in[0], c.in[1], c.out(0)
	inner := len(x.Data)
	if len(coefficient.Shape) > 0 {
		inner = tensor.Count(x.Shape[axisOf(op.Axis, x.Shape)+len(coefficient.Shape):])
	}
	return c.planes(len(x.Data)/inner, inner, func(i int) {
		k := i % len(coefficient.Data)
		factor := float64(coefficient.Data[k])
		from, to := x.Data[i*inner:][:inner], y[i*inner:][:inner]
		if !op.Bias {
			for j, v := range from {
				to[j] = float32(float64(v) * factor)
			}
			return
		}
		bias := float64(c.in[2].Data[k])
		for j, v := range from {
			to[j] = float32(float64(v)*factor + bias)
		}
	})
}
