package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("Dropout", importDropout) }

// importDropout imports the layer as it is at test time; scale_train is a fork's.
func importDropout(c *Context) error {
	var p struct {
		DropoutRatio float32
		ScaleTrain   bool
	}
	if err := c.Layer.Decode("dropout_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	return c.Emit(ir.Dropout{Ratio: p.DropoutRatio, ScaleTrain: p.ScaleTrain}, c.Bottoms...)
}
