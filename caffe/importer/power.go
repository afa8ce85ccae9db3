package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("Power", importPower) }

func importPower(c *Context) error {
	var p struct{ Power, Scale, Shift float32 }
	if err := c.Layer.Decode("power_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	return c.Emit(ir.Power{Power: p.Power, Scale: p.Scale, Shift: p.Shift}, c.Bottoms...)
}
