package prototxt2go

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

const module = "github.com/prototxt2go/prototxt2go/"

// mayNotImport lists, for each package of the project, what it must not reach, by
// any path. Imports point one way: from the commands to the leaves.
var mayNotImport = map[string][]string{
	"caffe":               {"ir", "runtime/reference", "imagenet", "arch", "caffe/importer", "caffe/fill"},
	"caffe/schema":        {"caffe", "ir"},
	"caffe/fill":          {"ir", "caffe/importer"},
	"caffe/importer":      {"runtime/reference", "imagenet", "arch"},
	"ir/passes":           {"caffe", "caffe/schema", "runtime/reference"},
	"runtime":             {"caffe", "caffe/schema", "caffe/importer", "imagenet"},
	"runtime/reference":   {"runtime", "caffe", "caffe/schema", "caffe/importer", "imagenet"},
	"export/onnx":         {"caffe", "caffe/schema", "caffe/importer", "runtime", "runtime/reference", "imagenet"},
	"imagenet":            {"caffe", "ir", "runtime/reference"},
	"arch":                {"ir", "caffe/importer", "runtime/reference"},
	"npy":                 {"caffe", "ir", "tensor"},
	"models/fashion":      {"caffe", "ir", "runtime/reference"},
	"internal/atomicfile": {"caffe", "ir"},
	"internal/nearest":    {"caffe", "ir"},
}

func TestImportsPointOneWay(t *testing.T) {
	deps := dependencies(t)
	for pkg, forbidden := range mayNotImport {
		require.Contains(t, deps, module+pkg, "a package that moved: change the list")
		for _, f := range forbidden {
			require.NotContains(t, deps[module+pkg], module+f, "%s reaches %s", pkg, f)
		}
	}
	for pkg := range deps {
		require.NotContains(t, deps[pkg], "cmd/", "%s reaches a command", pkg)
	}
	for _, dep := range deps[module+"ir"] {
		host, _, _ := strings.Cut(dep, "/")
		require.NotContains(t, host, ".", "ir reaches %s, beyond the standard library", dep)
	}
}

// dependencies returns all that each package of the module reaches.
func dependencies(t *testing.T) map[string][]string {
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./...")
	cmd.Dir = reftest.Root()
	out, err := cmd.Output()
	require.NoError(t, err)
	deps := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		deps[fields[0]] = fields[1:]
	}
	return deps
}
