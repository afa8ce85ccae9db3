package kernels

import "slices"

// A Grouping is how Grouped reads the input for one shape of group; see
// GroupedArgs for the fields.
type Grouping struct {
	Halves [2]int64
	Repeat int64
	Perm   []int32 // [in][16]
}

// GroupingOf returns the Grouping of groups of in to out channels, where the base
// of the input is the first channel that the output block needs. An output block
// needs 16·in/out input channels, which lie in one input block. ok is false where
// Grouped does not serve the shape: it does for in ≤ out ≤ 4 of 1, 2 and 4.
func GroupingOf(in, out int) (g Grouping, ok bool) {
	sizes := []int{1, 2, 4}
	if in > out || !slices.Contains(sizes, in) || !slices.Contains(sizes, out) {
		return Grouping{}, false
	}
	perHalf := 8 / out * in // input channels that eight output channels need
	if perHalf < 8 {
		g.Repeat = 1
	}
	// A half that needs fewer than four channels still reads four, from the
	// multiple of four at or below its first.
	g.Halves[1] = int64(perHalf&^3) * 4
	g.Perm = make([]int32, in*16)
	for j := range in {
		for i := range 16 {
			g.Perm[j*16+i] = int32((i/out*in + j) % 4)
		}
	}
	return g, true
}
