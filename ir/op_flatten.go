package ir

import (
	"fmt"
	"slices"
)

func init() { Register(Flatten{}) }

// Flatten makes one axis of the axes from Axis to EndAxis, that one included.
// Negative ones count from the back. As in Caffe, EndAxis may be the one before
// Axis: there is then nothing to join, and an axis of 1 is put in before Axis.
type Flatten struct {
	Axis    int
	EndAxis int
}

// Kind implements Op.
func (Flatten) Kind() string { return "Flatten" }

// Infer implements Op.
func (f Flatten) Infer(in []Type) ([]Type, error) {
	if err := arity(in, 1, 1); err != nil {
		return nil, err
	}
	x := in[0]
	start, err := axisOf(f.Axis, x.Rank())
	if err != nil {
		return nil, fmt.Errorf("input %v: %w", x, err)
	}
	end, err := axisOf(f.EndAxis, x.Rank())
	if err != nil {
		return nil, fmt.Errorf("input %v: end %w", x, err)
	}
	if end+1 < start {
		return nil, fmt.Errorf("input %v: end axis %d lies before axis %d", x, end, start)
	}
	joined := product(x.Shape[start : end+1])
	return []Type{F32(slices.Concat(x.Shape[:start], []int{joined}, x.Shape[end+1:])...)}, nil
}

// Cost implements Op.
func (Flatten) Cost(_, _ []Type) Cost { return Cost{} }
