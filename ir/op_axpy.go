package ir

import "fmt"

func init() { Register(Axpy{}) }

// Axpy is the layer of the SENet authors' Caffe: y = gate·map + shortcut, the
// gate broadcast over H and W.
//
// Inputs are exactly these three, in this order: the gate N×C or N×C×1×1, the
// map N×C×H×W and the shortcut of the map's type, which the output has too. With
// ReLU, a ReLU stands behind.
type Axpy struct{ ReLU bool }

// Kind implements Op.
func (Axpy) Kind() string { return "Axpy" }

// Infer implements Op.
func (Axpy) Infer(in []Type) ([]Type, error) {
	if err := arity(in, 3, 3); err != nil {
		return nil, err
	}
	gate, m, shortcut := in[0], in[1], in[2]
	if m.Rank() != 4 {
		return nil, fmt.Errorf("needs a map of 4 axes as its second input, has %v", m)
	}
	flat, map1x1 := F32(m.Shape[0], m.Shape[1]), F32(m.Shape[0], m.Shape[1], 1, 1)
	if !gate.Equal(flat) && !gate.Equal(map1x1) {
		return nil, fmt.Errorf("needs a gate %v or %v for a map %v, has %v", flat, map1x1, m, gate)
	}
	if !shortcut.Equal(m) {
		return nil, fmt.Errorf("needs a shortcut of the map's %v, has %v", m, shortcut)
	}
	return []Type{m}, nil
}

// Cost implements Op.
func (Axpy) Cost(_, _ []Type) Cost { return Cost{} }
