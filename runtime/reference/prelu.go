package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(prelu) }

func prelu(_ ir.PReLU, c *call) error {
	x, slope, y := c.data(0), c.data(1), c.out(0)
	outer, channels, inner := channelsOf(c.shape(0))
	return c.planes(outer*channels, inner, func(i int) {
		rectify(y[i*inner:][:inner], x[i*inner:][:inner], slope[i%channels%len(slope)])
	})
}
