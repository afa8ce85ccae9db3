//go:build !linux

package cpu

import "runtime"

func affinity() int { return runtime.NumCPU() }

// quota returns 0: no limit is known.
func quota() int { return 0 }
