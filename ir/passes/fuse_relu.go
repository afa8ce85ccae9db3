package passes

import "github.com/prototxt2go/prototxt2go/ir"

// fuseReLU takes a ReLU without a slope into the node that computes its input, if
// nothing else uses that and its op has a field for it.
func fuseReLU(g *ir.Graph) error {
	return rewrite(g, func(r *rewriter, n *ir.Node) {
		if n.Op != (ir.ReLU{}) {
			return
		}
		before := r.producer(n.In[0])
		if before == nil {
			return
		}
		if op := rectified(before.Op); op != nil {
			r.fuse([]*ir.Node{before, n}, before, op, before.In)
		}
	})
}

// rectified returns an op with a ReLU behind it, or nil if it has none to give.
func rectified(op ir.Op) ir.Op {
	switch op := op.(type) {
	case ir.Convolution:
		op.ReLU = true
		return op
	case ir.InnerProduct:
		op.ReLU = true
		return op
	case ir.Scale:
		op.ReLU = true
		return op
	case ir.Axpy:
		op.ReLU = true
		return op
	case ir.Eltwise:
		op.ReLU = true
		return op
	case ir.SqueezeExcite:
		op.ReLU = true
		return op
	}
	return nil
}
