package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("Sigmoid", importSigmoid) }

func importSigmoid(c *Context) error {
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	return c.Emit(ir.Sigmoid{}, c.Bottoms...)
}
