package importer

import "github.com/prototxt2go/prototxt2go/ir"

func init() {
	register("Reshape", importReshape)
	register("Flatten", importFlatten)
}

func importReshape(c *Context) error {
	var p struct {
		Shape   struct{ Dim []int }
		Axis    int
		NumAxes int
	}
	if err := c.Layer.Decode("reshape_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	return c.Emit(ir.Reshape{Shape: p.Shape.Dim, Axis: p.Axis, NumAxes: p.NumAxes}, c.Bottoms...)
}

func importFlatten(c *Context) error {
	var p struct{ Axis, EndAxis int }
	if err := c.Layer.Decode("flatten_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	return c.Emit(ir.Flatten{Axis: p.Axis, EndAxis: p.EndAxis}, c.Bottoms...)
}
