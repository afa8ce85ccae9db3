package ir

import (
	"errors"
	"fmt"
)

func init() { Register(Eltwise{}) }

// EltwiseOp says how Eltwise joins its inputs, in Caffe's numbering.
type EltwiseOp uint8

const (
	// EltwiseProd multiplies.
	EltwiseProd EltwiseOp = iota
	// EltwiseSum adds, each input times its coefficient.
	EltwiseSum
	// EltwiseMax takes the largest.
	EltwiseMax
)

var eltwiseOps = []string{"PROD", "SUM", "MAX"}

// String gives the operation's name in Caffe.
func (o EltwiseOp) String() string { return enumString("EltwiseOp", uint8(o), eltwiseOps) }

// UnmarshalText takes the operation's name in Caffe.
func (o *EltwiseOp) UnmarshalText(text []byte) error {
	v, err := enumParse("EltwiseOp", text, eltwiseOps)
	*o = EltwiseOp(v)
	return err
}

// Eltwise joins inputs of one type element by element; nothing is broadcast.
// There is at least one input (Caffe asks for two). Coeff is for EltwiseSum
// alone: a factor for each input, or empty, where all are 1. With ReLU, a ReLU
// stands behind.
type Eltwise struct {
	Operation EltwiseOp
	Coeff     []float32
	ReLU      bool
}

// Kind implements Op.
func (Eltwise) Kind() string { return "Eltwise" }

// Infer implements Op.
func (e Eltwise) Infer(in []Type) ([]Type, error) {
	if len(in) == 0 {
		return nil, errors.New("needs an input, has none")
	}
	if err := enumCheck("EltwiseOp", uint8(e.Operation), eltwiseOps); err != nil {
		return nil, err
	}
	switch {
	case len(e.Coeff) > 0 && e.Operation != EltwiseSum:
		return nil, fmt.Errorf("coefficients are for SUM alone, have %v", e.Operation)
	case len(e.Coeff) > 0 && len(e.Coeff) != len(in):
		return nil, fmt.Errorf("has %d coefficients for %d inputs", len(e.Coeff), len(in))
	}
	for i, t := range in[1:] {
		if !t.Equal(in[0]) {
			return nil, fmt.Errorf("input %d is %v, input 0 is %v: they must be the same", i+1, t, in[0])
		}
	}
	return []Type{in[0]}, nil
}

// Cost implements Op.
func (Eltwise) Cost(_, _ []Type) Cost { return Cost{} }
