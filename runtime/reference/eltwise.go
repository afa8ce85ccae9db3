package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(eltwise) }

func eltwise(op ir.Eltwise, c *call) error {
	in, y := c.allData(), c.out(0)
	var join func(i int) float64
	switch op.Operation {
	case ir.EltwiseProd:
		join = func(i int) float64 { return productAt(in, i) }
	case ir.EltwiseMax:
		join = func(i int) float64 { return maximumAt(in, i) }
	case ir.EltwiseSum:
		join = func(i int) float64 { return sumAt(in, i, op.Coeff) }
	}
	if err := c.spans(len(y), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			y[i] = join(i)
		}
	}); err != nil {
		return err
	}
	return c.finish(y, nil, op.ReLU)
}

// productAt returns the product of element i of all inputs.
func productAt(in [][]float64, i int) float64 {
	p := 1.0
	for _, x := range in {
		p *= x[i]
	}
	return p
}

// sumAt returns the sum of element i of all inputs, times their coefficients if
// there are any.
func sumAt(in [][]float64, i int, coeff []float32) float64 {
	sum := 0.0
	for n, x := range in {
		if len(coeff) > 0 {
			sum += float64(float64(coeff[n]) * x[i])
		} else {
			sum += x[i]
		}
	}
	return sum
}

// maximumAt returns the largest element i of all inputs. As Caffe compares, the
// second stands unless the first is above it, and a later one counts only if it
// is above those before: this is how a NaN is kept or lost.
func maximumAt(in [][]float64, i int) float64 {
	m := in[0][i]
	for n, x := range in[1:] {
		if v := x[i]; v > m || (n == 0 && !(m > v)) {
			m = v
		}
	}
	return m
}
