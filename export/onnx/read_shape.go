package onnx

import (
	"errors"
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	registerReader("Concat", readConcat)
	registerReader("Flatten", readFlatten)
	registerReader("Reshape", readReshape)
	registerReader("Identity", func(r *reader) error { return r.unary(ir.Split{Outputs: 1}) })
	registerReader("Cast", readCast)
	registerReader("Shape", readShape)
	registerReader("ConstantOfShape", readConstantOfShape)
}

// unary adds an op of the one input.
func (r *reader) unary(op ir.Op) error {
	in, err := r.inputs(1, 1)
	if err != nil {
		return err
	}
	return r.result(op, in...)
}

// axis returns an attribute that counts axes.
func (r *reader) axis(otherwise int64) (int, error) {
	axis, err := lengths([]int64{r.int("axis", otherwise)})
	if err != nil {
		return 0, fmt.Errorf("attribute \"axis\": %w", err)
	}
	return axis[0], nil
}

func readConcat(r *reader) error {
	in, err := r.inputs(1, maxNodes)
	if err != nil {
		return err
	}
	axis, err := r.axis(0)
	if err != nil {
		return err
	}
	return r.result(ir.Concat{Axis: axis}, in...)
}

func readFlatten(r *reader) error {
	in, err := r.inputs(1, 1)
	if err != nil {
		return err
	}
	axis, err := r.axis(1)
	if err != nil {
		return err
	}
	shape := in[0].Type.Shape
	axis = axisOf(axis, len(shape))
	switch {
	case axis < 0 || axis > len(shape):
		return fmt.Errorf("axis %d is none of %v", axis, in[0].Type)
	case axis == 1 && len(shape) > 1:
		return r.result(ir.Flatten{Axis: 1, EndAxis: -1}, in...)
	}
	return r.result(ir.Reshape{Shape: []int{-1, ir.F32(shape[axis:]...).Count()}, NumAxes: -1}, in...)
}

func readReshape(r *reader) error {
	if err := r.arity(2, 2); err != nil {
		return err
	}
	x, err := r.value(r.node.in[0])
	if err != nil {
		return err
	}
	shape, err := r.list(r.node.in[1])
	if err != nil {
		return err
	}
	return r.result(ir.Reshape{Shape: shape, NumAxes: -1}, x)
}

// readCast takes weights of float16 as they are, since all constants are read as
// float32, and makes a mask of places.
func readCast(r *reader) error {
	if err := r.arity(1, 1); err != nil {
		return err
	}
	if r.int("to", 0) != typeFloat {
		return errors.New("is read for a cast to float32 alone")
	}
	if s := r.special[r.node.in[0]]; s.kind == within {
		return r.result(ir.Split{Outputs: 1}, s.of)
	}
	v, err := r.value(r.node.in[0])
	if err == nil {
		r.values[r.node.out[0]] = v
	}
	return err
}

func readShape(r *reader) error {
	in, err := r.inputs(1, 1)
	if err == nil {
		r.special[r.node.out[0]] = special{kind: sizes, of: in[0]}
	}
	return err
}

func readConstantOfShape(r *reader) error {
	if err := r.arity(1, 1); err != nil {
		return err
	}
	s := r.special[r.node.in[0]]
	if s.kind != sizes {
		return errors.New("is read for the shape of a value alone")
	}
	r.asked["value"] = true
	constant := float32(0)
	if a, ok := r.node.attributes["value"]; ok {
		t, source, err := a.tensor.elements()
		if err != nil {
			return err
		}
		if t.Count() != 1 {
			return fmt.Errorf("attribute \"value\" must be one number, is %v", t)
		}
		one := make([]float32, 1)
		source.Read(one, 0)
		constant = one[0]
	}
	return r.result(ir.Power{Power: 1, Shift: constant}, s.of)
}
