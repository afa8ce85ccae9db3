package importer

import (
	"errors"
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("Pooling", importPooling) }

// poolingParameter is pooling_param, with the ceil_mode of many forks.
type poolingParameter struct {
	Pool             string
	GlobalPooling    bool
	KernelSize       *int
	KernelH, KernelW *int
	Pad              *int
	PadH, PadW       *int
	Stride           *int
	StrideH, StrideW *int
	RoundMode        string
	CeilMode         *bool
}

func importPooling(c *Context) error {
	var p poolingParameter
	if err := c.Layer.Decode("pooling_param", &p); err != nil {
		return err
	}
	mask := len(c.Layer.Tops) == 2
	tops := 1
	if mask {
		tops = 2
	}
	if err := c.Arity(1, 1, tops); err != nil {
		return err
	}
	op, err := p.op()
	if err != nil {
		return err
	}
	op.Mask = mask
	return c.Emit(op, c.Bottoms...)
}

func (p *poolingParameter) op() (ir.Pooling, error) {
	op := ir.Pooling{Global: p.GlobalPooling}
	if err := op.Method.UnmarshalText([]byte(p.Pool)); err != nil {
		return op, fmt.Errorf("pool: %w", err)
	}
	if err := op.Round.UnmarshalText([]byte(p.RoundMode)); err != nil {
		return op, fmt.Errorf("round_mode: %w", err)
	}
	if p.CeilMode != nil && !*p.CeilMode {
		op.Round = ir.RoundFloor
	}
	if p.GlobalPooling {
		return op, p.checkGlobal()
	}
	var err error
	if op.Kernel, err = perAxis("kernel", 2, listOf(p.KernelSize), p.KernelH, p.KernelW, 0); err != nil {
		return op, err
	}
	if op.Pad, err = perAxis("pad", 2, listOf(p.Pad), p.PadH, p.PadW, 0); err != nil {
		return op, err
	}
	op.Stride, err = perAxis("stride", 2, listOf(p.Stride), p.StrideH, p.StrideW, 1)
	return op, err
}

// checkGlobal refuses what Caffe refuses: a global pooling's kernel is the map,
// its pad 0 and its stride 1.
func (p *poolingParameter) checkGlobal() error {
	if p.KernelSize != nil || p.KernelH != nil || p.KernelW != nil {
		return errors.New("global_pooling takes no kernel: it is the whole map")
	}
	for _, pad := range []*int{p.Pad, p.PadH, p.PadW} {
		if valueOf(pad) != 0 {
			return errors.New("global_pooling takes no pad")
		}
	}
	for _, stride := range []*int{p.Stride, p.StrideH, p.StrideW} {
		if stride != nil && *stride != 1 {
			return errors.New("global_pooling takes no stride")
		}
	}
	return nil
}

func listOf(p *int) []int {
	if p == nil {
		return nil
	}
	return []int{*p}
}
