package onnx

import (
	"errors"
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() {
	register("BatchNormalization; of the batch's own statistics ReduceMean, Sub, Mul, ReduceMean, Add, Sqrt, Div", batchNorm)
}

func batchNorm(op ir.BatchNorm, l *layer) error {
	switch {
	case !op.UseGlobalStats:
		return batchStatistics(op, l)
	case l.n.In[1].Const == nil || l.n.In[2].Const == nil || l.n.In[3].Const == nil:
		return errors.New("has statistics that are no constants")
	}
	// As in Caffe, a stored factor of 0 makes mean and variance 0.
	factor, s := make([]float64, 1), 0.0
	if l.n.In[3].Const.Read64(factor, 0); factor[0] != 0 {
		s = 1 / factor[0]
	}
	channels := l.n.In[1].Type.Shape[0]
	stored := func(label string, i int) *value {
		return l.floats(label, l.n.In[i].Const.Times(1, []float64{s}).Source, channels)
	}
	x, to := l.in(0), l.out(0)
	if len(to) == 1 {
		// C is the only axis: a batch of one.
		var err error
		if x, err = l.reshape(x, append(fixed(1), to...), "batch"); err != nil {
			return err
		}
	}
	y := l.step("BatchNormalization", "", x.shape, []*value{
		x, l.floats("scale", ir.Splat(1), channels), l.floats("bias", ir.Splat(0), channels),
		stored("mean", 1), stored("variance", 2),
	}, floatAttribute("epsilon", op.Eps))
	y, err := l.reshape(y, to, "result")
	if err != nil {
		return err
	}
	l.give(y)
	return nil
}

// batchStatistics normalizes by the mean and variance of each channel in x.
func batchStatistics(op ir.BatchNorm, l *layer) error {
	x, to := l.in(0), l.out(0)
	if len(to) == 1 {
		return oneEach(op, l)
	}
	var axes []int
	statistic := make(shape, len(to))
	for i := range to {
		statistic[i] = dim{1, 1}
		if i != 1 {
			axes = append(axes, i)
		}
	}
	statistic[1] = to[1]
	mean := func(label string, x *value) *value {
		return l.step("ReduceMean", label, statistic, []*value{x}, intsAttribute("axes", axes...), intAttribute("keepdims", 1))
	}
	centred := l.step("Sub", "centred", to, []*value{x, mean("mean", x)})
	variance := mean("variance", l.step("Mul", "squares", to, []*value{centred, centred}))
	sum := l.step("Add", "shifted", statistic, []*value{variance, l.scalar("epsilon", op.Eps)})
	deviation := l.step("Sqrt", "deviation", statistic, []*value{sum})
	l.give(l.step("Div", "", to, []*value{centred, deviation}))
	return nil
}

// oneEach normalizes channels of one element each, which are their own means.
func oneEach(op ir.BatchNorm, l *layer) error {
	x, to := l.in(0), l.out(0)
	centred := l.step("Sub", "centred", to, []*value{x, x})
	l.give(l.step("Mul", "", to, []*value{centred, l.scalar("factor", float32(1/math.Sqrt(float64(op.Eps))))}))
	return nil
}
