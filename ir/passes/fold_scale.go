package passes

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// foldScale takes a Scale by constants into what comes before it, if nothing else
// uses that: a Convolution or InnerProduct, each output of which has one
// coefficient, by scaled weights and another bias; or another Scale of the same
// channels.
func foldScale(g *ir.Graph) error {
	return rewrite(g, func(r *rewriter, n *ir.Node) {
		op, ok := n.Op.(ir.Scale)
		if !ok || op.Dynamic || !constants(n.In[1:]) {
			return
		}
		before := r.producer(n.In[0])
		if before == nil || !constants(before.In[1:]) {
			return
		}
		switch b := before.Op.(type) {
		case ir.Convolution:
			if a, ok := perOutput(op, n, b.Axis); ok && !b.ReLU && !b.Residual {
				r.foldIntoConvolution(b, before, n, a)
			}
		case ir.InnerProduct:
			if a, ok := perOutput(op, n, before.Out[0].Type.Rank()-1); ok && !b.ReLU {
				r.foldIntoInnerProduct(b, before, n, a)
			}
		case ir.Scale:
			if a, ok := sameChannels(b, before, op, n); ok {
				r.scale([]*ir.Node{before, n}, ir.Scale{Axis: b.Axis, ReLU: op.ReLU}, a)
			}
		}
	})
}

// perOutput returns a Scale's coefficients and bias for each element along an axis,
// if the element's place there alone says which are meant. They are finite.
func perOutput(op ir.Scale, n *ir.Node, axis int) (affine, bool) {
	t := n.In[1].Type
	along := n.In[0].Type.Shape[axis]
	if t.Count() != 1 {
		first := op.Axis
		if first < 0 {
			first += n.In[0].Type.Rank()
		}
		if axis < first || axis >= first+t.Rank() || t.Count() != along {
			return affine{}, false
		}
	}
	a := operands(op, n)
	if t.Count() == 1 {
		a.factor = slices.Repeat(a.factor, along)
		if op.Bias {
			a.bias = slices.Repeat(a.bias, along)
		}
	}
	return a, a.finite()
}

// operands reads a Scale's coefficients and bias.
func operands(op ir.Scale, n *ir.Node) affine {
	a := affine{factor: elements(n.In[1])}
	if op.Bias {
		a.bias = elements(n.In[2])
	}
	return a
}

// sameChannels returns what two Scales do one after the other, if their
// coefficients are for the same channels.
func sameChannels(b ir.Scale, before *ir.Node, op ir.Scale, n *ir.Node) (affine, bool) {
	rank := n.In[0].Type.Rank()
	sameAxis := op.Axis == b.Axis || rank > 0 && (op.Axis+rank)%rank == (b.Axis+rank)%rank
	if b.Dynamic || b.ReLU || !sameAxis || !before.In[1].Type.Equal(n.In[1].Type) || n.In[1].Type.Rank() != 1 {
		return affine{}, false
	}
	a := operands(op, n).after(operands(b, before))
	return a, a.finite()
}

// foldIntoConvolution puts one node in the place of a Convolution and the Scale n
// behind it.
func (r *rewriter) foldIntoConvolution(op ir.Convolution, conv, n *ir.Node, a affine) {
	w := conv.In[1].Type
	in := r.foldedOperands(conv, a, w.Count()/w.Shape[0])
	op.Bias, op.ReLU = len(in) > 2, n.Op.(ir.Scale).ReLU
	r.fuse([]*ir.Node{conv, n}, conv, op, in)
}

// foldIntoInnerProduct puts one node in the place of an InnerProduct and the Scale
// n behind it.
func (r *rewriter) foldIntoInnerProduct(op ir.InnerProduct, product, n *ir.Node, a affine) {
	row := product.In[1].Type.Shape[1]
	if op.Transpose {
		row = 1
	}
	in := r.foldedOperands(product, a, row)
	op.Bias, op.ReLU = len(in) > 2, n.Op.(ir.Scale).ReLU
	r.fuse([]*ir.Node{product, n}, product, op, in)
}

// foldedOperands returns the inputs of a product that is followed by a: the same x,
// scaled weights with row elements an output, and a bias if there is any.
func (r *rewriter) foldedOperands(product *ir.Node, a affine, row int) []*ir.Value {
	w := product.In[1]
	in := []*ir.Value{product.In[0], r.derive(w, w.Type, w.Const.Times(row, a.factor))}
	switch {
	case len(product.In) > 2:
		bias := product.In[2]
		folded := a.after(affine{factor: a.factor, bias: elements(bias)}).bias
		return append(in, r.derive(bias, bias.Type, &ir.Const{Source: ir.Literal64(folded)}))
	case a.bias != nil:
		return append(in, r.vector(product.Name+"/bias", a.bias))
	}
	return in
}

// scale puts a Scale of what the first node takes in the place of nodes.
func (r *rewriter) scale(nodes []*ir.Node, op ir.Scale, a affine) {
	first := nodes[0]
	in := []*ir.Value{first.In[0], r.vector(first.Name+"/factor", a.factor)}
	if a.bias != nil {
		op.Bias, in = true, append(in, r.vector(first.Name+"/bias", a.bias))
	}
	r.fuse(nodes, first, op, in)
}
