package ir

import (
	"errors"
	"fmt"
	"slices"
)

func init() { Register(Concat{}) }

// Concat joins its inputs, of which there is at least one, along Axis, which
// counts from the back where negative. All other axes are the same in all
// inputs.
type Concat struct{ Axis int }

// Kind implements Op.
func (Concat) Kind() string { return "Concat" }

// Infer implements Op.
func (c Concat) Infer(in []Type) ([]Type, error) {
	if len(in) == 0 {
		return nil, errors.New("needs an input, has none")
	}
	x := in[0]
	axis, err := axisOf(c.Axis, x.Rank())
	if err != nil {
		return nil, fmt.Errorf("input %v: %w", x, err)
	}
	out := F32(slices.Clone(x.Shape)...)
	sum := int64(x.Shape[axis])
	for i, t := range in[1:] {
		fits := t.Rank() == x.Rank() && slices.Equal(t.Shape[:axis], x.Shape[:axis]) && slices.Equal(t.Shape[axis+1:], x.Shape[axis+1:])
		if !fits {
			return nil, fmt.Errorf("input %d is %v, input 0 is %v: they may differ along axis %d only", i+1, t, x, axis)
		}
		sum += int64(t.Shape[axis])
	}
	if sum > MaxCount {
		return nil, fmt.Errorf("axis %d of %d elements: %w", axis, sum, ErrTooLarge)
	}
	out.Shape[axis] = int(sum)
	return []Type{out}, nil
}

// Cost implements Op.
func (Concat) Cost(_, _ []Type) Cost { return Cost{} }
