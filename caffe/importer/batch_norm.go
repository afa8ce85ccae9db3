package importer

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register("BatchNorm", importBatchNorm) }

func importBatchNorm(c *Context) error {
	var p struct {
		UseGlobalStats *bool
		Eps            float32
	}
	if err := c.Layer.Decode("batch_norm_param", &p); err != nil {
		return err
	}
	if err := c.Arity(1, 1, 1); err != nil {
		return err
	}
	x := c.Bottoms[0]
	if x.Type.Rank() == 0 {
		return fmt.Errorf("bottom %q has no channel axis", c.Layer.Bottoms[0])
	}
	op := ir.BatchNorm{Eps: p.Eps, UseGlobalStats: c.Phase == caffe.Test}
	if p.UseGlobalStats != nil {
		op.UseGlobalStats = *p.UseGlobalStats
	}
	channels := x.Type.Shape[min(1, x.Type.Rank()-1)]
	in := []*ir.Value{x}
	for _, shape := range [][]int{{channels}, {channels}, {1}} {
		w, err := c.Weight(shape, zeros)
		if err != nil {
			return err
		}
		in = append(in, w)
	}
	return c.Emit(op, in...)
}
