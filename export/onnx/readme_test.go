package onnx

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

var update = flag.Bool("update", false, "write the table of README.md anew")

const (
	tableBegin = "<!-- ops: written by go generate -->\n"
	tableEnd   = "<!-- end of ops -->\n"
)

// TestREADME holds the table of ops to the emitters. Ops of ir without an emitter
// are in it too.
func TestREADME(t *testing.T) {
	var b strings.Builder
	b.WriteString("| op | in ONNX |\n| --- | --- |\n")
	forms := Ops()
	for _, op := range ir.Ops() {
		form := forms[op.Kind()]
		if form == "" {
			form = "not written"
		}
		fmt.Fprintf(&b, "| %s | %s |\n", op.Kind(), form)
	}
	fmt.Fprintf(&b, "\nRead are %s.\n", strings.Join(slices.Sorted(maps.Keys(readers)), ", "))
	data, err := os.ReadFile("README.md")
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(data), tableBegin)
	require.True(t, ok)
	_, after, ok := strings.Cut(rest, tableEnd)
	require.True(t, ok)
	want := before + tableBegin + b.String() + tableEnd + after
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(want), 0o666))
		return
	}
	require.Equal(t, want, string(data), "run go generate")
}
