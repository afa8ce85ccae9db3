package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

func init() {
	registerLowering(ir.InnerProduct{}, lowering{takes: takesInnerProduct, lower: lowerInnerProduct})
}

// takesInnerProduct reports whether a node multiplies whole images.
func takesInnerProduct(n *ir.Node) bool {
	op := n.Op.(ir.InnerProduct)
	return op.Axis == 1 && !op.Transpose && n.In[1].Const != nil && (!op.Bias || n.In[2].Const != nil) &&
		isMaps(n.In[0], n.Out[0])
}

// lowerInnerProduct makes it a convolution over images for pixels.
func lowerInnerProduct(l *lowerer, n *ir.Node) error {
	op := n.Op.(ir.InnerProduct)
	var bias *ir.Value
	if op.Bias {
		bias = n.In[2]
	}
	in := l.as(n.In[0], blocked)
	out := l.blockedOutput(n.Out[0])
	s, err := l.product("product", in, n.In[1], bias, out, op.ReLU)
	if err != nil {
		return err
	}
	l.add(s, []*view{in}, out)
	return nil
}

// product returns the step that multiplies each image of in, all its elements, with
// the rows of a constant.
func (l *lowerer) product(name string, in *view, w, bias *ir.Value, out *view, relu bool) (*convStep, error) {
	s := &convStep{name: name, in: in, out: out, relu: relu, chunks: 1, images: 1, groupPanels: blocks(out.c), runLength: lanes * in.w}
	var order []int
	for b := range blocks(in.c) {
		for y := range in.h {
			s.runs = append(s.runs, int64(b*in.block+in.at(y, 0)))
			for x := range in.w {
				for lane := range lanes {
					from := -1
					if c := b*lanes + lane; c < in.c {
						from = (c*in.h+y)*in.w + x
					}
					order = append(order, from)
				}
			}
		}
	}
	for image := range in.n {
		s.pixels = append(s.pixels, kernels.Pixel{In: int32(image * in.image), Out: int32(image * out.image)})
	}
	format := fmt.Sprintf("rows of %v for %dx%dx%d", w.Type, in.c, in.h, in.w)
	return s, s.pack(l.model, w, bias, format, order)
}
