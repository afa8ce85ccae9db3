package reference

// A buffer holds the elements of one value, or of several that share them.
type buffer struct {
	data []float32
	// users counts the live values in the buffer.
	users int
	// borrowed elements belong to the caller or to a constant: they are never
	// written, reused or given away.
	borrowed bool
}

// newData allocates the elements of a buffer. Tests put their own in its place.
var newData = func(n int) []float32 { return make([]float32, n) }

// An arena recycles the buffers of one Run. It belongs to one goroutine.
type arena struct{ free []*buffer }

// take returns a buffer of n elements with whatever they held before. The best
// fitting free one is taken, unless more than half of it would lie idle while
// larger values have to be allocated.
func (a *arena) take(n int) *buffer {
	best := -1
	for i, b := range a.free {
		if size := cap(b.data); size >= n && size <= 2*n && (best < 0 || size < cap(a.free[best].data)) {
			best = i
		}
	}
	if best < 0 {
		return &buffer{data: newData(n)}
	}
	b := a.free[best]
	last := len(a.free) - 1
	a.free[best], a.free = a.free[last], a.free[:last]
	b.data = b.data[:n]
	return b
}

// give takes back a buffer that no value is in any more.
func (a *arena) give(b *buffer) {
	if !b.borrowed {
		a.free = append(a.free, b)
	}
}
