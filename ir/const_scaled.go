package ir

import (
	"errors"
	"fmt"
)

// Scaled is a source that multiplies the elements of another constant: element i
// is that of Base times Factor[i/Row mod len(Factor)], computed in float64.
//
// A factor for each output of a product thus has a Row of as many elements as
// one output has weights, or of 1 where the outputs lie along the last axis, as
// in an InnerProduct with Transpose.
type Scaled struct {
	Base *Const
	// Row is how many elements in a row share a factor; it is positive.
	Row int
	// Factor has at least one element. It is not to be changed.
	Factor []float64
}

// Times returns a constant with the elements of c times factors, as Scaled has
// them. Nothing is read. What is scaled already gets the products of the factors
// in float64 where both have them for the same elements.
func (c *Const) Times(row int, factor []float64) *Const {
	s, ok := c.Source.(Scaled)
	if !ok || c.Origin != "" || s.Row != row || len(s.Factor) != len(factor) {
		return &Const{Source: Scaled{Base: c, Row: row, Factor: factor}}
	}
	product := make([]float64, len(factor))
	for i, f := range factor {
		product[i] = s.Factor[i] * f
	}
	return &Const{Source: Scaled{Base: s.Base, Row: row, Factor: product}}
}

// Drop lets go of what the base holds in memory and can read again, if its source
// has that to offer.
func (s Scaled) Drop() {
	if d, ok := s.Base.Source.(interface{ Drop() }); ok {
		d.Drop()
	}
}

// Read implements Source.
func (s Scaled) Read(dst []float32, offset int) {
	if _, ok := s.Base.Source.(Source64); ok {
		s.readRounded(dst, offset)
		return
	}
	s.Base.Source.Read(dst, offset)
	s.rows(len(dst), offset, func(lo, hi int, factor float64) {
		for i := lo; i < hi; i++ {
			dst[i] = float32(float64(dst[i]) * factor)
		}
	})
}

// readRounded is Read by way of Read64.
func (s Scaled) readRounded(dst []float32, offset int) {
	block := make([]float64, min(len(dst), 1<<12))
	for len(dst) > 0 {
		n := min(len(dst), len(block))
		s.Read64(block[:n], offset)
		for i, f := range block[:n] {
			dst[i] = float32(f)
		}
		dst, offset = dst[n:], offset+n
	}
}

// Read64 implements Source64.
func (s Scaled) Read64(dst []float64, offset int) {
	s.Base.Read64(dst, offset)
	s.rows(len(dst), offset, func(lo, hi int, factor float64) {
		for i := lo; i < hi; i++ {
			dst[i] *= factor
		}
	})
}

// rows calls f for each span of n elements from offset on that share a factor;
// lo and hi count from the offset.
func (s Scaled) rows(n, offset int, f func(lo, hi int, factor float64)) {
	for lo := 0; lo < n; {
		row := (offset + lo) / s.Row
		hi := lo + min(n-lo, s.Row-(offset+lo)%s.Row)
		f(lo, hi, s.Factor[row%len(s.Factor)])
		lo = hi
	}
}

// maxScaled is how many Scaled may stand one in another.
const maxScaled = 8

var errScaledDeep = fmt.Errorf("is scaled more than %d times over", maxScaled)

// check is checkSource for a scaled source.
func (s Scaled) check(t Type) error {
	for range maxScaled {
		if s.Row < 1 || len(s.Factor) == 0 {
			return fmt.Errorf("is scaled by %d factors for rows of %d elements", len(s.Factor), s.Row)
		}
		if s.Base == nil {
			return errors.New("scales no constant")
		}
		base, ok := s.Base.Source.(Scaled)
		if !ok {
			return checkSource(s.Base.Source, t)
		}
		s = base
	}
	return errScaledDeep
}
