package ir

import (
	"errors"
	"fmt"
)

// A Source yields the elements of a constant. Reading is lazy: a source may lie
// in a mapped file, or be a formula, and is evaluated by whoever needs the
// numbers. A Source is safe for concurrent use.
type Source interface {
	// Read fills dst with the elements from offset on, in C order. The range
	// lies within the constant's count.
	Read(dst []float32, offset int)
}

// Source64 is a source that knows its elements better than float32 can say. Its
// Read gives the same elements, rounded once.
type Source64 interface {
	Source
	// Read64 is Read without the rounding.
	Read64(dst []float64, offset int)
}

// Const is a value that is known before the graph runs.
type Const struct {
	Source Source
	// Origin says where a constant of a file comes from, as graph text gives
	// it in file("…"), such as net.caffemodel#conv1/0. It is empty for
	// constants that are stated in full by their source.
	Origin string
}

// Read64 fills dst with the elements from offset on, as exact as the source has
// them. It is safe for concurrent use.
func (c *Const) Read64(dst []float64, offset int) {
	if s, ok := c.Source.(Source64); ok {
		s.Read64(dst, offset)
		return
	}
	block := make([]float32, min(len(dst), 1<<12))
	for len(dst) > 0 {
		n := min(len(dst), len(block))
		c.Source.Read(block[:n], offset)
		for i, f := range block[:n] {
			dst[i] = float64(f)
		}
		dst, offset = dst[n:], offset+n
	}
}

// Splat is a source whose elements are all the same.
type Splat float32

// Read implements Source.
func (s Splat) Read(dst []float32, _ int) {
	for i := range dst {
		dst[i] = float32(s)
	}
}

// Literal is a source that holds its elements.
type Literal []float32

// Read implements Source.
func (l Literal) Read(dst []float32, offset int) { copy(dst, l[offset:]) }

// Literal64 is a source that holds its elements in float64.
type Literal64 []float64

// Read implements Source.
func (l Literal64) Read(dst []float32, offset int) {
	for i, f := range l[offset:][:len(dst)] {
		dst[i] = float32(f)
	}
}

// Read64 implements Source64.
func (l Literal64) Read64(dst []float64, offset int) { copy(dst, l[offset:]) }

// Rand is a source of pseudo-random elements in [-1, 1), the same for the same
// seed everywhere: element i is drawn from the splitmix64 stream of the seed.
type Rand uint64

// Read implements Source.
func (r Rand) Read(dst []float32, offset int) {
	for i := range dst {
		z := uint64(r) + uint64(offset+i+1)*0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		z ^= z >> 31
		dst[i] = float32(2*(float64(z>>40)/(1<<24)) - 1)
	}
}

// checkSource returns an error unless a source can give the elements of a sound
// type, as far as the source tells.
func checkSource(s Source, t Type) error {
	switch s := s.(type) {
	case nil:
		return errors.New("has no source")
	case Literal:
		return checkLength(len(s), t)
	case Literal64:
		return checkLength(len(s), t)
	case Scaled:
		return s.check(t)
	}
	return nil
}

func checkLength(n int, t Type) error {
	if n != t.Count() {
		return fmt.Errorf("of type %v has %d elements", t, n)
	}
	return nil
}
