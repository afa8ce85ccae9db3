package reference

import (
	"fmt"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// A spatialMap is batch times channels planes of any number of sides.
type spatialMap struct {
	data            []float64
	batch, channels int
	side            []int
}

// pad returns the map amid zeros, pad[i] of them at both ends of side i, and
// what ends its use. A map without padding, or without planes, is
// returned as it is.
func (m spatialMap) pad(c *call, pad []int) (padded spatialMap, done func(), err error) {
	planes := m.batch * m.channels
	if planes == 0 || !slices.ContainsFunc(pad, func(p int) bool { return p > 0 }) {
		return m, func() {}, nil
	}
	padded = m
	padded.side = slices.Clone(m.side)
	for i, p := range pad {
		padded.side[i] += 2 * p
	}
	if err := ir.F32(prepend(planes, padded.side)...).Check(); err != nil {
		return padded, nil, fmt.Errorf("pad %v: %w", pad, err)
	}
	size := tensor.Count(padded.side)
	padded.data, done = c.scratch(planes * size)
	rows, length := m.rowsWithin(padded.side, pad), m.side[len(m.side)-1]
	err = c.planes(planes, size, func(i int) {
		plane := padded.data[i*size:][:size]
		clear(plane)
		for r, offset := range rows {
			copy(plane[offset:], m.data[(i*len(rows)+r)*length:][:length])
		}
	})
	return padded, done, err
}

// rowsWithin returns where the rows of a plane, along the last side, begin in
// the padded plane.
func (m spatialMap) rowsWithin(padded, pad []int) []int {
	step, last := strides(padded), len(padded)-1
	corner := 0
	for i, p := range pad {
		corner += p * step[i]
	}
	rows := grid(m.side[:last], step[:last])
	for i := range rows {
		rows[i] += corner
	}
	return rows
}

// strides returns how far neighbours along each axis of a dense array are apart.
func strides(shape []int) []int {
	s := make([]int, len(shape))
	n := 1
	for i := len(shape) - 1; i >= 0; i-- {
		s[i] = n
		n *= shape[i]
	}
	return s
}

// grid returns, for each index of an array of that shape in C order, the sum of
// its entries times the strides.
func grid(shape, strides []int) []int {
	offsets := []int{0}
	for i, d := range shape {
		next := make([]int, 0, len(offsets)*d)
		for _, o := range offsets {
			for j := range d {
				next = append(next, o+j*strides[i])
			}
		}
		offsets = next
	}
	return offsets
}

func prepend(first int, rest []int) []int { return append([]int{first}, rest...) }
