package prototxt2go

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// TestOpenONNX runs the embedded net as the ONNX model that it becomes, fused and
// with an open batch.
func TestOpenONNX(t *testing.T) {
	own, err := Default(Options{})
	require.NoError(t, err)
	g, err := own.Graph().Reshape(nil)
	require.NoError(t, err)
	require.NoError(t, passes.Run(g, passes.Default()...))
	path := filepath.Join(t.TempDir(), "net.onnx")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, onnx.Write(f, g, onnx.Options{Dynamic: true}))
	require.NoError(t, f.Close())

	read, err := Load(path)
	require.NoError(t, err)
	x := ramp(3, 1, 28, 28)
	want, got := forward(t, own, x)["prob"], forward(t, read, x)["prob"]
	require.Equal(t, want.Shape, got.Shape)
	require.NoError(t, conformance.Close(got.Data, want.Data, 1e-5))

	_, err = Load(path, "w.caffemodel")
	require.ErrorContains(t, err, "an ONNX model has its own weights")
	require.NoError(t, os.WriteFile(path, []byte("no model"), 0o600))
	_, err = Load(path)
	require.ErrorContains(t, err, "net.onnx")
}
