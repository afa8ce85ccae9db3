package reference

import "github.com/prototxt2go/prototxt2go/tensor"

// axisOf counts a negative axis from the back.
func axisOf(axis int, shape []int) int {
	if axis < 0 {
		return axis + len(shape)
	}
	return axis
}

// around returns the elements before, along and behind an axis.
func around(shape []int, axis int) (outer, along, inner int) {
	axis = axisOf(axis, shape)
	return tensor.Count(shape[:axis]), shape[axis], tensor.Count(shape[axis+1:])
}

// channelsOf is around for the channel axis: axis 1, or axis 0 of a single one.
func channelsOf(shape []int) (outer, channels, inner int) {
	return around(shape, min(1, len(shape)-1))
}
