package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(split) }

func split(op ir.Split, c *call) error {
	for i := range op.Outputs {
		c.share(i)
	}
	return nil
}
