package importer

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("InnerProduct", importInnerProduct) }

func importInnerProduct(c *Context) error {
	var p struct {
		NumOutput    int
		BiasTerm     bool
		Axis         int
		Transpose    bool
		WeightFiller Filler
		BiasFiller   Filler
	}
	if err := c.Layer.Decode("inner_product_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	if p.NumOutput < 1 {
		return fmt.Errorf("num_output must be positive, have %d", p.NumOutput)
	}
	x := c.Bottoms[0]
	taken, err := span(x.Type, p.Axis, -1)
	if err != nil {
		return err
	}
	k := ir.F32(taken...).Count()
	shape := []int{p.NumOutput, k}
	if p.Transpose {
		shape = []int{k, p.NumOutput}
	}
	w, err := c.Weight(shape, p.WeightFiller)
	if err != nil {
		return err
	}
	in := []*ir.Value{x, w}
	if p.BiasTerm {
		bias, err := c.Weight([]int{p.NumOutput}, p.BiasFiller)
		if err != nil {
			return err
		}
		in = append(in, bias)
	}
	op := ir.InnerProduct{Axis: x.Type.Rank() - len(taken), Transpose: p.Transpose, Bias: p.BiasTerm}
	return c.Emit(op, in...)
}
