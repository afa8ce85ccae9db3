// Package npy reads and writes arrays in NumPy's .npy format, versions 1.0, 2.0
// and 3.0, as float32 in C order.
package npy

import (
	"fmt"
	"math"
)

// Array is an array of any rank in C (row-major) order.
type Array struct {
	// Shape holds the size of each axis, outermost first. A scalar has the
	// empty, non-nil shape and one element.
	Shape []int
	// Data holds the elements; its length is the product of Shape.
	Data []float32
}

// maxRank is NumPy's own limit on the number of axes.
const maxRank = 64

// count returns the number of elements of a shape. No intermediate product of
// it overflows, and neither does count times eight, the largest element.
func count(shape []int) (int, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("%d axes, at most %d are allowed", len(shape), maxRank)
	}
	n, empty := 1, false
	for axis, size := range shape {
		switch {
		case size < 0:
			return 0, fmt.Errorf("axis %d has the negative size %d", axis, size)
		case size == 0:
			empty = true
		case n > math.MaxInt/8/size:
			return 0, fmt.Errorf("shape %v has too many elements", shape)
		default:
			n *= size
		}
	}
	if empty {
		return 0, nil
	}
	return n, nil
}
