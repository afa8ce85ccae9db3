package ir

import "fmt"

func init() { Register(InnerProduct{}) }

// InnerProduct multiplies x, taken as a matrix, by the weights: Caffe's fully
// connected layer.
//
// The axes of x before Axis are the rows M, those from Axis on are K elements; a
// negative Axis counts from the back. Inputs are x, the weights [num_output, K],
// or [K, num_output] with Transpose, and, if Bias, the bias [num_output]. The
// output is the axes of x before Axis, then num_output. With ReLU, a ReLU stands
// behind.
type InnerProduct struct {
	Axis      int
	Transpose bool
	Bias      bool
	ReLU      bool
}

// Kind implements Op.
func (InnerProduct) Kind() string { return "InnerProduct" }

// Infer implements Op.
func (p InnerProduct) Infer(in []Type) ([]Type, error) {
	want := 2
	if p.Bias {
		want = 3
	}
	if err := arity(in, want, want); err != nil {
		return nil, err
	}
	x, w := in[0], in[1]
	axis, err := axisOf(p.Axis, x.Rank())
	if err != nil {
		return nil, fmt.Errorf("input %v: %w", x, err)
	}
	if w.Rank() != 2 {
		return nil, fmt.Errorf("needs weights of 2 axes, has %v", w)
	}
	n, k := w.Shape[0], product(x.Shape[axis:])
	expect := F32(n, k)
	if p.Transpose {
		n = w.Shape[1]
		expect = F32(k, n)
	}
	if !w.Equal(expect) {
		return nil, fmt.Errorf("needs weights %v for an input %v from axis %d on, has %v", expect, x, axis, w)
	}
	if n < 1 {
		return nil, fmt.Errorf("num_output of the weights %v must be positive", w)
	}
	if p.Bias {
		if expect := F32(n); !in[2].Equal(expect) {
			return nil, fmt.Errorf("needs a bias %v for weights %v, has %v", expect, w, in[2])
		}
	}
	return []Type{F32(append(append([]int(nil), x.Shape[:axis]...), n)...)}, nil
}

// Cost implements Op.
func (p InnerProduct) Cost(in, out []Type) Cost {
	k := in[1].Shape[1]
	if p.Transpose {
		k = in[1].Shape[0]
	}
	c := Cost{Parameters: int64(in[1].Count()), MultiplyAdds: int64(out[0].Count()) * int64(k)}
	if p.Bias {
		c.Parameters += int64(in[2].Count())
	}
	return c
}
