//go:build !amd64

package cpu

// AVX2 reports whether the processor and the system have AVX2 and FMA.
func AVX2() bool { return false }
