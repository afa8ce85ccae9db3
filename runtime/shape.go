package runtime

import "github.com/prototxt2go/prototxt2go/ir"

func init() {
	same := lowering{takes: takesReshape, lower: lowerReshape}
	registerLowering(ir.Reshape{}, same)
	registerLowering(ir.Flatten{}, same)
}

// takesReshape reports whether the elements stay where they are: always, in C
// order.
func takesReshape(n *ir.Node) bool { return true }

// lowerReshape makes the output another view of the input's memory: in blocks too
// where both are images of one pixel, else in C order.
func lowerReshape(l *lowerer, n *ir.Node) error {
	in, out := n.In[0], n.Out[0]
	for _, w := range l.views[in] {
		if w.layout != blocked || w.halo > 0 || !isMaps(in, out) {
			continue
		}
		if v := blockedView(out.Type, 0); v.n == w.n && v.c == w.c && v.h*v.w == 1 && w.h*w.w == 1 {
			v.buffer, v.shift = w.buffer, w.shift
			l.alias(out, v)
			return nil
		}
	}
	w := l.as(in, plain)
	v := plainView(out.Type)
	v.buffer, v.shift = w.buffer, w.shift
	l.alias(out, v)
	return nil
}
