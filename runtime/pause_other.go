//go:build !amd64 || purego

package runtime

import "sync/atomic"

var never atomic.Bool

// pause takes about as long as the instruction does where there is one. To yield to
// another goroutine instead would take a change of threads each time.
func pause() {
	for range 30 {
		never.Load()
	}
}
