package cpu

import "golang.org/x/sys/cpu"

// AVX2 reports whether the processor and the system have AVX2 and FMA.
func AVX2() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }
