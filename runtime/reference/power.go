package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(power) }

func power(op ir.Power, c *call) error {
	exponent, factor, shift := float64(op.Power), float64(op.Scale), float64(op.Shift)
	// Caffe multiplies in float32, and asks whether that is 0.
	if op.Power*op.Scale == 0 {
		constant := math.Pow(shift, exponent)
		return c.elementwise(func(y, _ []float64) {
			for i := range y {
				y[i] = constant
			}
		})
	}
	return c.elementwise(func(y, x []float64) {
		for i, v := range x {
			y[i] = math.Pow(float64(v*factor)+shift, exponent)
		}
	})
}
