package cpu

import "golang.org/x/sys/cpu"

// AVX2 reports whether the processor and the system have AVX2 and FMA.
func AVX2() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

// AVX512 reports whether they have the AVX-512 of all servers since Skylake:
// F, DQ, VL and BW.
func AVX512() bool {
	x := cpu.X86
	return x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512VL && x.HasAVX512BW
}
