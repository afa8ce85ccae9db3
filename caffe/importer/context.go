package importer

import (
	"fmt"
	"math"
	"slices"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/fill"
	"github.com/prototxt2go/prototxt2go/ir"
)

// Context is one layer being imported.
type Context struct {
	Layer *caffe.Layer
	// Phase is the layer's own phase, or else the one that is imported for.
	Phase caffe.Phase
	// Bottoms are the values that the layer reads.
	Bottoms []*ir.Value

	b        *builder
	index    int
	tops     []*ir.Value
	weights  []*ir.Value
	missing  bool
	reshaped bool
}

// UnshapedError says that the net leaves the shape of an input open and that none
// was given.
type UnshapedError struct{ Blob string }

// Error implements error.
func (e *UnshapedError) Error() string {
	return fmt.Sprintf("input %q has no shape: give one, such as %s=1x3x224x224", e.Blob, e.Blob)
}

// Filler is a filler of the prototxt, which makes a weight that no file gives.
type Filler struct {
	Type  string
	Value float32
}

// zeros is the filler of a weight that the prototxt names no filler for.
var zeros = Filler{Type: "constant"}

// Arity returns an error unless the layer has from min to max bottoms and the
// given number of tops.
func (c *Context) Arity(min, max, tops int) error {
	if n := len(c.Layer.Bottoms); n < min || n > max {
		return fmt.Errorf("type %s needs %s, has %d", c.Layer.Type, count(min, max, "bottom"), n)
	}
	if n := len(c.Layer.Tops); n != tops {
		return fmt.Errorf("type %s makes %s, the layer names %d", c.Layer.Type, count(tops, tops, "top"), n)
	}
	return nil
}

func count(min, max int, what string) string {
	if max != 1 && (min != 1 || max != math.MaxInt) {
		what += "s"
	}
	switch {
	case max == math.MaxInt:
		return fmt.Sprintf("at least %d %s", min, what)
	case min == max:
		return fmt.Sprintf("%d %s", min, what)
	}
	return fmt.Sprintf("%d to %d %s", min, max, what)
}

// Emit adds a node that makes all tops of the layer that no node made yet.
func (c *Context) Emit(op ir.Op, in ...*ir.Value) error {
	return c.EmitTops(len(c.Layer.Tops)-len(c.tops), op, in...)
}

// EmitTops adds a node that makes the next n tops of the layer.
func (c *Context) EmitTops(n int, op ir.Op, in ...*ir.Value) error {
	if left := len(c.Layer.Tops) - len(c.tops); n < 0 || n > left {
		return fmt.Errorf("type %s makes %d more tops, the layer names %d", c.Layer.Type, n, left)
	}
	var names []string
	for _, blob := range c.Layer.Tops[len(c.tops) : len(c.tops)+n] {
		names = append(names, c.b.topName(c.index, blob))
	}
	node, err := c.b.result.Graph.AddNode(c.Layer.Name, c.Layer.Pos.String(), op, in, names...)
	if err != nil {
		return err
	}
	c.tops = append(c.tops, node.Out...)
	return nil
}

// Input adds an input of the graph as the next top. A nil shape is one that the
// net leaves open: the caller's options must give it.
func (c *Context) Input(shape []int) error {
	if len(c.tops) == len(c.Layer.Tops) {
		return fmt.Errorf("type %s makes 1 more top, the layer names no more", c.Layer.Type)
	}
	name := c.Layer.Tops[len(c.tops)]
	given, ok := c.b.options.Shapes[name]
	if ok && (shape == nil || c.b.override) {
		shape = given
	}
	if shape == nil {
		return &UnshapedError{name}
	}
	v, err := c.b.result.Graph.AddInput(c.b.topName(c.index, name), ir.F32(shape...))
	if err != nil {
		return err
	}
	c.b.result.Inputs[name] = v.Name
	c.tops = append(c.tops, v)
	return nil
}

