package runtime

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/procmem"
)

// loadVariable names the caffemodel that a process is started for to load.
const loadVariable = "PROTOTXT2GO_TEST_LOAD"

// TestLoadMemory loads the largest of the official nets from a caffemodel in a
// process of its own: no time may the memory be much more than the packed weights.
func TestLoadMemory(t *testing.T) {
	if file := os.Getenv(loadVariable); file != "" {
		load(t, file)
		return
	}
	if testing.Short() {
		t.Skip("writes half a gigabyte")
	}
	file := filepath.Join(t.TempDir(), "SENet-154.caffemodel")
	writeFilled(t, "SENet-154", file)
	self, err := os.Executable()
	require.NoError(t, err)
	c := exec.Command(self, "-test.run=^TestLoadMemory$", "-test.v")
	c.Env = append(os.Environ(), loadVariable+"="+file)
	text, err := c.CombinedOutput()
	require.NoError(t, err, "%s", text)
	var packed, peak int
	var took time.Duration
	for line := range strings.Lines(string(text)) {
		_, _ = fmt.Sscanf(line, "loaded: packed %d peak %d ns %d", &packed, &peak, &took)
	}
	require.Positive(t, packed, "%s", text)
	t.Logf("read and packed in %v: %.0f MB of weights, at most %.0f MB of memory", took, float64(packed)/1e6, float64(peak)/1e6)
	require.LessOrEqual(t, float64(peak), 1.1*float64(packed)+100e6)
}

// load loads the net that a caffemodel holds with its weights.
func load(t *testing.T, file string) {
	start := time.Now()
	net, err := caffe.ReadFile(file, caffe.Options{})
	require.NoError(t, err)
	r, err := importer.Import(net, importer.Options{})
	require.NoError(t, err)
	require.Empty(t, r.Missing)
	m := newModel(t, r.Graph, Options{})
	newPlan(t, m)
	peak := int(procmem.PeakMB("self") * 1e6)
	require.Positive(t, peak)
	fmt.Printf("loaded: packed %d peak %d ns %d\n", m.PackedBytes(), peak, time.Since(start))
}
