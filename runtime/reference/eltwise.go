package reference

import "github.com/prototxt2go/prototxt2go/ir"

func init() { register(eltwise) }

func eltwise(op ir.Eltwise, c *call) error {
	y := c.out(0)
	var join func(i int) float32
	switch op.Operation {
	case ir.EltwiseProd:
		join = c.productAt
	case ir.EltwiseMax:
		join = c.maximumAt
	case ir.EltwiseSum:
		join = func(i int) float32 { return c.sumAt(i, op.Coeff) }
	}
	return c.spans(len(y), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			y[i] = join(i)
		}
	})
}

// productAt returns the product of element i of all inputs.
func (c *call) productAt(i int) float32 {
	p := 1.0
	for _, x := range c.in {
		p *= float64(x.Data[i])
	}
	return float32(p)
}

// sumAt returns the sum of element i of all inputs, times their coefficients if
// there are any.
func (c *call) sumAt(i int, coeff []float32) float32 {
	sum := 0.0
	for n, x := range c.in {
		if len(coeff) > 0 {
			sum += float64(coeff[n]) * float64(x.Data[i])
		} else {
			sum += float64(x.Data[i])
		}
	}
	return float32(sum)
}

// maximumAt returns the largest element i of all inputs. As Caffe compares, the
// second stands unless the first is above it, and a later one counts only if it
// is above those before: this is how a NaN is kept or lost.
func (c *call) maximumAt(i int) float32 {
	m := c.in[0].Data[i]
	for n, x := range c.in[1:] {
		if v := x.Data[i]; v > m || (n == 0 && !(m > v)) {
			m = v
		}
	}
	return m
}
