package passes

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

// scaleBatchNorm makes a Scale of each BatchNorm with stored statistics, which is
// x·k - mean·k with k = 1/sqrt(variance + Eps), in float64. Those that this has no
// finite numbers for stay, as do those with the statistics of the batch.
func scaleBatchNorm(g *ir.Graph) error {
	return rewrite(g, func(r *rewriter, n *ir.Node) {
		op, ok := n.Op.(ir.BatchNorm)
		if !ok || !op.UseGlobalStats || !constants(n.In[1:]) {
			return
		}
		if a := affineOf(op, n); a.finite() {
			r.scale([]*ir.Node{n}, ir.Scale{Axis: min(1, n.In[0].Type.Rank()-1)}, a)
		}
	})
}

// affine is y = factor·x + bias for each channel. There may be no bias.
type affine struct{ factor, bias []float64 }

// affineOf returns what a BatchNorm with stored statistics does. As in Caffe, they
// are divided by the stored factor, and 0 if that is 0.
func affineOf(op ir.BatchNorm, n *ir.Node) affine {
	mean, variance := elements(n.In[1]), elements(n.In[2])
	s := 0.0
	if factor := elements(n.In[3])[0]; factor != 0 {
		s = 1 / factor
	}
	a := affine{make([]float64, len(mean)), make([]float64, len(mean))}
	for i := range mean {
		k := 1 / math.Sqrt(variance[i]*s+float64(op.Eps))
		a.factor[i], a.bias[i] = k, -mean[i]*s*k
	}
	return a
}

// elements reads a constant.
func elements(v *ir.Value) []float64 {
	e := make([]float64, v.Type.Count())
	v.Const.Read64(e, 0)
	return e
}

// finite reports whether all numbers are: others would make a NaN of a 0.
func (a affine) finite() bool {
	for _, list := range [][]float64{a.factor, a.bias} {
		for _, f := range list {
			if math.IsNaN(f) || math.IsInf(f, 0) {
				return false
			}
		}
	}
	return true
}

// after returns a of b.
func (a affine) after(b affine) affine {
	c := affine{factor: make([]float64, len(a.factor))}
	for i, f := range a.factor {
		c.factor[i] = f * b.factor[i]
	}
	if a.bias != nil || b.bias != nil {
		c.bias = make([]float64, len(a.factor))
	}
	for i := range c.bias {
		if b.bias != nil {
			c.bias[i] = b.bias[i] * a.factor[i]
		}
		if a.bias != nil {
			c.bias[i] += a.bias[i]
		}
	}
	return c
}
