//go:build !amd64 || purego

package kernels

// setOf returns nil: this build has the portable kernels alone.
func setOf(ISA) *Set { return nil }
