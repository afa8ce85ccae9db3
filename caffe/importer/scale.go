package importer

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("Scale", importScale) }

// importScale takes the coefficient from the second bottom, or has learnt it.
func importScale(c *Context) error {
	var p struct {
		Axis       int
		NumAxes    int
		Filler     *Filler
		BiasTerm   bool
		BiasFiller Filler
	}
	if err := c.Layer.Decode("scale_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 2, 1); err != nil {
		return err
	}
	op := ir.Scale{Axis: p.Axis, Bias: p.BiasTerm, Dynamic: len(c.Bottoms) == 2}
	in := c.Bottoms
	if !op.Dynamic {
		shape, err := span(c.Bottoms[0].Type, p.Axis, p.NumAxes)
		if err != nil {
			return err
		}
		ones := Filler{Type: "constant", Value: 1}
		if p.Filler != nil {
			ones = *p.Filler
		}
		w, err := c.Weight(shape, ones)
		if err != nil {
			return err
		}
		in = append(in, w)
	}
	if p.BiasTerm {
		bias, err := c.Weight(in[1].Type.Shape, p.BiasFiller)
		if err != nil {
			return err
		}
		in = append(in, bias)
	}
	return c.Emit(op, in...)
}

// span returns the shape of numAxes axes of a type from axis on: all to the end
// if numAxes is -1, a scalar's if it is 0.
func span(t ir.Type, axis, numAxes int) ([]int, error) {
	if numAxes == 0 {
		return []int{}, nil
	}
	start := axis
	if start < 0 {
		start += t.Rank()
	}
	if start < 0 || start >= t.Rank() {
		return nil, fmt.Errorf("axis %d is not among the axes of %v", axis, t)
	}
	end := start + numAxes
	if numAxes == -1 {
		end = t.Rank()
	}
	if numAxes < -1 || end > t.Rank() {
		return nil, fmt.Errorf("%v does not have %d axes from axis %d on", t, numAxes, start)
	}
	return t.Shape[start:end], nil
}
