package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("Axpy", importAxpy) }

// importAxpy imports the layer of the SENet authors: gate · map + shortcut.
func importAxpy(c *Context) error {
	if err := c.Arity(3, 3, 1); err != nil {
		return err
	}
	return c.Emit(ir.Axpy{}, c.Bottoms...)
}
