package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(relu) }

func relu(op ir.ReLU, c *call) error {
	slope := float64(op.NegativeSlope)
	return c.elementwise(func(y, x []float64) { rectify(y, x, slope) })
}

// rectify is Caffe's formula max(x, 0) + slope·min(x, 0): a NaN stays one, -∞
// times a slope of 0 is one, and -1 times it is 0 and not -0.
func rectify(y, x []float64, slope float64) {
	for i, v := range x {
		if v > 0 {
			y[i] = v
		} else {
			y[i] = 0 + v*slope
		}
	}
}
