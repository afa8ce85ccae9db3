package onnx

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register("GlobalAveragePool, Conv, Relu, Conv, Sigmoid, Mul; Add, Relu", squeezeExcite) }

func squeezeExcite(op ir.SqueezeExcite, l *layer) error {
	o, to := op.Operands(), l.out(0)
	batch, channels := to[0], to[1]
	pixel := func(c dim) shape { return shape{batch, c, {1, 1}, {1, 1}} }
	product := func(label string, x *value, weights, bias int) (*value, error) {
		dims := l.n.In[weights].Type.Shape
		w, err := l.inAs(weights, fixed(dims[0], dims[1], 1, 1), label+"/filters")
		if err != nil {
			return nil, err
		}
		in := []*value{x, w}
		if bias >= 0 {
			in = append(in, l.in(bias))
		}
		return l.step("Conv", label, pixel(dim{dims[0], dims[0]}), in, intsAttribute("kernel_shape", 1, 1)), nil
	}
	x := l.in(0)
	squeezed := l.step("GlobalAveragePool", "squeeze", pixel(channels), []*value{x})
	hidden, err := product("reduce", squeezed, 1, o.ReduceBias)
	if err != nil {
		return err
	}
	hidden = l.step("Relu", "reduce_relu", hidden.shape, []*value{hidden})
	gate, err := product("expand", hidden, o.Expand, o.ExpandBias)
	if err != nil {
		return err
	}
	gate = l.step("Sigmoid", "gate", gate.shape, []*value{gate})
	y := l.step("Mul", "excite", to, []*value{x, gate})
	if op.Residual {
		y = l.step("Add", "sum", to, []*value{y, l.in(o.Shortcut)})
	}
	l.giveRectified(y, op.ReLU)
	return nil
}
