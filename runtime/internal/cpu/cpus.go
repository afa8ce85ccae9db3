package cpu

import "sync"

// CPUs returns how many processors this process may keep busy: those that it may
// be scheduled on, and no more than its control group's quota of time, rounded up;
// at least 1.
func CPUs() int { return cpus() }

var cpus = sync.OnceValue(func() int {
	n := affinity()
	if quota := quota(); quota > 0 {
		n = min(n, quota)
	}
	return max(n, 1)
})
