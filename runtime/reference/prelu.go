package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(prelu) }

func prelu(_ ir.PReLU, c *call) error {
	x, slope, y := c.in[0], c.in[1].Data, c.out(0)
	outer, channels, inner := channelsOf(x.Shape)
	return c.planes(outer*channels, inner, func(i int) {
		rectify(y[i*inner:][:inner], x.Data[i*inner:][:inner], slope[i%channels%len(slope)])
	})
}
