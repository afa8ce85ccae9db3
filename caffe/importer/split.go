package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("Split", importSplit) }

func importSplit(c *Context) error {
	tops := len(c.Layer.Tops)
	if err := c.Arity(1, 1, max(tops, 1)); err != nil {
		return err
	}
	return c.Emit(ir.Split{Outputs: tops}, c.Bottoms...)
}
