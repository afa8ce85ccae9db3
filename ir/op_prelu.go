package ir

import "fmt"

func init() { Register(PReLU{}) }

// PReLU gives x where x is positive, and slope·x elsewhere.
//
// Inputs are x, of at least two axes as in Caffe, and the slope: [C], where C is
// axis 1 of x, or a single element ([] or [1]) if ChannelShared. The output has
// the type of x.
type PReLU struct{ ChannelShared bool }

// Kind implements Op.
func (PReLU) Kind() string { return "PReLU" }

// Infer implements Op.
func (p PReLU) Infer(in []Type) ([]Type, error) {
	if err := arity(in, 2, 2); err != nil {
		return nil, err
	}
	x, slope := in[0], in[1]
	if x.Rank() < 2 {
		return nil, fmt.Errorf("needs an input of at least 2 axes, has %v", x)
	}
	if p.ChannelShared {
		if !slope.Equal(F32()) && !slope.Equal(F32(1)) {
			return nil, fmt.Errorf("needs a slope %v or %v shared by all channels, has %v", F32(), F32(1), slope)
		}
	} else if expect := F32(x.Shape[1]); !slope.Equal(expect) {
		return nil, fmt.Errorf("needs slopes %v for an input %v, has %v", expect, x, slope)
	}
	return []Type{x}, nil
}

// Cost implements Op.
func (PReLU) Cost(in, _ []Type) Cost { return Cost{Parameters: int64(in[1].Count())} }
