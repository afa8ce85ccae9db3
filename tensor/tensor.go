// Package tensor holds the one form in which numbers go into a net and come out
// of it: a dense float32 array in C order. Activations are N C H W.
package tensor

import (
	"fmt"
	"math"
)

// Tensor is a dense array. Data has as many elements as the product of Shape; an
// empty Shape is one element.
type Tensor struct {
	Shape []int
	Data  []float32
}

// New returns a tensor of zeros.
func New(shape ...int) *Tensor {
	return &Tensor{Shape: shape, Data: make([]float32, Count(shape))}
}

// Of returns a tensor over data, which it shares. It returns an error if the
// shape does not have as many elements.
func Of(data []float32, shape ...int) (*Tensor, error) {
	count := 1
	for _, d := range shape {
		if d < 0 || (d > 0 && count > math.MaxInt/d) {
			return nil, fmt.Errorf("shape %v is no shape of an array", shape)
		}
		count *= d
	}
	if count != len(data) {
		return nil, fmt.Errorf("shape %v has %d elements, the data %d", shape, count, len(data))
	}
	return &Tensor{Shape: shape, Data: data}, nil
}

// Count returns the number of elements of a shape.
func Count(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
