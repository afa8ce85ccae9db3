//go:build !purego

package runtime

// pause tells the processor that this thread waits for another.
//
//go:noescape
func pause()
