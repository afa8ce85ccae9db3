//go:build unix

package kernels

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// memory hands out buffers between pages that fault.
type memory struct {
	t     *testing.T
	atEnd bool
	maps  [][]byte
}

func (m *memory) take(n int) []byte {
	page := os.Getpagesize()
	inner := (n + page - 1) / page * page
	all, err := unix.Mmap(-1, 0, inner+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	require.NoError(m.t, err)
	m.maps = append(m.maps, all)
	require.NoError(m.t, unix.Mprotect(all[:page], unix.PROT_NONE))
	require.NoError(m.t, unix.Mprotect(all[page+inner:], unix.PROT_NONE))
	if m.atEnd {
		return all[page+inner-n:][:n]
	}
	return all[page:][:n]
}

func (m *memory) release() {
	for _, b := range m.maps {
		require.NoError(m.t, unix.Munmap(b))
	}
	m.maps = nil
}

// The tests rely on it that the first byte past a buffer faults.
func TestGuardsFault(t *testing.T) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	eachGuard(t, func(m *memory) {
		p := place(m, make([]float32, 3))
		if m.atEnd {
			require.Panics(t, func() { *at[float32](p, 12) = 1 })
		} else {
			require.Panics(t, func() { *at[float32](p, -4) = 1 })
		}
		*at[float32](p, 0), *at[float32](p, 8) = 1, 1
	})
}
