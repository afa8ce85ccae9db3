package reference

import (
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

func init() { register(convolution) }

// convolution multiplies, for each group, the filters by the windows of the
// padded map. As in Caffe, the padding is zeros that are multiplied like any
// other element.
func convolution(op ir.Convolution, c *call) error {
	x, w, out := c.shape(0), c.shape(1), c.outShape(0)
	m := spatialMap{
		data:  c.data(0),
		batch: tensor.Count(x[:op.Axis]), channels: x[op.Axis],
		side: x[op.Axis+1:],
	}
	padded, done, err := m.pad(c, op.Pad)
	if err != nil {
		return err
	}
	defer done()
	p := product{groups: op.Group, rows: filters(op, c.elements(1), w), columns: windows(op, padded, out), out: c.out(0)}
	if op.Bias {
		p.bias = c.data(2)
	}
	outputs, plane := w[0], tensor.Count(out[op.Axis+1:])
	p.outRows = grid([]int{outputs / op.Group}, []int{plane})
	p.outColumns = grid([]int{m.batch, plane}, []int{outputs * plane, 1})
	p.outGroup = outputs / op.Group * plane
	if err := p.run(c); err != nil {
		return err
	}
	var residual []float64
	if op.Residual {
		residual = c.data(len(c.in) - 1)
	}
	return c.finish(p.out, residual, op.ReLU)
}

// filters lays out the weights: a line a filter.
func filters(op ir.Convolution, weights elements, shape []int) operand {
	lines, steps := shape[0]/op.Group, tensor.Count(shape[1:])
	return operand{
		data:  weights,
		lines: grid([]int{lines}, []int{steps}),
		steps: grid([]int{steps}, []int{1}),
		group: lines * steps,
	}
}

// windows lays out a padded map: a line a window, which is an element of the
// output, over all of the batch; a step an element of the window.
func windows(op ir.Convolution, m spatialMap, out []int) operand {
	plane := tensor.Count(m.side)
	window, tap := strides(m.side), strides(m.side)
	for i := range m.side {
		window[i] *= op.Stride[i]
		tap[i] *= op.Dilation[i]
	}
	channels := m.channels / op.Group
	return operand{
		data:  floats[float64](m.data),
		lines: grid(prepend(m.batch, out[op.Axis+1:]), prepend(m.channels*plane, window)),
		steps: grid(prepend(channels, op.Kernel), prepend(plane, tap)),
		group: channels * plane,
	}
}
