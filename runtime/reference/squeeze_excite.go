package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(squeezeExcite) }

func squeezeExcite(op ir.SqueezeExcite, c *call) error {
	x, y, o, shape := c.data(0), c.out(0), op.Operands(), c.shape(0)
	batch, channels, inner := shape[0], shape[1], shape[2]*shape[3]
	means, done := c.scratch(batch * channels)
	defer done()
	if err := c.planes(len(means), inner, func(i int) {
		sum := 0.0
		for _, v := range x[i*inner:][:inner] {
			sum += v
		}
		means[i] = sum / float64(inner)
	}); err != nil {
		return err
	}
	gates, free := c.scratch(batch * channels)
	defer free()
	c.excite(gates, means, o, batch)
	var shortcut []float64
	if op.Residual {
		shortcut = c.data(o.Shortcut)
	}
	if err := c.planes(len(gates), inner, func(i int) {
		for j, v := range x[i*inner:][:inner] {
			y[i*inner+j] = float64(gates[i] * v)
		}
	}); err != nil {
		return err
	}
	return c.finish(y, shortcut, op.ReLU)
}

// excite computes the gates of each map of the batch from the means.
func (c *call) excite(gates, means []float64, o ir.Operands, batch int) {
	optional := func(i int) []float64 {
		if i < 0 {
			return nil
		}
		return c.data(i)
	}
	reduce, expand := c.data(1), c.data(o.Expand)
	reduceBias, expandBias := optional(o.ReduceBias), optional(o.ExpandBias)
	hidden := make([]float64, c.shape(1)[0])
	channels := len(means) / batch
	for n := range batch {
		multiply(hidden, means[n*channels:][:channels], reduce, reduceBias)
		rectify(hidden, hidden, 0)
		gate := gates[n*channels:][:channels]
		multiply(gate, hidden, expand, expandBias)
		for i, v := range gate {
			gate[i] = 1 / (1 + math.Exp(-v))
		}
	}
}

// multiply makes y of a matrix of len(y) rows times x, plus a bias that may be
// nil.
func multiply(y, x, matrix, bias []float64) {
	for i := range y {
		sum := 0.0
		for k, v := range matrix[i*len(x):][:len(x)] {
			sum += float64(v * x[k])
		}
		if bias != nil {
			sum += bias[i]
		}
		y[i] = sum
	}
}
