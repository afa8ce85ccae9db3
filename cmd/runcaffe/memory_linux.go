package main

import (
	"bytes"
	"fmt"
	"os"
)

// peakMemoryMB returns the most memory that the process has had, as the system
// counts it (VmHWM), or 0 where it does not tell.
func peakMemoryMB() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		var kilobytes float64
		if _, err := fmt.Sscanf(string(line), "VmHWM: %f kB", &kilobytes); err == nil {
			return kilobytes * 1024 / 1e6
		}
	}
	return 0
}
