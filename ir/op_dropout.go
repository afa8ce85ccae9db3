package ir

import "fmt"

func init() { Register(Dropout{}) }

// Dropout at test time. As in Caffe it is the identity if ScaleTrain, because
// training has divided by 1-Ratio already; a fork's layer without it gives
// x·(1-Ratio). Ratio is from 0 to 1. The output has the type of the one input.
type Dropout struct {
	Ratio      float32
	ScaleTrain bool
}

// Kind implements Op.
func (Dropout) Kind() string { return "Dropout" }

// Infer implements Op.
func (d Dropout) Infer(in []Type) ([]Type, error) {
	if !(d.Ratio >= 0 && d.Ratio <= 1) {
		return nil, fmt.Errorf("ratio must be from 0 to 1, have %v", d.Ratio)
	}
	return sameAsInput(in)
}

// Cost implements Op.
func (Dropout) Cost(_, _ []Type) Cost { return Cost{} }
