package onnx

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerReader("GlobalMaxPool", func(r *reader) error { return r.global(ir.PoolMax) })
	registerReader("GlobalAveragePool", func(r *reader) error { return r.global(ir.PoolAve) })
	registerReader("MaxPool", readMaxPool)
	registerReader("AveragePool", readAveragePool)
	registerReader("Mod", readMod)
	registerReader("Pad", readPad)
	registerReader("Greater", readGreater)
	registerReader("Where", readWhere)
}

func (r *reader) global(method ir.PoolMethod) error {
	in, err := r.inputs(1, 1)
	if err != nil {
		return err
	}
	return r.result(ir.Pooling{Method: method, Global: true}, in...)
}

func readMaxPool(r *reader) error {
	in, err := r.inputs(1, 1)
	if err != nil {
		return err
	}
	op, err := r.pooling(ir.PoolMax, in[0])
	if err != nil {
		return err
	}
	if len(r.node.out) == 1 {
		return r.result(op, in...)
	}
	if len(r.node.out) != 2 {
		return fmt.Errorf("has %d outputs", len(r.node.out))
	}
	op.Mask = true
	n, err := r.g.AddNode(r.node.name, "", op, in, r.node.out[0], r.names.fresh(r.node.out[1]))
	if err != nil {
		return reason(err)
	}
	shape := in[0].Type.Shape
	r.values[r.node.out[0]] = n.Out[0]
	r.special[r.node.out[1]] = special{places, n.Out[1], shape[2] * shape[3]}
	return nil
}

func readAveragePool(r *reader) error {
	in, err := r.inputs(1, 1)
	if err != nil {
		return err
	}
	op, err := r.pooling(ir.PoolAve, in[0])
	if err != nil {
		return err
	}
	padded := r.int("count_include_pad", 0) != 0
	out, err := op.Infer([]ir.Type{in[0].Type})
	if err != nil {
		return err
	}
	w := windowsOf(op, in[0].Type.Shape, out[0].Shape)
	differs := padded && (w[0].clipped() || w[1].clipped()) || !padded && (w[0].pad > 0 || w[1].pad > 0)
	if !differs {
		return r.result(op, in...)
	}
	y, err := r.step(op, in...)
	if err != nil {
		return err
	}
	factor := &ir.Const{Source: ratio{windows: w, padded: padded, inverse: true}}
	c, err := r.g.AddConst(r.names.fresh(r.node.out[0]+"/divisor"), ir.F32(w[0].count, w[1].count), factor)
	if err != nil {
		return err
	}
	return r.result(ir.Scale{Axis: 2}, y, c)
}

// pooling returns the pooling with the windows that the attributes state.
func (r *reader) pooling(method ir.PoolMethod, x *ir.Value) (ir.Pooling, error) {
	op := ir.Pooling{Method: method}
	kernel, err1 := r.ints("kernel_shape", 2, 0)
	pads, err2 := r.ints("pads", 4, 0)
	strides, err3 := r.ints("strides", 2, 1)
	if err := errors.Join(err1, err2, err3); err != nil {
		return op, err
	}
	op.Kernel, op.Pad, op.Stride = kernel, pads[:2], strides
	for _, op.Round = range []ir.RoundMode{ir.RoundCeil, ir.RoundFloor} {
		out, err := op.Infer([]ir.Type{x.Type})
		if err != nil {
			return op, err
		}
		if r.counts(op, x, pads[2:], 0) == int64(out[0].Shape[2]) && r.counts(op, x, pads[2:], 1) == int64(out[0].Shape[3]) {
			return op, nil
		}
	}
	return op, fmt.Errorf("has pads %v, which make other windows of %v than Caffe has", pads, x.Type)
}

