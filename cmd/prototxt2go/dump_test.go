package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/ir"
)

// run runs the program in this process.
func run(ctx context.Context, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(args)
	err = root.ExecuteContext(ctx)
	return out.String(), errs.String(), err
}

// TestGraphReadsBack dumps the graph of a net, reads the text with the net's own
// constants, and prints it again.
func TestGraphReadsBack(t *testing.T) {
	file := filepath.Join(reftest.Root(), "testdata", "prototxt", "SE-BN-Inception.prototxt")
	stdout, _, err := run(t.Context(), "dump", "--at", "graph", file)
	require.NoError(t, err)

	net, err := caffe.ReadFile(file, caffe.Options{})
	require.NoError(t, err)
	r, err := importer.Import(net, importer.Options{Fill: true})
	require.NoError(t, err)
	constants := map[string]ir.Source{}
	for _, v := range r.Graph.Consts {
		constants[v.Const.Origin] = v.Const.Source
	}
	g, err := ir.Parse("dumped", stdout, func(origin, sum string, typ ir.Type) (ir.Source, error) {
		source := constants[origin]
		require.Equal(t, ir.Sum(typ, source), sum, origin)
		return source, nil
	})
	require.NoError(t, err)
	require.NoError(t, g.Verify())
	require.Equal(t, r.Graph.Fingerprint(), g.Fingerprint())
	var again bytes.Buffer
	_, err = g.WriteTo(&again)
	require.NoError(t, err)
	require.Equal(t, stdout, again.String())
}

// TestOfficialNetAtAnotherSize names the pooling of fixed size and the product
// that has weights for what it gives at 224 by 224.
func TestOfficialNetAtAnotherSize(t *testing.T) {
	_, _, err := run(t.Context(), "dump", reftest.Path(t, "official", "SE-ResNet-50.prototxt"), "--shape", "data=1x3x256x256")
	require.ErrorContains(t, err, `layer "pool5/7x7_s1" pools a fixed 7x7 and layer "classifier" has weights for 1x1 of it: this net is made for data as 1x3x224x224`)
}

func TestPlace(t *testing.T) {
	for source, want := range map[string]string{
		"net.prototxt:12:7":                    "12",
		`C:\nets\net.prototxt:12:7`:            "12",
		"net.caffemodel: offset 0x2a":          "0x2a",
		"standard input:3:7":                   "3",
		"a: offset: b.caffemodel: offset 0x2a": "0x2a",
		"":                                     "",
	} {
		require.Equal(t, want, place(source), source)
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567"} {
		require.Equal(t, want, grouped(n))
	}
	for n, want := range map[int64]string{0: "0", 999_999: "999,999", 1_000_000: "1.00 million", 28_088_024: "28.09 million", 3_870_000_000: "3.870 billion"} {
		require.Equal(t, want, short(n))
	}
}

// TestInterrupted shows that work ends when the context does, and leaves nothing.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	net := filepath.Join(reftest.Root(), "models", "fashion", "deploy.prototxt")
	_, _, err := run(ctx, "fill", net, "-o", filepath.Join(dir, "w.caffemodel"))
	require.ErrorIs(t, err, context.Canceled)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	stdout, _, err := run(ctx, "fill", net, "-o", "-")
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, stdout)
}
