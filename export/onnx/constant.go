package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// rawFloats is a source over little-endian float32.
type rawFloats []byte

// Read implements ir.Source.
func (r rawFloats) Read(dst []float32, offset int) {
	raw := r[4*offset:]
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
}

// rawHalves is a source over little-endian float16.
type rawHalves []byte

// Read implements ir.Source.
func (r rawHalves) Read(dst []float32, offset int) {
	raw := r[2*offset:]
	for i := range dst {
		dst[i] = fromHalf(binary.LittleEndian.Uint16(raw[2*i:]))
	}
}

// elements checks a tensor and returns what it has as a constant of float32.
func (t *tensorFile) elements() (ir.Type, ir.Source, error) {
	size := map[int64]int{typeFloat: 4, typeFloat16: 2}[t.kind]
	if size == 0 {
		return ir.Type{}, nil, fmt.Errorf("constant %q has elements of type %d; there are float (%d) and float16 (%d)", t.name, t.kind, typeFloat, typeFloat16)
	}
	dims, err := lengths(t.dims)
	if err != nil {
		return ir.Type{}, nil, fmt.Errorf("constant %q: %w", t.name, err)
	}
	out := ir.F32(dims...)
	if err := out.Check(); err != nil {
		return out, nil, fmt.Errorf("constant %q: %w", t.name, err)
	}
	if len(t.raw)%size != 0 || len(t.raw)/size != out.Count() {
		return out, nil, fmt.Errorf("constant %q of type %v has %d bytes of elements", t.name, out, len(t.raw))
	}
	if t.kind == typeFloat16 {
		return out, rawHalves(t.raw), nil
	}
	return out, rawFloats(t.raw), nil
}

// int64s returns the elements of a tensor of int64 with at most one axis.
func (t *tensorFile) int64s() ([]int64, error) {
	count := int64(1)
	if len(t.dims) > 0 {
		count = t.dims[0]
	}
	if t.kind != typeInt64 || len(t.dims) > 1 || int64(len(t.raw)) != 8*count || count > ir.MaxAxes*2 {
		return nil, fmt.Errorf("constant %q is no list of int64", t.name)
	}
	list := make([]int64, count)
	for i := range list {
		list[i] = int64(binary.LittleEndian.Uint64(t.raw[8*i:]))
	}
	return list, nil
}

// lengths returns integers of a file as those of shapes and attributes, which are
// within ±MaxCount.
func lengths(list []int64) ([]int, error) {
	ints := make([]int, len(list))
	for i, x := range list {
		if x < -ir.MaxCount || x > ir.MaxCount {
			return nil, fmt.Errorf("%d: %w", x, ir.ErrTooLarge)
		}
		ints[i] = int(x)
	}
	return ints, nil
}

// constant returns the value of a constant of the file in the graph.
func (r *reader) constant(t *tensorFile) (*ir.Value, error) {
	of, source, err := t.elements()
	if err != nil {
		return nil, err
	}
	v, err := r.g.AddConst(t.name, of, &ir.Const{Source: source})
	if err == nil {
		r.values[t.name] = v
	}
	return v, err
}

// number returns the one element of a constant.
func (r *reader) number(name string) (float32, error) {
	t := r.tensors[name]
	if t == nil {
		return 0, fmt.Errorf("input %q is no constant", name)
	}
	of, source, err := t.elements()
	if err != nil {
		return 0, err
	}
	if of.Count() != 1 {
		return 0, fmt.Errorf("constant %q must be one number, is %v", name, of)
	}
	one := make([]float32, 1)
	source.Read(one, 0)
	return one[0], nil
}

// list returns a constant of integers.
func (r *reader) list(name string) ([]int, error) {
	t := r.tensors[name]
	if t == nil {
		return nil, fmt.Errorf("input %q is no constant", name)
	}
	list, err := t.int64s()
	if err != nil {
		return nil, err
	}
	return lengths(list)
}

// as returns a value in another shape of as many elements.
func (r *reader) as(v *ir.Value, shape ...int) (*ir.Value, error) {
	switch {
	case slices.Equal(v.Type.Shape, shape):
		return v, nil
	case v.Const != nil:
		return r.g.AddConst(r.names.fresh(v.Name), ir.F32(shape...), v.Const)
	}
	return r.step(ir.Reshape{Shape: shape, NumAxes: -1}, v)
}

// splat adds a constant of equal elements.
func (r *reader) splat(f float32, shape ...int) (*ir.Value, error) {
	return r.g.AddConst(r.names.fresh(r.node.out[0]+"/constant"), ir.F32(shape...), &ir.Const{Source: ir.Splat(f)})
}
