package onnx

import (
	"errors"
	"fmt"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// batchName is the name of an open batch in files.
const batchName = "N"

// What stands in a declared shape for an axis that depends on an open batch.
const (
	openBatch = -1 // it is the batch
	openOther = -2 // it is something else
)

// A dim is an axis: its length with the graph's batch, and with another one.
type dim struct{ n, other int }

func (d dim) open() bool { return d.n != d.other }

func (d dim) times(e dim) dim { return dim{d.n * e.n, d.other * e.other} }

// A shape is what is known of a value when the graph is written. Without an open
// batch no axis is open.
type shape []dim

func fixed(dims ...int) shape {
	s := make(shape, len(dims))
	for i, d := range dims {
		s[i] = dim{d, d}
	}
	return s
}

// count returns the product of all axes.
func (s shape) count() dim {
	c := dim{1, 1}
	for _, d := range s {
		c = c.times(d)
	}
	return c
}

// lengths returns the axes with the graph's own batch.
func (s shape) lengths() []int {
	dims := make([]int, len(s))
	for i, d := range s {
		dims[i] = d.n
	}
	return dims
}

// declared returns the axes as a file declares them.
func (s shape) declared(batch dim) []int {
	dims := s.lengths()
	for i, d := range s {
		switch {
		case d.open() && d == batch:
			dims[i] = openBatch
		case d.open():
			dims[i] = openOther
		}
	}
	return dims
}

var errOpenAxes = errors.New("its shape depends on an open batch along more than one axis")

// target returns what makes s of another shape in ONNX's Reshape: lengths, with 0
// for an axis that stays and -1 for one that the others leave.
func (s shape) target(to shape) ([]int64, error) {
	target := make([]int64, len(to))
	inferred := false
	for i, d := range to {
		switch {
		case !d.open():
			target[i] = int64(d.n)
		case i < len(s) && s[i] == d:
			target[i] = 0
		case inferred:
			return nil, errOpenAxes
		default:
			target[i], inferred = -1, true
		}
	}
	return target, nil
}

// shapes holds the shape of every value of a graph.
type shapes struct {
	batch dim
	of    map[*ir.Value]shape
}

// newShapes takes the graph's own shapes, and with dynamic compares them with those
// of another batch.
func newShapes(g *ir.Graph, dynamic bool) (*shapes, error) {
	s := &shapes{of: map[*ir.Value]shape{}}
	other := g
	if dynamic {
		batch, inputs, err := batchOf(g)
		if err != nil {
			return nil, err
		}
		s.batch = dim{batch, batch + 1}
		if other, err = g.Reshape(inputs); err != nil {
			return nil, fmt.Errorf("an open batch: %w", err)
		}
	}
	add := func(values, others []*ir.Value) {
		for i, v := range values {
			dims := make(shape, v.Type.Rank())
			for axis := range dims {
				dims[axis] = dim{v.Type.Shape[axis], others[i].Type.Shape[axis]}
			}
			s.of[v] = dims
		}
	}
	add(g.Inputs, other.Inputs)
	add(g.Consts, other.Consts)
	for i, n := range g.Nodes {
		add(n.Out, other.Nodes[i].Out)
	}
	return s, nil
}

// batchOf returns the first axis of the first input, and a shape of one more for
// each input whose first axis is as long.
func batchOf(g *ir.Graph) (int, map[string][]int, error) {
	batch, inputs := -1, map[string][]int{}
	for _, v := range g.Inputs {
		if v.Type.Rank() == 0 {
			continue
		}
		if batch < 0 {
			batch = v.Type.Shape[0]
		}
		if v.Type.Shape[0] == batch {
			other := slices.Clone(v.Type.Shape)
			other[0]++
			inputs[v.Name] = other
		}
	}
	if batch < 0 {
		return 0, nil, errors.New("an open batch: no input has an axis")
	}
	return batch, inputs, nil
}
