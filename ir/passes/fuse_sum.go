package passes

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// fuseSum takes a plain sum of two values into the Convolution that computes one
// of them, if nothing else uses that. Of two Convolutions the later one adds.
func fuseSum(g *ir.Graph) error {
	return rewrite(g, func(r *rewriter, n *ir.Node) {
		if !addsTwo(n) {
			return
		}
		conv, residual := r.addend(n.In[0]), n.In[1]
		if other := r.addend(n.In[1]); other != nil && (conv == nil || slices.Index(g.Nodes, other) > slices.Index(g.Nodes, conv)) {
			conv, residual = other, n.In[0]
		}
		if conv == nil {
			return
		}
		op := conv.Op.(ir.Convolution)
		op.Residual, op.ReLU = true, n.Op.(ir.Eltwise).ReLU
		r.fuse([]*ir.Node{conv, n}, conv, op, append(slices.Clone(conv.In), residual))
	})
}

// addend returns the Convolution that can add something to a value that it
// computes, or nil.
func (r *rewriter) addend(v *ir.Value) *ir.Node {
	n := r.producer(v)
	if n == nil {
		return nil
	}
	op, ok := n.Op.(ir.Convolution)
	if !ok || op.Residual || op.ReLU {
		return nil
	}
	return n
}
