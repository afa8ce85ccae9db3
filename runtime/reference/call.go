package reference

import (
	"context"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// A call is one evaluation of one node: its inputs, and where its outputs go.
type call struct {
	ctx     context.Context
	threads int
	node    *ir.Node
	// in holds the inputs in the node's order. They are not to be written.
	in    []*tensor.Tensor
	arena *arena
	// outs has a buffer for each output once out or share has been called.
	outs []*buffer
	// shared is the buffer of the first input.
	shared *buffer
}

// outShape returns the shape of an output.
func (c *call) outShape(i int) []int { return c.node.Out[i].Type.Shape }

// out returns the elements of an output, to be written. They hold anything.
func (c *call) out(i int) []float32 {
	c.outs[i] = c.arena.take(c.node.Out[i].Type.Count())
	return c.outs[i].data
}

// share lets an output have the very elements of the first input.
func (c *call) share(i int) { c.outs[i] = c.shared }

// scratch returns n elements that hold anything, and what ends their use.
func (c *call) scratch(n int) (data []float32, done func()) {
	b := c.arena.take(n)
	return b.data, func() { c.arena.give(b) }
}

// elementwise makes output 0 from input 0 with f, which gets matching parts of
// both.
func (c *call) elementwise(f func(y, x []float32)) error {
	x, y := c.in[0].Data, c.out(0)
	return c.spans(len(x), func(lo, hi int) { f(y[lo:hi], x[lo:hi]) })
}
