package ir

import (
	"fmt"
	"slices"
)

func init() { Register(Split{}) }

// MaxSplit is the most outputs that a Split may have.
const MaxSplit = 1 << 12

// Split gives its one input as Outputs values, from 1 to MaxSplit of them: what
// Caffe puts in where several layers take one blob.
type Split struct{ Outputs int }

// Kind implements Op.
func (Split) Kind() string { return "Split" }

// Infer implements Op.
func (s Split) Infer(in []Type) ([]Type, error) {
	out, err := sameAsInput(in)
	if err != nil {
		return nil, err
	}
	if s.Outputs < 1 || s.Outputs > MaxSplit {
		return nil, fmt.Errorf("outputs must be from 1 to %d, have %d", MaxSplit, s.Outputs)
	}
	return slices.Repeat(out, s.Outputs), nil
}

// Cost implements Op.
func (Split) Cost(_, _ []Type) Cost { return Cost{} }
