package ir

import (
	"fmt"
	"slices"
	"strings"
)

// An Op is what a node computes: a small struct value whose exported fields are
// its attributes. A field is a bool, int, float32, string, []int, []float32 or
// an enum (a type with String, whose pointer has UnmarshalText), so that graph
// text can be printed and parsed for every op alike.
type Op interface {
	// Kind returns the op's name, unique among all ops, such as "Convolution".
	Kind() string
	// Infer returns the types of the outputs for those of the inputs, which
	// Check accepts, or an error that says what does not fit.
	Infer(in []Type) ([]Type, error)
	// Cost returns what one evaluation costs. The types are those that Infer
	// took and gave.
	Cost(in, out []Type) Cost
}

// Cost is what a node costs.
type Cost struct {
	// Parameters counts the learnable elements.
	Parameters int64
	// Statistics counts the elements of BatchNorm's mean, variance and factor,
	// which are measured and not learnt.
	Statistics int64
	// MultiplyAdds counts the multiply-adds of Convolution, Deconvolution and
	// InnerProduct, as the literature counts them; of other ops none.
	MultiplyAdds int64
}

// Add returns the sum of both costs.
func (c Cost) Add(d Cost) Cost {
	return Cost{c.Parameters + d.Parameters, c.Statistics + d.Statistics, c.MultiplyAdds + d.MultiplyAdds}
}

// without returns the cost less n elements of a constant that is counted
// already. A node has either parameters or statistics.
func (c Cost) without(n int64) Cost {
	if c.Statistics > 0 {
		c.Statistics = max(0, c.Statistics-n)
	} else {
		c.Parameters = max(0, c.Parameters-n)
	}
	return c
}

var ops = map[string]Op{}

// Register makes an op known to graph text. It is called from the init function
// of the op's file with the op's zero value and panics on a duplicate, and on a
// field of a type that graph text does not have.
func Register(op Op) {
	if _, ok := ops[op.Kind()]; ok {
		panic("ir: op " + op.Kind() + " registered twice")
	}
	if err := checkFields(op); err != nil {
		panic("ir: op " + op.Kind() + ": " + err.Error())
	}
	ops[op.Kind()] = op
}

// Ops returns the zero value of every registered op, sorted by kind.
func Ops() []Op {
	all := make([]Op, 0, len(ops))
	for _, op := range ops {
		all = append(all, op)
	}
	slices.SortFunc(all, func(a, b Op) int { return strings.Compare(a.Kind(), b.Kind()) })
	return all
}

// arity returns an error unless an op has from min to max inputs.
func arity(in []Type, min, max int) error {
	switch {
	case len(in) >= min && len(in) <= max:
		return nil
	case min == 1 && max == 1:
		return fmt.Errorf("needs 1 input, has %d", len(in))
	case min == max:
		return fmt.Errorf("needs %d inputs, has %d", min, len(in))
	default:
		return fmt.Errorf("needs %d to %d inputs, has %d", min, max, len(in))
	}
}

// axisOf returns the axis counted from the front, where a negative one counts
// from the back, as everywhere in Caffe.
func axisOf(axis, rank int) (int, error) {
	a := axis
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= rank {
		return 0, fmt.Errorf("axis %d is not among the %d axes", axis, rank)
	}
	return a, nil
}

// sameAsInput is the rule of ops that give one value of the type of their one
// input.
func sameAsInput(in []Type) ([]Type, error) {
	if err := arity(in, 1, 1); err != nil {
		return nil, err
	}
	return []Type{in[0]}, nil
}

// checkEntries returns an error unless all entries of an attribute are from min
// to MaxCount, so that sums and products of two of them fit an int64.
func checkEntries(name string, entries []int, min int) error {
	for _, e := range entries {
		if e < min {
			return fmt.Errorf("%s %v must not be less than %d", name, entries, min)
		}
		if e > MaxCount {
			return fmt.Errorf("%s %v: %w", name, entries, ErrTooLarge)
		}
	}
	return nil
}

// floorDiv returns a/b rounded down, for a positive b.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
