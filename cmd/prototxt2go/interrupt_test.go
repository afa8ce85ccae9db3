//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestCtrlC interrupts a fill of 400 million weights, which takes many seconds,
// when it has begun its file: the file goes, and the exit code says why.
func TestCtrlC(t *testing.T) {
	const large = `name: "Large"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 4 } } }
layer { name: "fc" type: "InnerProduct" bottom: "data" top: "fc" inner_product_param { num_output: 100000000 bias_term: false } }
`
	dir := t.TempDir()
	net := filepath.Join(t.TempDir(), "large.prototxt")
	require.NoError(t, os.WriteFile(net, []byte(large), 0o600))
	cmd := exec.Command("prototxt2go", "fill", net, "-o", filepath.Join(dir, "large.caffemodel"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	files := func() int {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		return len(entries)
	}
	require.Eventually(t, func() bool { return files() > 0 }, time.Minute, time.Millisecond)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	var exit *exec.ExitError
	require.True(t, errors.As(cmd.Wait(), &exit))
	require.Equal(t, 130, exit.ExitCode())
	require.Equal(t, "prototxt2go: interrupted\n", stderr.String())
	require.Zero(t, files())
}
