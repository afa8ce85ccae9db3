package runtime

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestLayOutKeepsLiveBuffersApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var all []*interval
		for range r.IntN(40) {
			first := r.IntN(20)
			all = append(all, &interval{size: int64(r.IntN(5000)), first: first, last: first + r.IntN(6)})
		}
		total := layOut(all)
		live := make([]int64, 40)
		for i, a := range all {
			require.Zero(t, a.offset%align)
			require.LessOrEqual(t, a.offset+a.size, total)
			for step := a.first; step <= a.last; step++ {
				live[step] += a.size
			}
			for _, b := range all[:i] {
				together := a.first <= b.last && b.first <= a.last
				apart := a.offset+a.size <= b.offset || b.offset+b.size <= a.offset
				require.True(t, !together || apart, "%+v and %+v", *a, *b)
			}
		}
	}
}

func TestLayOutReuses(t *testing.T) {
	chain := []*interval{{size: 1000, first: 0, last: 1}, {size: 1000, first: 1, last: 2}, {size: 1000, first: 2, last: 3}}
	require.Equal(t, int64(1024+1000), layOut(chain))
	require.Equal(t, chain[0].offset, chain[2].offset)
	require.Zero(t, layOut(nil))
}

func TestMemory(t *testing.T) {
	for _, n := range []int{0, 1, 4096, hugePage - 1, hugePage, 3*hugePage + 17} {
		m, err := newMemory(n)
		require.NoError(t, err)
		require.Len(t, m.bytes, n)
		for i := 0; i < n; i += 4096 {
			require.Zero(t, m.bytes[i])
			m.bytes[i] = 1
		}
		if n > 0 {
			m.bytes[n-1] = 1
			require.Zero(t, uintptr(unsafe.Pointer(&m.bytes[0]))%align)
		}
		if n >= hugePage {
			require.Zero(t, uintptr(unsafe.Pointer(&m.bytes[0]))%hugePage)
		}
	}
}
