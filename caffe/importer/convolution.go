package importer

import (
	"fmt"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("Convolution", importConvolution) }

// convolutionParameter is convolution_param, with the four pads of one fork.
type convolutionParameter struct {
	NumOutput        int
	BiasTerm         bool
	Group            int
	Axis             int
	KernelSize       []int
	KernelH, KernelW *int
	Pad              []int
	PadH, PadW       *int
	Stride           []int
	StrideH, StrideW *int
	Dilation         []int
	WeightFiller     Filler
	BiasFiller       Filler
	PadL, PadR       *int
	PadT, PadB       *int
}

// importConvolution makes a node of each bottom, all with the same weights.
func importConvolution(c *Context) error {
	var p convolutionParameter
	if err := c.Layer.Decode("convolution_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, max(len(c.Layer.Bottoms), 1), max(len(c.Layer.Bottoms), 1)); err != nil {
		return err
	}
	op, err := p.op(c.Bottoms[0].Type)
	if err != nil {
		return err
	}
	weights, err := p.weights(c, op)
	if err != nil {
		return err
	}
	for _, bottom := range c.Bottoms {
		if err := c.EmitTops(1, op, append([]*ir.Value{bottom}, weights...)...); err != nil {
			return err
		}
	}
	return nil
}

// op returns the op for a bottom of that type.
func (p *convolutionParameter) op(bottom ir.Type) (ir.Convolution, error) {
	op := ir.Convolution{Axis: p.Axis, Group: p.Group, Bias: p.BiasTerm}
	if op.Axis < 0 {
		op.Axis += bottom.Rank()
	}
	spatial := bottom.Rank() - op.Axis - 1
	if op.Axis < 0 || spatial < 0 {
		return op, fmt.Errorf("axis %d is not among the axes of %v", p.Axis, bottom)
	}
	if p.NumOutput < 1 {
		return op, fmt.Errorf("num_output must be positive, have %d", p.NumOutput)
	}
	if p.Group < 1 || p.NumOutput%p.Group != 0 {
		return op, fmt.Errorf("group %d does not divide num_output %d", p.Group, p.NumOutput)
	}
	if err := p.setForkPads(); err != nil {
		return op, err
	}
	var err error
	if op.Kernel, err = perAxis("kernel", spatial, p.KernelSize, p.KernelH, p.KernelW, 0); err != nil {
		return op, err
	}
	if op.Pad, err = perAxis("pad", spatial, p.Pad, p.PadH, p.PadW, 0); err != nil {
		return op, err
	}
	if op.Stride, err = perAxis("stride", spatial, p.Stride, p.StrideH, p.StrideW, 1); err != nil {
		return op, err
	}
	op.Dilation, err = perAxis("dilation", spatial, p.Dilation, nil, nil, 1)
	return op, err
}

// setForkPads takes over pad_l, pad_r, pad_t and pad_b where they say what Caffe
// can: the same on both sides.
func (p *convolutionParameter) setForkPads() error {
	if p.PadL == nil && p.PadR == nil && p.PadT == nil && p.PadB == nil {
		return nil
	}
	l, r, t, b := valueOf(p.PadL), valueOf(p.PadR), valueOf(p.PadT), valueOf(p.PadB)
	if l != r || t != b {
		return fmt.Errorf("pads that differ between the sides are not supported: pad_l %d, pad_r %d, pad_t %d, pad_b %d", l, r, t, b)
	}
	p.Pad, p.PadH, p.PadW = nil, &t, &l
	return nil
}

func valueOf(p *int) int {
	if p == nil {
		return 0
	}
	return *p
}

// perAxis returns an entry for each spatial axis. As in Caffe, the prototxt gives
// it once, once for each axis, or for two axes as _h and _w, of which a pad alone
// may lack one. A kernel must be given.
func perAxis(name string, spatial int, list []int, h, w *int, otherwise int) ([]int, error) {
	if h != nil || w != nil {
		if spatial != 2 {
			return nil, fmt.Errorf("%s_h and %s_w are for 2 spatial axes, not for %d", name, name, spatial)
		}
		if len(list) > 0 {
			return nil, fmt.Errorf("%s is given both once and as %s_h, %s_w", name, name, name)
		}
		if name != "pad" && (h == nil || w == nil) {
			return nil, fmt.Errorf("%s_h and %s_w must both be given", name, name)
		}
		values := []int{otherwise, otherwise}
		if h != nil {
			values[0] = *h
		}
		if w != nil {
			values[1] = *w
		}
		return values, nil
	}
	switch len(list) {
	case 0:
		if name == "kernel" && spatial > 0 {
			return nil, fmt.Errorf("kernel_size is missing")
		}
		return slices.Repeat([]int{otherwise}, spatial), nil
	case 1:
		return slices.Repeat(list, spatial), nil
	case spatial:
		return list, nil
	}
	return nil, fmt.Errorf("%s has %d entries for %d spatial axes", name, len(list), spatial)
}

// weights returns the constants of the filters and, with bias_term, the bias.
func (p *convolutionParameter) weights(c *Context, op ir.Convolution) ([]*ir.Value, error) {
	channels := c.Bottoms[0].Type.Shape[op.Axis]
	if channels%op.Group != 0 {
		return nil, fmt.Errorf("group %d does not divide the %d channels of bottom %q", op.Group, channels, c.Layer.Bottoms[0])
	}
	shape := append([]int{p.NumOutput, channels / op.Group}, op.Kernel...)
	w, err := c.Weight(shape, p.WeightFiller)
	if err != nil || !p.BiasTerm {
		return []*ir.Value{w}, err
	}
	bias, err := c.Weight([]int{p.NumOutput}, p.BiasFiller)
	return []*ir.Value{w, bias}, err
}
