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
	x := c.in[0]
	m := spatialMap{
		data:  x.Data,
		batch: tensor.Count(x.Shape[:op.Axis]), channels: x.Shape[op.Axis],
		side: x.Shape[op.Axis+1:],
	}
	padded, done, err := m.pad(c, op.Pad)
	if err != nil {
		return err
	}
	defer done()
	p := product{groups: op.Group, rows: filters(op, c.in[1]), columns: windows(op, padded, c.outShape(0)), out: c.out(0)}
	if op.Bias {
		p.bias = c.in[2].Data
	}
	outputs, plane := c.in[1].Shape[0], tensor.Count(c.outShape(0)[op.Axis+1:])
	p.outRows = grid([]int{outputs / op.Group}, []int{plane})
	p.outColumns = grid([]int{m.batch, plane}, []int{outputs * plane, 1})
	p.outGroup = outputs / op.Group * plane
	return p.run(c)
}

// filters lays out the weights: a line a filter.
func filters(op ir.Convolution, w *tensor.Tensor) operand {
	lines, steps := w.Shape[0]/op.Group, tensor.Count(w.Shape[1:])
	return operand{
		data:  w.Data,
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
		data:  m.data,
		lines: grid(prepend(m.batch, out[op.Axis+1:]), prepend(m.channels*plane, window)),
		steps: grid(prepend(channels, op.Kernel), prepend(plane, tap)),
		group: channels * plane,
	}
}
