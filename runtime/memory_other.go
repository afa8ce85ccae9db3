//go:build !linux

package runtime

import "unsafe"

// memory is bytes that begin at a multiple of align. They are zero at first.
type memory struct{ bytes []byte }

func newMemory(n int) (*memory, error) {
	all := make([]byte, n+align)
	skip := -int(uintptr(unsafe.Pointer(&all[0]))) & (align - 1)
	return &memory{bytes: all[skip : skip+n]}, nil
}
