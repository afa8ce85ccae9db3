package onnx

import (
	"errors"
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	register("MaxPool or GlobalMaxPool, with Mod and Cast for the mask; AveragePool or GlobalAveragePool, with Mul "+
		"where a window reaches beyond the padding; STOCHASTIC as AveragePool of squares, Div, Greater, Where; "+
		"Pad behind where the last window lies outside of the map", pooling)
}

func pooling(op ir.Pooling, l *layer) error {
	if s := l.b.shapes.of[l.n.In[0]]; s[2].open() || s[3].open() {
		return errors.New("pools a map whose size hangs on the open batch")
	}
	p := pool{layer: l, all: windowsOf(op, l.n.In[0].Type.Shape, l.n.Out[0].Type.Shape), global: op.Global}
	p.inside = p.all
	for i, w := range p.all {
		if w.outside() {
			p.inside[i].count--
		}
	}
	switch op.Method {
	case ir.PoolMax:
		p.max(op.Mask)
	case ir.PoolAve:
		p.give(p.average())
	case ir.PoolStochastic:
		p.give(p.stochastic())
	}
	return nil
}

// A pool is a pooling while it is written.
type pool struct {
	*layer
	// all are the windows along both axes; inside are those without a last one that
	// lies outside of the map.
	all, inside [2]windows
	global      bool
}

// outside reports whether there is a window outside of the map.
func (p pool) outside() bool { return p.all != p.inside }

// to returns the shape of the result for the windows inside.
func (p pool) to() shape {
	out := p.out(0)
	return append(shape{out[0], out[1]}, fixed(p.inside[0].count, p.inside[1].count)...)
}

// label returns "" where a step is the last one, else the given label.
func (p pool) label(last bool, label string) string {
	if last {
		return ""
	}
	return label
}

// pair returns a number of each axis.
func (p pool) pair(f func(w windows) int) []int { return []int{f(p.inside[0]), f(p.inside[1])} }

// attributes returns those that max and average have in common.
func (p pool) attributes() []attribute {
	before, behind := p.pair(func(w windows) int { return w.pad }), p.pair(windows.behind)
	return []attribute{
		intsAttribute("kernel_shape", p.pair(func(w windows) int { return w.kernel })...),
		intsAttribute("pads", append(before, behind...)...),
		intsAttribute("strides", p.pair(func(w windows) int { return w.stride })...),
	}
}

// padded adds the windows outside of the map to a result.
func (p pool) padded(label string, y *value, fill float32) *value {
	if !p.outside() {
		return y
	}
	pads := make([]int64, 8)
	for i := range p.all {
		pads[6+i] = int64(p.all[i].count - p.inside[i].count)
	}
	return p.step("Pad", label, p.out(0), []*value{y, p.ints(label+"/pads", pads), p.scalar(label+"/value", fill)})
}

// max gives the maxima and, with mask, their places. As in Caffe, the maximum of
// nothing is -FLT_MAX and its place is -1.
func (p pool) max(mask bool) {
	x, to := p.in(0), p.to()
	if p.global && !mask {
		p.give(p.step("GlobalMaxPool", "", to, []*value{x}))
		return
	}
	shapes := []shape{to}
	if mask {
		shapes = append(shapes, to)
	}
	y := p.stepOf("MaxPool", "", shapes, []*value{x}, p.attributes()...)
	p.give(p.padded("outside", y[0], -math.MaxFloat32))
	if !mask {
		return
	}
	// ONNX's index is that within the whole tensor.
	within := p.step("Mod", "within", to, []*value{y[1], p.int("map", p.all[0].side*p.all[1].side)})
	index := p.step("Cast", "mask", to, []*value{within}, intAttribute("to", typeFloat))
	p.give(p.padded("mask/outside", index, -1))
}

// average returns the averages as Caffe has them. ONNX either divides by the
// elements of the map in a window, which is the same without padding, or by the
// whole kernel. As in Caffe, the average of nothing is 0 over what it counts.
func (p pool) average() *value {
	x, to := p.in(0), p.to()
	h, w := p.all[0], p.all[1]
	padded := h.pad > 0 || w.pad > 0
	counted := padded && (h.clipped() || w.clipped()) || p.outside()
	if p.global {
		return p.step("GlobalAveragePool", "", to, []*value{x})
	}
	attributes := p.attributes()
	if padded {
		attributes = append(attributes, intAttribute("count_include_pad", 1))
	}
	y := p.step("AveragePool", p.label(!counted, "average"), to, []*value{x}, attributes...)
	if !counted {
		return y
	}
	y = p.padded("outside", y, 0)
	factor := p.floats("divisor", ratio{windows: p.all, padded: padded}, h.count, w.count)
	return p.step("Mul", "", p.out(0), []*value{y, factor})
}

// stochastic divides the averages of squares by the averages, whose divisors
// cancel; as in Caffe, a sum that is not positive gives 0.
func (p pool) stochastic() *value {
	x, to := p.in(0), p.to()
	average := func(label string, x *value) *value {
		if p.global {
			return p.step("GlobalAveragePool", label, to, []*value{x})
		}
		return p.step("AveragePool", label, to, []*value{x}, p.attributes()...)
	}
	mean := average("mean", x)
	squares := average("squares", p.step("Mul", "square", x.shape, []*value{x, x}))
	zero := p.scalar("zero", 0)
	quotient := p.step("Div", "quotient", to, []*value{squares, mean})
	positive := p.step("Greater", "positive", to, []*value{mean, zero})
	y := p.step("Where", "", to, []*value{positive, quotient, zero})
	return p.padded("outside", y, 0)
}
