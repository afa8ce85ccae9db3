package ir

import (
	"fmt"
	"slices"
)

func init() { Register(Reshape{}) }

// Reshape gives the same elements, in the same order, another shape.
//
// As in Caffe, Shape replaces the NumAxes axes from Axis on, all to the end if
// NumAxes is -1; a negative Axis counts from behind the last, so that -1 appends.
// In Shape, 0 copies the axis of the input in the same place (counted from
// Axis), and -1, at most once, is what the other axes leave.
type Reshape struct {
	Shape   []int
	Axis    int
	NumAxes int
}

// Kind implements Op.
func (Reshape) Kind() string { return "Reshape" }

// Infer implements Op.
func (r Reshape) Infer(in []Type) ([]Type, error) {
	if err := arity(in, 1, 1); err != nil {
		return nil, err
	}
	x := in[0]
	start, end, err := r.span(x)
	if err != nil {
		return nil, err
	}
	shape, inferred, err := r.fill(x, start)
	if err != nil {
		return nil, err
	}
	out := F32(slices.Concat(x.Shape[:start], shape, x.Shape[end:])...)
	if inferred >= 0 {
		out.Shape[start+inferred] = 1
	}
	if err := out.Check(); err != nil {
		return nil, err
	}
	if inferred >= 0 {
		rest := out.Count()
		if rest == 0 || x.Count()%rest != 0 {
			return nil, fmt.Errorf("%d elements of %v do not divide by the %d of shape %v without its -1", x.Count(), x, rest, r.Shape)
		}
		out.Shape[start+inferred] = x.Count() / rest
	}
	if out.Count() != x.Count() {
		return nil, fmt.Errorf("%v has %d elements, %v has %d", x, x.Count(), out, out.Count())
	}
	return []Type{out}, nil
}

// span returns the first axis to replace and the one after the last.
func (r Reshape) span(x Type) (start, end int, err error) {
	rank := x.Rank()
	start = r.Axis
	if start < 0 {
		start += rank + 1
	}
	if start < 0 || start > rank {
		return 0, 0, fmt.Errorf("axis %d is not among the %d places in %v", r.Axis, rank+1, x)
	}
	switch {
	case r.NumAxes == -1:
		return start, rank, nil
	case r.NumAxes < -1 || r.NumAxes > rank-start:
		return 0, 0, fmt.Errorf("%v does not have %d axes from axis %d on", x, r.NumAxes, start)
	}
	return start, start + r.NumAxes, nil
}

// fill returns Shape with its zeros replaced, and the place of -1, or -1.
func (r Reshape) fill(x Type, start int) (shape []int, inferred int, err error) {
	inferred = -1
	shape = slices.Clone(r.Shape)
	for i, d := range shape {
		switch {
		case d == 0 && start+i >= x.Rank():
			return nil, 0, fmt.Errorf("shape %v has a 0 that no axis of %v answers to", r.Shape, x)
		case d == 0:
			shape[i] = x.Shape[start+i]
		case d == -1 && inferred >= 0:
			return nil, 0, fmt.Errorf("shape %v has more than one -1", r.Shape)
		case d == -1:
			inferred = i
		case d < -1:
			return nil, 0, fmt.Errorf("shape %v has a negative axis", r.Shape)
		}
	}
	return shape, inferred, nil
}

// Cost implements Op.
func (Reshape) Cost(_, _ []Type) Cost { return Cost{} }
