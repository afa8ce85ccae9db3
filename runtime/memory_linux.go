package runtime

import (
	"fmt"
	goruntime "runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// memory is bytes outside the garbage collector's heap, in huge pages where they
// are many. They are zero at first and live as long as the memory is reachable.
type memory struct{ bytes []byte }

// newMemory returns n bytes that begin at a huge page where they are as many.
func newMemory(n int) (*memory, error) {
	if n == 0 {
		return &memory{}, nil
	}
	size := n
	if n >= hugePage {
		size += hugePage
	}
	mapped, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("take %d bytes of memory: %w", n, err)
	}
	bytes := mapped[:n]
	if n >= hugePage {
		skip := -int(uintptr(unsafe.Pointer(&mapped[0]))) & (hugePage - 1)
		bytes = mapped[skip : skip+n]
		// Huge pages are a wish: without them all is slower, not wrong.
		_ = unix.Madvise(mapped[skip:], unix.MADV_HUGEPAGE)
	}
	m := &memory{bytes: bytes}
	goruntime.AddCleanup(m, func(mapped []byte) { _ = unix.Munmap(mapped) }, mapped)
	return m, nil
}
