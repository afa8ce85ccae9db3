package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(sigmoid) }

func sigmoid(_ ir.Sigmoid, c *call) error {
	return c.elementwise(func(y, x []float32) {
		for i, v := range x {
			y[i] = float32(1 / (1 + math.Exp(-float64(v))))
		}
	})
}
