package onnx

import "github.com/prototxt2go/prototxt2go/ir"

func init() {
	register("Concat", concat)
	register("Reshape", reshape)
	register("Flatten, or Reshape where it leaves other than two axes", flatten)
	register("Identity, for each output", split)
	register("Identity; of a fork's layer without scale_train Mul", dropout)
}

func concat(op ir.Concat, l *layer) error {
	l.give(l.step("Concat", "", l.out(0), l.inputs(), intAttribute("axis", op.Axis)))
	return nil
}

func reshape(_ ir.Reshape, l *layer) error { return l.giveReshaped() }

func flatten(_ ir.Flatten, l *layer) error {
	x, to := l.in(0), l.out(0)
	if len(to) == 2 && to[0] == x.shape[0] {
		l.give(l.step("Flatten", "", to, []*value{x}, intAttribute("axis", 1)))
		return nil
	}
	return l.giveReshaped()
}

// giveReshaped gives input 0 in the shape of output 0.
func (l *layer) giveReshaped() error {
	y, err := l.reshape(l.in(0), l.out(0), "")
	if err != nil {
		return err
	}
	l.give(y)
	return nil
}

func split(op ir.Split, l *layer) error {
	for range op.Outputs {
		l.give(l.in(0))
	}
	return nil
}

func dropout(op ir.Dropout, l *layer) error {
	y := l.in(0)
	if !op.ScaleTrain {
		// The factor is a float32 in Caffe.
		factor := float32(1 - float64(op.Ratio))
		y = l.step("Mul", "", l.out(0), []*value{y, l.scalar("factor", factor)})
	}
	l.give(y)
	return nil
}
