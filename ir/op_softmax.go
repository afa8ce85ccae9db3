package ir

import "fmt"

func init() { Register(Softmax{}) }

// Softmax gives exp(x)/Σexp(x), summed over Axis, which counts from the back
// where negative (Caffe's default is 1). The output has the type of the one
// input.
type Softmax struct{ Axis int }

// Kind implements Op.
func (Softmax) Kind() string { return "Softmax" }

// Infer implements Op.
func (s Softmax) Infer(in []Type) ([]Type, error) {
	out, err := sameAsInput(in)
	if err != nil {
		return nil, err
	}
	if _, err := axisOf(s.Axis, in[0].Rank()); err != nil {
		return nil, fmt.Errorf("input %v: %w", in[0], err)
	}
	return out, nil
}

// Cost implements Op.
func (Softmax) Cost(_, _ []Type) Cost { return Cost{} }
