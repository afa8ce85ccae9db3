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
	constants map[*ir.Value]*constant
	arena     arena
	// buffers holds the values that are alive.
	buffers map[*ir.Value]*buffer
	// uses counts, for each value, the inputs of nodes yet to run that it is,
	// and one more if it is to be returned.
	uses map[*ir.Value]int
}

func (e *Executor) start(ctx context.Context, inputs map[string]*tensor.Tensor, wanted []*ir.Value) *run {
	r := &run{
		ctx: ctx, threads: e.threads(), constants: e.constants,
		buffers: map[*ir.Value]*buffer{}, uses: map[*ir.Value]int{},
	}
	for _, n := range e.graph.Nodes {
		for _, v := range n.In {
			r.uses[v]++
		}
	}
	for _, v := range wanted {
		r.uses[v]++
	}
	for _, v := range e.graph.Inputs {
		r.hold(v, &buffer{data: inputs[v.Name].Data, borrowed: true})
	}
	return r
}

// compute runs one node and ends the values that it was the last to need.
func (r *run) compute(n *ir.Node, f function) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	c := &call{ctx: r.ctx, threads: r.threads, node: n, arena: &r.arena, outs: make([]*buffer, len(n.Out))}
	for i, v := range n.In {
		b := r.load(v)
		if i == 0 {
			c.shared = b
		}
		c.in = append(c.in, &tensor.Tensor{Shape: v.Type.Shape, Data: b.data})
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

// load returns the buffer of a value that has been computed or is constant.
func (r *run) load(v *ir.Value) *buffer {
	if c := r.constants[v]; c != nil && r.buffers[v] == nil {
		r.hold(v, &buffer{data: c.read(), borrowed: true})
	}
	return r.buffers[v]
}

func (r *run) hold(v *ir.Value, b *buffer) {
	b.users++
	r.buffers[v] = b
}

// release ends a value that nobody needs any more.
func (r *run) release(v *ir.Value) {
	if r.uses[v] > 0 {
		return
	}
	b := r.buffers[v]
	delete(r.buffers, v)
	b.users--
	if b.users == 0 {
		r.arena.give(b)
	}
}

// results returns the wanted values, each in memory of its own: a buffer is given
// away to the first value in it, and copied for others.
func (r *run) results(wanted []*ir.Value) map[string]*tensor.Tensor {
	results := map[string]*tensor.Tensor{}
	for _, v := range wanted {
		b := r.load(v)
		data := b.data
		if b.borrowed || cap(data) > len(data) {
			data = make([]float32, len(b.data))
			copy(data, b.data)
		}
		b.borrowed = true
		results[v.Name] = &tensor.Tensor{Shape: slices.Clone(v.Type.Shape), Data: data}
	}
	return results
}
