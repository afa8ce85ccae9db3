package reference

import (
	"context"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// A run is the state of one Run. It belongs to one goroutine.
type run struct {
	ctx       context.Context
	threads   int
	inputs    map[string]*tensor.Tensor
	constants constantSet
	wanted    map[*ir.Value]bool
	arena     arena
	// buffers holds the values that are alive.
	buffers map[*ir.Value]*buffer
	// uses counts, for each value, the inputs of nodes yet to run that it is.
	uses map[*ir.Value]int
	// results has the wanted values so far.
	results map[string]*tensor.Tensor
}

func (e *Executor) start(ctx context.Context, inputs map[string]*tensor.Tensor, wanted map[*ir.Value]bool) *run {
	r := &run{
		ctx: ctx, threads: e.threads(), inputs: inputs, constants: e.constants, wanted: wanted,
		buffers: map[*ir.Value]*buffer{}, uses: map[*ir.Value]int{}, results: map[string]*tensor.Tensor{},
	}
	for _, n := range e.graph.Nodes {
		for _, v := range n.In {
			r.uses[v]++
		}
	}
	return r
}

// compute runs one node, keeps the outputs that are wanted, and ends the values
// that it was the last to need.
func (r *run) compute(n *ir.Node, f function) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	c := &call{ctx: r.ctx, threads: r.threads, node: n, arena: &r.arena, outs: make([]*buffer, len(n.Out))}
	for _, v := range n.In {
		c.in = append(c.in, r.load(v))
	}
	if empty(n) {
		for i := range n.Out {
			c.out(i)
		}
	} else if err := f(n.Op, c); err != nil {
		return err
	}
	for i, v := range n.Out {
		r.hold(v, c.outs[i])
		r.keep(v, c.outs[i])
	}
	for i, v := range n.In {
		r.uses[v]--
		if !slices.Contains(n.In[i+1:], v) {
			r.release(v)
		}
	}
	for _, v := range n.Out {
		r.release(v)
	}
	return nil
}

// empty reports whether a node has nothing to compute, as with a batch of 0.
func empty(n *ir.Node) bool {
	return !slices.ContainsFunc(n.Out, func(v *ir.Value) bool { return v.Type.Count() > 0 })
}

// load returns the buffer of a value that has been computed, or is an input or a
// constant.
func (r *run) load(v *ir.Value) *buffer {
	if r.buffers[v] == nil {
		r.hold(v, r.given(v))
	}
	return r.buffers[v]
}

// given returns the elements of an input or a constant.
func (r *run) given(v *ir.Value) *buffer {
	if v.Const != nil {
		return r.constants.read(v)
	}
	return &buffer{given: r.inputs[v.Name].Data}
}

func (r *run) hold(v *ir.Value, b *buffer) {
	b.users++
	r.buffers[v] = b
}

// keep makes a result of a value if it is wanted.
func (r *run) keep(v *ir.Value, b *buffer) {
	if r.wanted[v] {
		r.results[v.Name] = &tensor.Tensor{Shape: slices.Clone(v.Type.Shape), Data: b.rounded()}
	}
}

// release ends a value that no node needs any more.
func (r *run) release(v *ir.Value) {
	if r.uses[v] > 0 {
		return
	}
	b := r.buffers[v]
	delete(r.buffers, v)
	b.users--
	if b.users == 0 && b.data != nil {
		r.arena.give(b.data)
	}
}

// finish adds the inputs and constants that are wanted to the results, and
// returns them.
func (r *run) finish() map[string]*tensor.Tensor {
	for v := range r.wanted {
		if v.Def == nil {
			r.keep(v, r.load(v))
		}
	}
	return r.results
}
