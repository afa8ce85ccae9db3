package reference

import (
	"context"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A call is one evaluation of one node: its inputs, and where its outputs go.
type call struct {
	ctx     context.Context
	threads int
	node    *ir.Node
	arena   *arena
	// in holds the inputs in the node's order.
	in []*buffer
	// outs has a buffer for each output once out or share has been called.
	outs []*buffer
}

// shape returns the shape of an input.
func (c *call) shape(i int) []int { return c.node.In[i].Type.Shape }

// outShape returns the shape of an output.
func (c *call) outShape(i int) []int { return c.node.Out[i].Type.Shape }

// data returns the elements of an input, which are not to be written.
func (c *call) data(i int) []float64 { return c.in[i].wide(c.arena) }

// allData returns the elements of all inputs, which are not to be written.
func (c *call) allData() [][]float64 {
	all := make([][]float64, len(c.in))
	for i := range all {
		all[i] = c.data(i)
	}
	return all
}

// elements returns the elements of an input for a product, which takes constants
// as they are kept.
func (c *call) elements(i int) elements { return c.in[i].elements() }

// out returns the elements of an output, to be written. They hold anything.
func (c *call) out(i int) []float64 {
	c.outs[i] = &buffer{data: c.arena.take(c.node.Out[i].Type.Count())}
	return c.outs[i].data
}

// share lets an output have the very elements of the first input.
func (c *call) share(i int) { c.outs[i] = c.in[0] }

// scratch returns n elements that hold anything, and what ends their use.
func (c *call) scratch(n int) (data []float64, done func()) {
	data = c.arena.take(n)
	return data, func() { c.arena.give(data) }
}

// elementwise makes output 0 from input 0 with f, which gets matching parts of
// both.
func (c *call) elementwise(f func(y, x []float64)) error {
	x, y := c.data(0), c.out(0)
	return c.spans(len(x), func(lo, hi int) { f(y[lo:hi], x[lo:hi]) })
}
