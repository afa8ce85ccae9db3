package onnx

import (
	"fmt"
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

// halfInf is the float16 infinity, without a sign.
const halfInf = 0x7c00

// halves is a source whose elements are those of another, rounded to float16.
type halves struct{ base ir.Source }

// Read implements ir.Source.
func (h halves) Read(dst []float32, offset int) {
	h.base.Read(dst, offset)
	for i, f := range dst {
		dst[i] = fromHalf(toHalf(f))
	}
}

// Halve returns a copy of a graph whose weights are rounded to float16, to nearest
// and ties to even: the constants of two axes and more that Convolution,
// InnerProduct and SqueezeExcite multiply by. What has one axis, such as a bias,
// stays. Convert stores such weights as float16, with a Cast behind, so that the
// graph computes in float32 all the same. Nothing is read here; an element that
// float16 cannot hold is found when it is written.
func Halve(g *ir.Graph) (*ir.Graph, error) {
	c, err := g.Reshape(nil)
	if err != nil {
		return nil, err
	}
	for _, n := range c.Nodes {
		switch n.Op.(type) {
		case ir.Convolution, ir.InnerProduct, ir.SqueezeExcite:
		default:
			continue
		}
		for _, v := range n.In[1:] {
			if v.Const == nil || v.Type.Rank() < 2 {
				continue
			}
			if _, done := v.Const.Source.(halves); !done {
				v.Const = &ir.Const{Source: halves{v.Const.Source}}
			}
		}
	}
	return c, nil
}

// checkHalf returns an error if a finite element rounds to infinity.
func checkHalf(f float32, h uint16) error {
	if h&^0x8000 == halfInf && !math.IsInf(float64(f), 0) {
		return fmt.Errorf("has an element %v, beyond float16", f)
	}
	return nil
}

// toHalf rounds to float16, to nearest and ties to even.
func toHalf(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	abs := bits & 0x7fffffff
	switch {
	case abs > 0x7f800000: // a NaN
		return sign | 0x7e00
	case abs >= 0x477ff000: // 65520 and above round to infinity
		return sign | halfInf
	case abs >= 0x38800000: // a normal float16
		abs += 0xfff + abs>>13&1
		return sign | uint16((abs-0x38000000)>>13)
	case abs < 0x33000000: // below half of the least float16
		return sign
	}
	// A multiple of 2^-24, with the leading bit made explicit.
	shift := 126 - abs>>23
	mantissa := abs&0x7fffff | 0x800000
	rounded := mantissa + 1<<(shift-1) - 1 + mantissa>>shift&1
	return sign | uint16(rounded>>shift)
}

// fromHalf widens a float16.
func fromHalf(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exponent, mantissa := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exponent {
	case 0:
		f := float32(mantissa) * 0x1p-24
		return math.Float32frombits(sign | math.Float32bits(f))
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | mantissa<<13)
	}
	return math.Float32frombits(sign | (exponent+112)<<23 | mantissa<<13)
}
