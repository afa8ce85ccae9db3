package reference

import (
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

func init() { register(scale) }

func scale(op ir.Scale, c *call) error {
	x, factors, y := c.data(0), c.data(1), c.out(0)
	inner := len(x)
	if axes := len(c.shape(1)); axes > 0 {
		inner = tensor.Count(c.shape(0)[axisOf(op.Axis, c.shape(0))+axes:])
	}
	var biases []float64
	if op.Bias {
		biases = c.data(2)
	}
	if err := c.planes(len(x)/inner, inner, func(i int) {
		k := i % len(factors)
		from, to := x[i*inner:][:inner], y[i*inner:][:inner]
		if !op.Bias {
			for j, v := range from {
				to[j] = v * factors[k]
			}
			return
		}
		for j, v := range from {
			to[j] = float64(v*factors[k]) + biases[k]
		}
	}); err != nil {
		return err
	}
	return c.finish(y, nil, op.ReLU)
}
