package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(softmax) }

// softmax subtracts the maximum first, as Caffe does, lest exp overflow.
func softmax(op ir.Softmax, c *call) error {
	x, y := c.data(0), c.out(0)
	outer, along, inner := around(c.shape(0), op.Axis)
	return c.planes(outer*inner, along, func(i int) {
		first := i/inner*along*inner + i%inner
		largest := math.Inf(-1)
		for k := range along {
			if v := x[first+k*inner]; v > largest {
				largest = v
			}
		}
		sum := 0.0
		for k := range along {
			at := first + k*inner
			y[at] = math.Exp(x[at] - largest)
			sum += y[at]
		}
		for k := range along {
			y[first+k*inner] /= sum
		}
	})
}
