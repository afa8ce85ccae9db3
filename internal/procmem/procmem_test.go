package procmem

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPeakMB(t *testing.T) {
	require.Zero(t, PeakMB("no process"))
	if runtime.GOOS != "linux" {
		require.Zero(t, PeakMB("self"))
		return
	}
	before := PeakMB("self")
	require.Positive(t, before)
	taken := make([]byte, 64<<20)
	for i := 0; i < len(taken); i += 4096 {
		taken[i] = 1
	}
	require.Greater(t, PeakMB(fmt.Sprint(os.Getpid())), before)
	runtime.KeepAlive(taken)
}
