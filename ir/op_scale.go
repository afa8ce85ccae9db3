package ir

import (
	"fmt"
	"slices"
)

func init() { Register(Scale{}) }

// Scale multiplies x by a coefficient and, with Bias, adds a bias:
// y = coefficient·x + bias, both broadcast over the axes that they lack.
//
// Inputs are x, the coefficient and, if Bias, the bias; the output has the type
// of x. The coefficient's shape is that of x from Axis on, for as many axes as
// the coefficient has; a negative Axis counts from the back. The bias has the
// coefficient's shape. As in Caffe, Axis is without meaning for a coefficient of
// rank 0, which is a scalar.
//
// Dynamic says that the net computes the coefficient, as Caffe's layer with two
// bottoms has it: it is then no parameter, while the bias still is. With ReLU, a
// ReLU stands behind.
type Scale struct {
	Axis    int
	Bias    bool
	Dynamic bool
	ReLU    bool
}

// Kind implements Op.
func (Scale) Kind() string { return "Scale" }

// Infer implements Op.
func (s Scale) Infer(in []Type) ([]Type, error) {
	want := 2
	if s.Bias {
		want = 3
	}
	if err := arity(in, want, want); err != nil {
		return nil, err
	}
	x, coefficient := in[0], in[1]
	if coefficient.Rank() > 0 {
		axis, err := axisOf(s.Axis, x.Rank())
		if err != nil {
			return nil, fmt.Errorf("input %v: %w", x, err)
		}
		end := axis + coefficient.Rank()
		if end > x.Rank() || !slices.Equal(coefficient.Shape, x.Shape[axis:end]) {
			return nil, fmt.Errorf("coefficient %v does not match the input %v from axis %d on", coefficient, x, axis)
		}
	}
	if s.Bias && !in[2].Equal(coefficient) {
		return nil, fmt.Errorf("needs a bias of the coefficient's %v, has %v", coefficient, in[2])
	}
	return []Type{x}, nil
}

// Cost implements Op.
func (s Scale) Cost(in, _ []Type) Cost {
	var c Cost
	if !s.Dynamic {
		c.Parameters += int64(in[1].Count())
	}
	if s.Bias {
		c.Parameters += int64(in[2].Count())
	}
	return c
}
