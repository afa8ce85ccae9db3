package ir

import (
	"cmp"
	"errors"
	"fmt"
)

func init() { Register(Pooling{}) }

// PoolMethod says what Pooling makes of a window, in Caffe's numbering.
type PoolMethod uint8

const (
	// PoolMax takes the largest element; padding does not count.
	PoolMax PoolMethod = iota
	// PoolAve divides the sum by the size of the window clipped to the padded
	// map: padding counts, what lies beyond does not.
	PoolAve
	// PoolStochastic divides the sum of squares by the sum, as Caffe does at
	// test time.
	PoolStochastic
)

var poolMethods = []string{"MAX", "AVE", "STOCHASTIC"}

// String gives the method's name in Caffe.
func (m PoolMethod) String() string { return enumString("PoolMethod", uint8(m), poolMethods) }

// UnmarshalText takes the method's name in Caffe.
func (m *PoolMethod) UnmarshalText(text []byte) error {
	v, err := enumParse("PoolMethod", text, poolMethods)
	*m = PoolMethod(v)
	return err
}

// RoundMode says how Pooling rounds the number of windows, in Caffe's numbering.
type RoundMode uint8

const (
	// RoundCeil is Caffe's default: the last window may reach beyond the map.
	RoundCeil RoundMode = iota
	// RoundFloor leaves out a window that does not fit.
	RoundFloor
)

var roundModes = []string{"CEIL", "FLOOR"}

// String gives the mode's name in Caffe.
func (m RoundMode) String() string { return enumString("RoundMode", uint8(m), roundModes) }

// UnmarshalText takes the mode's name in Caffe.
func (m *RoundMode) UnmarshalText(text []byte) error {
	v, err := enumParse("RoundMode", text, roundModes)
	*m = RoundMode(v)
	return err
}

// Pooling reduces each window of each channel to one element.
//
// The input is N×C×H×W (as in Caffe, of four axes and no other), the output
// N×C×H'×W'. Kernel, Pad and Stride have an entry for H and one for W; with
// Global the kernel is the whole map and they are empty.
//
// A side is ceil((D + 2·Pad - Kernel) / Stride) + 1, or floor with RoundFloor.
// If any pad is positive, on each axis a last window that starts at or beyond
// D + Pad is left out, with RoundFloor too. Pads are smaller than their kernel
// and, but for PoolMax and PoolAve, zero. Without pads a stride beyond the
// kernel may put the last window wholly outside the map, as in Caffe.
//
// With Mask, for PoolMax only, there is a second output of the same type: the
// index y·W+x of each maximum within its map, as a float, or -1 where no element
// was above -FLT_MAX.
type Pooling struct {
	Method PoolMethod
	Kernel []int
	Pad    []int
	Stride []int
	Global bool
	Round  RoundMode
	Mask   bool
}

// Kind implements Op.
func (Pooling) Kind() string { return "Pooling" }

// Infer implements Op.
func (p Pooling) Infer(in []Type) ([]Type, error) {
	if err := arity(in, 1, 1); err != nil {
		return nil, err
	}
	if err := p.checkAttributes(); err != nil {
		return nil, err
	}
	x := in[0]
	if x.Rank() != 4 {
		return nil, fmt.Errorf("needs an input of 4 axes, has %v", x)
	}
	sides, err := p.sides(x)
	if err != nil {
		return nil, err
	}
	y := F32(x.Shape[0], x.Shape[1], sides[0], sides[1])
	if p.Mask {
		return []Type{y, y}, nil
	}
	return []Type{y}, nil
}

func (p Pooling) checkAttributes() error {
	if err := cmp.Or(enumCheck("PoolMethod", uint8(p.Method), poolMethods), enumCheck("RoundMode", uint8(p.Round), roundModes)); err != nil {
		return err
	}
	if p.Mask && p.Method != PoolMax {
		return fmt.Errorf("a mask is for MAX alone, have %v", p.Method)
	}
	if p.Global {
		if len(p.Kernel)+len(p.Pad)+len(p.Stride) > 0 {
			return errors.New("global pooling takes no kernel, pad or stride")
		}
		return nil
	}
	if len(p.Kernel) != 2 || len(p.Pad) != 2 || len(p.Stride) != 2 {
		return fmt.Errorf("kernel %v, pad %v and stride %v must have 2 entries each", p.Kernel, p.Pad, p.Stride)
	}
	if err := cmp.Or(
		checkEntries("kernel", p.Kernel, 1), checkEntries("pad", p.Pad, 0), checkEntries("stride", p.Stride, 1),
	); err != nil {
		return err
	}
	if !p.padded() {
		return nil
	}
	if p.Method == PoolStochastic {
		return fmt.Errorf("pad %v is for MAX and AVE alone, have %v", p.Pad, p.Method)
	}
	if p.Pad[0] >= p.Kernel[0] || p.Pad[1] >= p.Kernel[1] {
		return fmt.Errorf("pad %v must be smaller than kernel %v", p.Pad, p.Kernel)
	}
	return nil
}

func (p Pooling) padded() bool { return p.Pad[0] > 0 || p.Pad[1] > 0 }

// sides returns H' and W'.
func (p Pooling) sides(x Type) ([2]int, error) {
	h, w := x.Shape[2], x.Shape[3]
	if p.Global {
		if h == 0 || w == 0 {
			return [2]int{}, fmt.Errorf("nothing to pool in %v", x)
		}
		return [2]int{1, 1}, nil
	}
	var out [2]int
	for i, d := range []int{h, w} {
		n := p.windows(int64(d), i)
		if n < 1 {
			return out, fmt.Errorf("kernel %v does not fit into %v with pad %v", p.Kernel, x, p.Pad)
		}
		if n > MaxCount {
			return out, fmt.Errorf("kernel %v with stride %v over %v: %w", p.Kernel, p.Stride, x, ErrTooLarge)
		}
		out[i] = int(n)
	}
	return out, nil
}

// windows returns how many windows lie along a spatial axis of d elements; less
// than 1 if none does. No operand is above MaxCount, so int64 holds all sums.
func (p Pooling) windows(d int64, axis int) int64 {
	k, pad, s := int64(p.Kernel[axis]), int64(p.Pad[axis]), int64(p.Stride[axis])
	n := floorDiv(d+2*pad-k, s) + 1
	if p.Round == RoundCeil {
		n = -floorDiv(-(d+2*pad-k), s) + 1
	}
	if p.padded() && (n-1)*s >= d+pad {
		n--
	}
	return n
}

// Cost implements Op.
func (Pooling) Cost(_, _ []Type) Cost { return Cost{} }
