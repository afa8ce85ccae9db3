//go:build !linux

package main

import goruntime "runtime"

// peakMemoryMB returns the memory that the Go runtime has taken from the system.
func peakMemoryMB() float64 {
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return float64(m.Sys) / 1e6
}
