package ir

import "fmt"

func init() { Register(SqueezeExcite{}) }

// SqueezeExcite is a squeeze-and-excitation block: it scales each channel of a map
// by a gate that it computes from the means of all channels,
//
//	gate = sigmoid(W2·max(0, W1·mean(map) + b1) + b2)
//	y    = gate·map + shortcut
//
// Inputs are the map N×C×H×W; the weights W1 [hidden, C] and, if ReduceBias, b1
// [hidden]; the weights W2 [C, hidden] and, if ExpandBias, b2 [C]; if Residual, the
// shortcut of the map's type. The output has the map's type. With ReLU, a ReLU
// stands behind.
type SqueezeExcite struct {
	ReduceBias bool
	ExpandBias bool
	Residual   bool
	ReLU       bool
}

// Kind implements Op.
func (SqueezeExcite) Kind() string { return "SqueezeExcite" }

// Operands are the places of SqueezeExcite's inputs, -1 for those that are not
// there; the map is input 0, the weights W1 are input 1.
type Operands struct{ ReduceBias, Expand, ExpandBias, Shortcut, Count int }

// Operands returns the places of the inputs.
func (s SqueezeExcite) Operands() Operands {
	next := 2
	take := func(there bool) int {
		if !there {
			return -1
		}
		next++
		return next - 1
	}
	o := Operands{ReduceBias: take(s.ReduceBias), Expand: take(true), ExpandBias: take(s.ExpandBias), Shortcut: take(s.Residual)}
	o.Count = next
	return o
}

// Infer implements Op.
func (s SqueezeExcite) Infer(in []Type) ([]Type, error) {
	o := s.Operands()
	if err := arity(in, o.Count, o.Count); err != nil {
		return nil, err
	}
	m, reduce := in[0], in[1]
	if m.Rank() != 4 {
		return nil, fmt.Errorf("needs a map of 4 axes, has %v", m)
	}
	if m.Shape[2] == 0 || m.Shape[3] == 0 {
		return nil, fmt.Errorf("nothing to squeeze in %v", m)
	}
	channels := m.Shape[1]
	if reduce.Rank() != 2 || reduce.Shape[1] != channels {
		return nil, fmt.Errorf("needs weights of 2 axes, the second of %d elements, for a map %v, has %v", channels, m, reduce)
	}
	hidden := reduce.Shape[0]
	for _, operand := range []struct {
		name string
		at   int
		want Type
	}{
		{"a bias", o.ReduceBias, F32(hidden)},
		{"weights", o.Expand, F32(channels, hidden)},
		{"a bias", o.ExpandBias, F32(channels)},
		{"a shortcut", o.Shortcut, m},
	} {
		if operand.at >= 0 && !in[operand.at].Equal(operand.want) {
			return nil, fmt.Errorf("needs %s %v as input %d for a map %v, has %v", operand.name, operand.want, operand.at, m, in[operand.at])
		}
	}
	return []Type{m}, nil
}

// Cost implements Op.
func (s SqueezeExcite) Cost(in, _ []Type) Cost {
	o := s.Operands()
	weights := int64(in[1].Count()) + int64(in[o.Expand].Count())
	c := Cost{Parameters: weights, MultiplyAdds: int64(in[0].Shape[0]) * weights}
	for _, bias := range []int{o.ReduceBias, o.ExpandBias} {
		if bias >= 0 {
			c.Parameters += int64(in[bias].Count())
		}
	}
	return c
}
