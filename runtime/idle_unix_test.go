//go:build unix

package runtime

import (
	goruntime "runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// processorTime returns what this process has used so far.
func processorTime(t *testing.T) time.Duration {
	var u unix.Rusage
	require.NoError(t, unix.Getrusage(unix.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestIdleUsesNoProcessor: after a run the workers park, all of them.
func TestIdleUsesNoProcessor(t *testing.T) {
	g := fashionNet(t)
	s := newSession(t, newPlan(t, newModel(t, g, Options{})), 8)
	run(t, s, randomInputs(g))
	requireParked(t, idle())
	goruntime.GC()
	before := processorTime(t)
	time.Sleep(300 * time.Millisecond)
	used := processorTime(t) - before
	require.Less(t, used, 20*time.Millisecond)
	goruntime.KeepAlive(s)
}
