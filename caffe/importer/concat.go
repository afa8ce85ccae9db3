package importer

import (
	"errors"
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("Concat", importConcat) }

// importConcat takes the axis from axis, or from the concat_dim of old files.
func importConcat(c *Context) error {
	var p struct{ Axis, ConcatDim *int }
	if err := c.Layer.Decode("concat_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, math.MaxInt, 1); err != nil {
		return err
	}
	op := ir.Concat{Axis: 1}
	switch {
	case p.Axis != nil && p.ConcatDim != nil:
		return errors.New("has both axis and concat_dim: Caffe allows either")
	case p.Axis != nil:
		op.Axis = *p.Axis
	case p.ConcatDim != nil:
		op.Axis = *p.ConcatDim
	}
	return c.Emit(op, c.Bottoms...)
}
