//go:build !amd64 || purego

package runtime

import goruntime "runtime"

// pause lets another goroutine run while this one waits.
func pause() { goruntime.Gosched() }
