package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(sigmoid) }

func sigmoid(_ ir.Sigmoid, c *call) error {
	return c.elementwise(func(y, x []float64) {
		for i, v := range x {
			y[i] = 1 / (1 + math.Exp(-v))
		}
	})
}