// counts returns how many windows lie along an axis with a pad behind that is
// smaller than the kernel; -1 with another, and where no window fits.
func (*reader) counts(op ir.Pooling, x *ir.Value, behind []int, axis int) int64 {
	kernel := int64(op.Kernel[axis])
	if behind[axis] < 0 || int64(behind[axis]) >= kernel {
		return -1
	}
	rest := int64(x.Type.Shape[2+axis]) + int64(op.Pad[axis]) + int64(behind[axis]) - kernel
	if rest < 0 {
		return -1
	}
	return rest/int64(op.Stride[axis]) + 1
}

// readMod makes places within the tensor those within their map.
func readMod(r *reader) error {
	if err := r.arity(2, 2); err != nil {
		return err
	}
	s := r.special[r.node.in[0]]
	side, err := r.list(r.node.in[1])
	if err != nil {
		return err
	}
	if s.kind != places || len(side) != 1 || side[0] != s.side {
		return errors.New("is read for the places of MaxPool within their map alone")
	}
	s.kind = within
	r.special[r.node.out[0]] = s
	return nil
}

// readPad adds a row or a column behind a map, both where both axes have one.
func readPad(r *reader) error {
	if err := r.arity(2, 3); err != nil {
		return err
	}
	y, err := r.value(r.node.in[0])
	if err != nil {
		return err
	}
	pads, err := r.list(r.node.in[1])
	if err != nil {
		return err
	}
	fill := float32(0)
	if len(r.node.in) > 2 {
		if fill, err = r.number(r.node.in[2]); err != nil {
			return err
		}
	}
	if y.Type.Rank() != 4 || len(pads) != 8 || slices.Max(pads[:6]) > 0 || slices.Max(pads) > 1 || slices.Min(pads) < 0 {
		return fmt.Errorf("has pads %v for %v; one row and one column behind a map are read", pads, y.Type)
	}
	for axis, pad := range pads[6:] {
		if pad == 0 {
			continue
		}
		line, err := r.step(column(ir.PoolMax, axis), y)
		if err != nil {
			return err
		}
		if line, err = r.step(ir.Power{Power: 1, Shift: fill}, line); err != nil {
			return err
		}
		if y, err = r.step(ir.Concat{Axis: 2 + axis}, y, line); err != nil {
			return err
		}
	}
	return r.result(ir.Split{Outputs: 1}, y)
}

// readGreater notes which elements are above 0.
func readGreater(r *reader) error {
	if err := r.arity(2, 2); err != nil {
		return err
	}
	x, err := r.value(r.node.in[0])
	if err != nil {
		return err
	}
	if zero, err := r.number(r.node.in[1]); err != nil || zero != 0 {
		return errors.Join(err, errors.New("is read for a comparison with 0 alone"))
	}
	r.special[r.node.out[0]] = special{kind: positive, of: x}
	return nil
}

// readWhere makes a stochastic pooling of averages of squares over averages, or 0
// where these are not positive.
func readWhere(r *reader) error {
	if err := r.arity(3, 3); err != nil {
		return err
	}
	condition := r.special[r.node.in[0]]
	quotient, err := r.value(r.node.in[1])
	if err != nil {
		return err
	}
	zero, err := r.number(r.node.in[2])
	if err != nil {
		return err
	}
	parts, ok := r.quotients[quotient]
	if !ok || condition.kind != positive || condition.of != parts[1] || zero != 0 {
		return errStochastic
	}
	squares, mean := parts[0].Def, parts[1].Def
	if squares == nil || mean == nil || !reflect.DeepEqual(squares.Op, mean.Op) {
		return errStochastic
	}
	op, ok := mean.Op.(ir.Pooling)
	square := squares.In[0].Def
	if !ok || op.Method != ir.PoolAve || square == nil || !reflect.DeepEqual(square.Op, ir.Eltwise{Operation: ir.EltwiseProd}) {
		return errStochastic
	}
	x := mean.In[0]
	if len(square.In) != 2 || square.In[0] != x || square.In[1] != x {
		return errStochastic
	}
	op.Method = ir.PoolStochastic
	return r.result(op, x)
}

var errStochastic = errors.New("is read for a stochastic pooling alone")
