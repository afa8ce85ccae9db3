package ir

import "fmt"

func init() { Register(BatchNorm{}) }

// BatchNorm normalizes each channel: y = (x - mean) / sqrt(variance + Eps).
//
// Inputs are x, then mean [C], variance [C] and factor [1] as Caffe stores them;
// the output has the type of x. C is axis 1, or axis 0 of an x of one axis.
// With UseGlobalStats, mean and variance are the stored ones times s, where s is
// 1/factor, or 0 if factor is 0. Without, they are those of x itself over all
// axes but C, the variance being the biased E[(x-mean)²]; the stored ones are
// inputs all the same, and unused.
type BatchNorm struct {
	Eps            float32
	UseGlobalStats bool
}

// Kind implements Op.
func (BatchNorm) Kind() string { return "BatchNorm" }

// Infer implements Op.
func (BatchNorm) Infer(in []Type) ([]Type, error) {
	if err := arity(in, 4, 4); err != nil {
		return nil, err
	}
	x := in[0]
	if x.Rank() < 1 {
		return nil, fmt.Errorf("needs an input with a channel axis, has %v", x)
	}
	stats := F32(x.Shape[min(1, x.Rank()-1)])
	for i, name := range []string{"a mean", "a variance"} {
		if !in[1+i].Equal(stats) {
			return nil, fmt.Errorf("needs %s %v for an input %v, has %v", name, stats, x, in[1+i])
		}
	}
	if factor := F32(1); !in[3].Equal(factor) {
		return nil, fmt.Errorf("needs a factor %v, has %v", factor, in[3])
	}
	return []Type{x}, nil
}

// Cost implements Op.
func (BatchNorm) Cost(in, _ []Type) Cost {
	var c Cost
	for _, t := range in[1:] {
		c.Statistics += int64(t.Count())
	}
	return c
}
