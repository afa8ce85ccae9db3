// Package procmem tells how much memory a process has had.
package procmem

import (
	"bytes"
	"fmt"
	"os"
)

// PeakMB returns the most memory that a process has had, in megabytes, as Linux
// counts it (VmHWM). The process is a number, or "self". It is 0 where the system
// does not tell.
func PeakMB(process string) float64 {
	status, err := os.ReadFile("/proc/" + process + "/status")
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
