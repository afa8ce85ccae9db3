package importer

import (
	"fmt"
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("Eltwise", importEltwise) }

func importEltwise(c *Context) error {
	var p struct {
		Operation string
		Coeff     []float32
	}
	if err := c.Layer.Decode("eltwise_param", &p); err != nil {
		return err
	}
	if err := c.Arity(2, math.MaxInt, 1); err != nil {
		return err
	}
	op := ir.Eltwise{Coeff: p.Coeff}
	if err := op.Operation.UnmarshalText([]byte(p.Operation)); err != nil {
		return fmt.Errorf("operation: %w", err)
	}
	return c.Emit(op, c.Bottoms...)
}
