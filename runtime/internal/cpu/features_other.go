//go:build !amd64

package cpu

// AVX2 reports whether the processor and the system have AVX2 and FMA.
func AVX2() bool { return false }

// AVX512 reports whether they have the AVX-512 of all servers since Skylake:
// F, DQ, VL and BW.
func AVX512() bool { return false }
