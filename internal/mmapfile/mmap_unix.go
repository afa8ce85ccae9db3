//go:build unix

package mmapfile

import (
	"fmt"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapped holds every mapping, by its first address, for Drop.
var mapped struct {
	mu   sync.Mutex
	ends map[uintptr]uintptr
}

func read(f *os.File, size int) ([]byte, error) {
	data, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("%s: map: %w", f.Name(), err)
	}
	mapped.mu.Lock()
	defer mapped.mu.Unlock()
	if mapped.ends == nil {
		mapped.ends = map[uintptr]uintptr{}
	}
	start := uintptr(unsafe.Pointer(&data[0]))
	mapped.ends[start] = start + uintptr(size)
	return data, nil
}

// drop lets go of the whole pages of b, if they are mapped.
func drop(b []byte) {
	page := uintptr(os.Getpagesize())
	start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	first := (start + page - 1) / page * page
	last := (start + uintptr(len(b))) / page * page
	if first >= last || !isMapped(first, last) {
		return
	}
	// Pages that stay cost memory, nothing else.
	_ = unix.Madvise(b[first-start:last-start], unix.MADV_DONTNEED)
}

func isMapped(first, last uintptr) bool {
	mapped.mu.Lock()
	defer mapped.mu.Unlock()
	for start, end := range mapped.ends {
		if start <= first && last <= end {
			return true
		}
	}
	return false
}
