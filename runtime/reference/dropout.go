package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(dropout) }

func dropout(op ir.Dropout, c *call) error {
	if op.ScaleTrain {
		c.share(0)
		return nil
	}
	// The factor is a float32 in Caffe.
	factor := float64(float32(1 - float64(op.Ratio)))
	return c.elementwise(func(y, x []float64) {
		for i, v := range x {
			y[i] = v * factor
		}
	})
}