// Weight returns the layer's next blob as a constant of the given shape: from the
// layer that shares it, from the weights, or from the filler.
func (c *Context) Weight(shape []int, filler Filler) (*ir.Value, error) {
	k := len(c.weights)
	t := ir.F32(shape...)
	if err := t.Check(); err != nil {
		return nil, fmt.Errorf("blob %d: %w", k, err)
	}
	constant, err := c.constant(k, t, filler)
	if err != nil {
		return nil, fmt.Errorf("blob %d: %w", k, err)
	}
	name := fmt.Sprintf("%s/%d", c.Layer.Name, k)
	for base, n := name, 2; c.b.taken(name); n++ {
		name = fmt.Sprintf("%s#%d", base, n)
	}
	v, err := c.b.result.Graph.AddConst(name, t, constant)
	if err != nil {
		return nil, err
	}
	c.weights = append(c.weights, v)
	if share := c.param(k).Name; share != "" && c.b.shared[share] == nil {
		c.b.shared[share] = v
	}
	return v, nil
}

func (c *Context) param(k int) caffe.ParamSpec {
	if k < len(c.Layer.Params) {
		return c.Layer.Params[k]
	}
	return caffe.ParamSpec{}
}

func (c *Context) constant(k int, t ir.Type, filler Filler) (*ir.Const, error) {
	if err := c.checkBlob(k, t.Shape); err != nil {
		return nil, err
	}
	shared, err := c.sharedConst(k, t)
	if shared != nil || err != nil {
		return shared, err
	}
	return c.ownConst(k, t.Shape, filler)
}

// checkBlob returns an error if the weights have the layer, but not the blob in
// this shape.
func (c *Context) checkBlob(k int, shape []int) error {
	l := c.Layer
	switch {
	case k < len(l.Blobs) && !l.Blobs[k].Fits(shape):
		return fmt.Errorf("%s has it as %s, this net needs %s", l.Weights, caffe.ShapeString(l.Blobs[k].Shape), caffe.ShapeString(shape))
	case k < len(l.Blobs):
		c.reshaped = c.reshaped || !slices.Equal(l.Blobs[k].Shape, shape)
	case l.Weights != "":
		return fmt.Errorf("missing from %s, which has %s for this layer", l.Weights, count(len(l.Blobs), len(l.Blobs), "blob"))
	}
	return nil
}

// sharedConst returns the constant of the layer that owns a shared blob, or nil
// where the blob is this layer's own.
func (c *Context) sharedConst(k int, t ir.Type) (*ir.Const, error) {
	spec := c.param(k)
	owner := c.b.shared[spec.Name]
	if owner == nil {
		return nil, nil
	}
	permissive := spec.ShareMode == "PERMISSIVE"
	if permissive && owner.Type.Count() != t.Count() || !permissive && !owner.Type.Equal(t) {
		return nil, fmt.Errorf("shared as %q, which is %s, but this layer needs %s", spec.Name, caffe.ShapeString(owner.Type.Shape), caffe.ShapeString(t.Shape))
	}
	return owner.Const, nil
}

// ownConst returns the constant that the weights or the filler give.
func (c *Context) ownConst(k int, shape []int, filler Filler) (*ir.Const, error) {
	if l, k := c.b.blobOf(c.Layer, k); k < len(l.Blobs) {
		return &ir.Const{Source: l.Blobs[k], Origin: fmt.Sprintf("%s#%s/%d", l.Weights, l.Name, k)}, nil
	}
	l := c.Layer
	c.missing = true
	if c.b.options.Fill {
		r := fill.Deterministic(c.b.net.Name, l.Name, l.Type, k, shape)
		return &ir.Const{Source: r, Origin: fmt.Sprintf("fill#%s/%s/%d", c.b.net.Name, l.Name, k)}, nil
	}
	if filler.Type == "constant" {
		return &ir.Const{Source: ir.Splat(filler.Value)}, nil
	}
	r, err := fill.Filler(filler.Type, filler.Value, shape)
	if err != nil {
		return nil, err
	}
	return &ir.Const{Source: r, Origin: fmt.Sprintf("filler#%s/%d", l.Name, k)}, nil
}

// report adds what is to be told of the layer's weights.
func (c *Context) report(r *Result) {
	if len(c.weights) > 0 {
		r.Weights = append(r.Weights, LayerWeights{c.Layer, c.weights})
	}
	if c.missing {
		r.Missing = append(r.Missing, c.Layer.Name)
	}
	if c.reshaped {
		r.Reshaped = append(r.Reshaped, c.Layer.Name)
	}
}
