package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("Softmax", importSoftmax) }

func importSoftmax(c *Context) error {
	var p struct{ Axis int }
	if err := c.Layer.Decode("softmax_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	return c.Emit(ir.Softmax{Axis: p.Axis}, c.Bottoms...)
}
