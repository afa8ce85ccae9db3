package reference

// newData allocates elements. Tests put their own in its place.
var newData = func(n int) []float64 { return make([]float64, n) }

// An arena recycles the elements of one Run's values. It belongs to one goroutine.
type arena struct{ free [][]float64 }

// take returns n elements that hold whatever they held before. The best fitting
// free ones are taken, unless more than half of them would lie idle while larger
// values have to be allocated.
func (a *arena) take(n int) []float64 {
	best := -1
	for i, data := range a.free {
		if size := cap(data); size >= n && size <= 2*n && (best < 0 || size < cap(a.free[best])) {
			best = i
		}
	}
	if best < 0 {
		return newData(n)
	}
	data := a.free[best]
	last := len(a.free) - 1
	a.free[best], a.free[last] = a.free[last], nil
	a.free = a.free[:last]
	return data[:n]
}

// give takes back elements that nobody uses any more.
func (a *arena) give(data []float64) { a.free = append(a.free, data) }
