package onnx

import (
	"fmt"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerReader("Mul", func(r *reader) error { return r.pair(r.multiply) })
	registerReader("Add", func(r *reader) error { return r.pair(r.add) })
	registerReader("Sub", readSub)
	registerReader("Div", readDiv)
	registerReader("Pow", readPow)
	registerReader("Sqrt", readSqrt)
	registerReader("Sum", func(r *reader) error { return r.join(ir.EltwiseSum) })
	registerReader("Max", func(r *reader) error { return r.join(ir.EltwiseMax) })
}

func (r *reader) pair(join func(a, b *ir.Value) error) error {
	in, err := r.inputs(2, 2)
	if err != nil {
		return err
	}
	return join(in[0], in[1])
}

func (r *reader) join(op ir.EltwiseOp) error {
	in, err := r.inputs(1, maxNodes)
	if err != nil {
		return err
	}
	return r.result(ir.Eltwise{Operation: op}, in...)
}

func (r *reader) multiply(a, b *ir.Value) error {
	if a.Type.Equal(b.Type) {
		return r.result(ir.Eltwise{Operation: ir.EltwiseProd}, a, b)
	}
	x, c, axis, err := r.broadcast(a, b)
	if err != nil {
		return err
	}
	return r.result(ir.Scale{Axis: axis, Dynamic: c.Const == nil}, x, c)
}

func (r *reader) add(a, b *ir.Value) error {
	if a.Type.Equal(b.Type) {
		return r.result(ir.Eltwise{Operation: ir.EltwiseSum}, a, b)
	}
	x, c, axis, err := r.broadcast(a, b)
	if err != nil {
		return err
	}
	one, err := r.splat(1, c.Type.Shape...)
	if err != nil {
		return err
	}
	return r.result(ir.Scale{Axis: axis, Bias: true, Dynamic: c.Const == nil}, x, one, c)
}

func readSub(r *reader) error {
	in, err := r.inputs(2, 2)
	if err != nil {
		return err
	}
	negative, err := r.step(ir.Power{Power: 1, Scale: -1}, in[1])
	if err != nil {
		return err
	}
	return r.add(in[0], negative)
}

func readDiv(r *reader) error {
	in, err := r.inputs(2, 2)
	if err != nil {
		return err
	}
	inverse, err := r.step(ir.Power{Power: -1, Scale: 1}, in[1])
	if err != nil {
		return err
	}
	if err := r.multiply(in[0], inverse); err != nil {
		return err
	}
	r.quotients[r.values[r.node.out[0]]] = [2]*ir.Value{in[0], in[1]}
	return nil
}

func readPow(r *reader) error {
	if err := r.arity(2, 2); err != nil {
		return err
	}
	x, err := r.value(r.node.in[0])
	if err != nil {
		return err
	}
	exponent, err := r.number(r.node.in[1])
	if err != nil {
		return err
	}
	return r.result(ir.Power{Power: exponent, Scale: 1}, x)
}

func readSqrt(r *reader) error {
	in, err := r.inputs(1, 1)
	if err != nil {
		return err
	}
	return r.result(ir.Power{Power: 0.5, Scale: 1}, in...)
}

// broadcast returns the larger of two values, and the other one as the coefficient
// of a Scale of it.
func (r *reader) broadcast(a, b *ir.Value) (x, c *ir.Value, axis int, err error) {
	x, c = a, b
	if b.Type.Count() > a.Type.Count() || b.Type.Rank() > a.Type.Rank() {
		x, c = b, a
	}
	c, axis, err = r.coefficient(x, c)
	return x, c, axis, err
}

// coefficient returns a value that is broadcast over another as one whose axes are
// those of x from an axis on: without the axes of 1 before and behind.
func (r *reader) coefficient(x, c *ir.Value) (*ir.Value, int, error) {
	ahead := x.Type.Rank() - c.Type.Rank()
	dims := c.Type.Shape
	start, end := 0, len(dims)
	for start < end && dims[start] == 1 {
		start++
	}
	for start < end && dims[end-1] == 1 {
		end--
	}
	if start == end {
		scalar, err := r.as(c)
		return scalar, 0, err
	}
	axis := ahead + start
	if ahead < 0 || !slices.Equal(dims[start:end], x.Type.Shape[axis:ahead+end]) {
		return nil, 0, fmt.Errorf("%v is not broadcast over %v along neighbouring axes", c.Type, x.Type)
	}
	switch {
	case end-start == len(dims):
		return c, axis, nil
	case c.Const == nil && start == 0:
		// Copied axes stay right for another batch.
		c, err := r.step(ir.Reshape{Shape: make([]int, end), NumAxes: -1}, c)
		return c, axis, err
	}
	c, err := r.as(c, dims[start:end]...)
	return c, axis, err
}
