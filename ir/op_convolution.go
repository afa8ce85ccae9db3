package ir

import (
	"cmp"
	"errors"
	"fmt"
)

func init() { Register(Convolution{}) }

// Convolution correlates the map with num_output filters, as Caffe's layer does.
//
// Inputs are the map [.., C, D1, D2, ..], where Axis is the place of C and all
// axes before it are batch; the weights [num_output, C/Group, k1, k2, ..]; if
// Bias, the bias [num_output] and, if Residual, a value of the output's type, which
// is added to the output. With ReLU, a ReLU stands behind all of that. Kernel,
// Pad, Stride and Dilation have an entry for each spatial axis D. The output's
// side is floor((D + 2·Pad - (Dilation·(Kernel-1) + 1)) / Stride) + 1.
type Convolution struct {
	Axis     int
	Kernel   []int
	Pad      []int
	Stride   []int
	Dilation []int
	Group    int
	Bias     bool
	Residual bool
	ReLU     bool
}

// Kind implements Op.
func (Convolution) Kind() string { return "Convolution" }

// Infer implements Op.
func (c Convolution) Infer(in []Type) ([]Type, error) {
	want := 2
	for _, more := range []bool{c.Bias, c.Residual} {
		if more {
			want++
		}
	}
	if err := arity(in, want, want); err != nil {
		return nil, err
	}
	if err := c.checkWeights(in); err != nil {
		return nil, err
	}
	x := in[0]
	shape := append([]int(nil), x.Shape[:c.Axis]...)
	shape = append(shape, in[1].Shape[0])
	for i := range c.Kernel {
		side, err := c.side(x.Shape[c.Axis+1+i], i)
		if err != nil {
			return nil, fmt.Errorf("input %v: %w", x, err)
		}
		shape = append(shape, side)
	}
	out := F32(shape...)
	if residual := in[want-1]; c.Residual && !residual.Equal(out) {
		return nil, fmt.Errorf("needs a residual of the output's %v, has %v", out, residual)
	}
	return []Type{out}, nil
}

// checkWeights returns an error unless attributes, map, weights and bias fit one
// another.
func (c Convolution) checkWeights(in []Type) error {
	x, w := in[0], in[1]
	spatial := len(c.Kernel)
	if c.Axis < 0 || x.Rank() != c.Axis+1+spatial {
		return fmt.Errorf("needs an input of %d axes, has %v", c.Axis+1+spatial, x)
	}
	if err := c.checkAttributes(); err != nil {
		return err
	}
	channels := x.Shape[c.Axis]
	if channels%c.Group != 0 {
		return fmt.Errorf("group %d does not divide the %d channels of the input", c.Group, channels)
	}
	if w.Rank() < 1 || w.Shape[0] < 1 || w.Shape[0]%c.Group != 0 {
		return fmt.Errorf("num_output of the weights %v must be positive and a multiple of group %d", w, c.Group)
	}
	if expect := F32(append([]int{w.Shape[0], channels / c.Group}, c.Kernel...)...); !w.Equal(expect) {
		return fmt.Errorf("needs weights %v for an input %v, has %v", expect, x, w)
	}
	if expect := F32(w.Shape[0]); c.Bias && !in[2].Equal(expect) {
		return fmt.Errorf("needs a bias %v, has %v", expect, in[2])
	}
	return nil
}

func (c Convolution) checkAttributes() error {
	n := len(c.Kernel)
	if len(c.Pad) != n || len(c.Stride) != n || len(c.Dilation) != n {
		return errors.New("kernel, pad, stride and dilation must have as many entries")
	}
	if c.Group < 1 {
		return fmt.Errorf("group must be positive, have %d", c.Group)
	}
	return cmp.Or(
		checkEntries("kernel", c.Kernel, 1), checkEntries("pad", c.Pad, 0),
		checkEntries("stride", c.Stride, 1), checkEntries("dilation", c.Dilation, 1),
	)
}

// side returns the output's side for one of the input's. No operand is above
// MaxCount, so int64 holds all sums and products.
func (c Convolution) side(d, axis int) (int, error) {
	extent := int64(c.Dilation[axis])*int64(c.Kernel[axis]-1) + 1
	padded := int64(d) + 2*int64(c.Pad[axis])
	if padded < extent {
		return 0, fmt.Errorf("a kernel over %d does not fit into %d with pad %d", extent, d, c.Pad[axis])
	}
	n := (padded-extent)/int64(c.Stride[axis]) + 1
	if n > MaxCount {
		return 0, fmt.Errorf("a side of %d with pad %d: %w", d, c.Pad[axis], ErrTooLarge)
	}
	return int(n), nil
}

// Cost implements Op.
func (c Convolution) Cost(in, out []Type) Cost {
	cost := Cost{Parameters: int64(in[1].Count())}
	cost.MultiplyAdds = int64(out[0].Count()) * int64(product(in[1].Shape[1:]))
	if c.Bias {
		cost.Parameters += int64(in[2].Count())
	}
	return cost
}
