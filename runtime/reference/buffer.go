package reference

import "slices"

// A buffer holds the elements of one value, or of several that share them.
type buffer struct {
	// given are the float32 elements of an input or a constant, which are only
	// read; nil for a computed value.
	given []float32
	// given64 are the elements of a constant that is kept in float64; nil else.
	given64 []float64
	// data are the elements of a computed value, or given ones once an op has
	// asked for them in float64. They are the arena's.
	data []float64
	// users counts the live values in the buffer.
	users int
}

// wide returns the elements in float64. Given ones are widened at the first call.
func (b *buffer) wide(a *arena) []float64 {
	if b.given64 != nil {
		return b.given64
	}
	if b.data == nil {
		b.data = a.take(len(b.given))
		for i, v := range b.given {
			b.data[i] = float64(v)
		}
	}
	return b.data
}

// elements returns the elements for a product, in the width that they have.
func (b *buffer) elements() elements {
	switch {
	case b.given64 != nil:
		return floats[float64](b.given64)
	case b.data != nil:
		return floats[float64](b.data)
	}
	return floats[float32](b.given)
}

// rounded returns the elements in float32, in memory of their own.
func (b *buffer) rounded() []float32 {
	if b.given != nil {
		return slices.Clone(b.given)
	}
	from := b.data
	if b.given64 != nil {
		from = b.given64
	}
	data := make([]float32, len(from))
	for i, v := range from {
		data[i] = float32(v)
	}
	return data
}
