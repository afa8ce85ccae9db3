package runtime

import (
	"cmp"
	"slices"
)

// interval is a buffer that is needed from one step to another, both included.
type interval struct {
	size        int64
	first, last int
	offset      int64
}

// layOut gives each interval an offset so that no two that are needed at once
// overlap, and returns the size of the whole. The largest are placed first, each
// into the smallest gap that takes it.
func layOut(intervals []*interval) int64 {
	order := slices.Clone(intervals)
	slices.SortStableFunc(order, func(a, b *interval) int { return cmp.Compare(b.size, a.size) })
	var placed []*interval // by offset
	total := int64(0)
	for _, v := range order {
		v.offset = gapFor(v, placed)
		total = max(total, v.offset+v.size)
		at, _ := slices.BinarySearchFunc(placed, v, func(a, b *interval) int { return cmp.Compare(a.offset, b.offset) })
		placed = slices.Insert(placed, at, v)
	}
	return total
}

// gapFor returns the offset of the smallest gap for v between the placed intervals
// that are needed at the same time.
func gapFor(v *interval, placed []*interval) int64 {
	best, bestGap, end := int64(-1), int64(0), int64(0)
	for _, p := range placed {
		if p.last < v.first || v.last < p.first {
			continue
		}
		if gap := p.offset - end; gap >= v.size && (best < 0 || gap < bestGap) {
			best, bestGap = end, gap
		}
		end = max(end, alignUp(p.offset+p.size, align))
	}
	if best < 0 {
		return end
	}
	return best
}
