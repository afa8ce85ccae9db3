package ir

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// DType is the element type of a value.
type DType uint8

// Float32 is the only element type that Caffe computes in.
const Float32 DType = 0

// String gives the dtype as graph text writes it.
func (d DType) String() string { return "f32" }

// Type is what is known of a value before it is computed: element type and
// shape. Activations are N C H W. A rank of 0 is one single element. Types share
// their shapes, so a shape is not changed once it is in a type.
type Type struct {
	DType DType
	Shape []int
}

// F32 returns the float32 type of that shape.
func F32(shape ...int) Type { return Type{Shape: shape} }

// MaxCount is the most elements that one value may have. Caffe counts in a
// 32-bit int, so no net that Caffe ran is beyond it.
const MaxCount = math.MaxInt32

// ErrTooLarge is wrapped by the errors about values of more than MaxCount
// elements.
var ErrTooLarge = errors.New("more than 2^31-1 elements")

// MaxAxes is the most axes that one value may have, as in Caffe.
const MaxAxes = 32

// Check returns an error if an axis is negative, the axes are more than MaxAxes,
// or the elements are more than MaxCount. They are counted without the axes of
// 0, so that no part of an accepted shape has a product beyond MaxCount either.
func (t Type) Check() error {
	if t.DType != Float32 {
		return fmt.Errorf("there is no dtype %d", t.DType)
	}
	if len(t.Shape) > MaxAxes {
		return fmt.Errorf("a shape of %d axes; there may be %d", len(t.Shape), MaxAxes)
	}
	count := 1
	for _, d := range t.Shape {
		if d < 0 {
			return fmt.Errorf("shape %v has a negative axis", t)
		}
		if d == 0 {
			continue
		}
		if count > MaxCount/d {
			return fmt.Errorf("shape %v: %w", t, ErrTooLarge)
		}
		count *= d
	}
	return nil
}

// Count returns the number of elements of a type that Check accepts.
func (t Type) Count() int { return product(t.Shape) }

// Rank returns the number of axes.
func (t Type) Rank() int { return len(t.Shape) }

// Equal reports whether both types have the same dtype and shape.
func (t Type) Equal(u Type) bool { return t.DType == u.DType && slices.Equal(t.Shape, u.Shape) }

// String gives the type as graph text writes it, such as f32[1,3,224,224].
func (t Type) String() string {
	var b strings.Builder
	b.WriteString(t.DType.String())
	b.WriteByte('[')
	for i, d := range t.Shape {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(d))
	}
	b.WriteByte(']')
	return b.String()
}

func product(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}
