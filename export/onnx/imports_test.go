package onnx

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestImports shows that the package knows ir alone, and protobuf's wire format.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	require.NoError(t, err)
	for _, pkg := range strings.Fields(string(out)) {
		switch {
		case strings.HasSuffix(pkg, "/prototxt2go/ir"), strings.HasSuffix(pkg, "/prototxt2go/export/onnx"):
		default:
			require.True(t, strings.HasPrefix(pkg, "google.golang.org/protobuf/"), "reaches %s", pkg)
		}
	}
}
