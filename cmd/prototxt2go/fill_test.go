package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

// TestFillIsTheReferences fills SE-BN-Inception with the statistics of the
// reference data: its weights are those that the real Caffe was given. What is
// written is a net by itself with the same figures.
func TestFillIsTheReferences(t *testing.T) {
	if testing.Short() {
		t.Skip("writes a file of 48 MB")
	}
	const name = "SE-BN-Inception"
	net := reftest.Path(t, "official", name+".prototxt")
	data, err := os.ReadFile(reftest.Path(t, "reference", name+".reference.json"))
	require.NoError(t, err)
	var want struct {
		SHA256     string `json:"weights_sha256"`
		Parameters int    `json:"learnable_parameters"`
	}
	require.NoError(t, json.Unmarshal(data, &want))
	output := filepath.Join(t.TempDir(), name+".caffemodel")
	stdout, stderr, err := run(t.Context(), "fill", net, "--stats", reftest.Path(t, "reference", name+".bnstats.caffemodel"), "-o", output, "--json")
	require.NoError(t, err)
	require.Empty(t, stderr)
	var told filled
	require.NoError(t, json.Unmarshal([]byte(stdout), &told))
	require.Equal(t, want.SHA256, told.SHA256)
	require.Equal(t, want.Parameters, told.Numbers)
	require.Equal(t, output, told.File)

	source := regexp.MustCompile(`"source": .*`)
	text, _, err := run(t.Context(), "dump", net, "--json")
	require.NoError(t, err)
	binary, _, err := run(t.Context(), "dump", output, "--json")
	require.NoError(t, err)
	require.Equal(t, source.ReplaceAllString(text, ""), source.ReplaceAllString(binary, ""))
}
