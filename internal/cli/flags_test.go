package cli

import (
	"bytes"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		args []string
		json bool
		err  string
	}{
		{nil, false, ""},
		{[]string{"--json"}, true, ""},
		{[]string{"--format", "json"}, true, ""},
		{[]string{"--format", "text"}, false, ""},
		{[]string{"--format", "text", "--json"}, true, ""},
		{[]string{"--format", "xml"}, false, `there is no format "xml": text or json`},
	} {
		cmd := &cobra.Command{}
		f := AddFormat(cmd)
		require.NoError(t, cmd.ParseFlags(c.args))
		json, err := f.JSON()
		require.Equal(t, c.json, json, c.args)
		if c.err != "" {
			require.EqualError(t, err, c.err)
			continue
		}
		require.NoError(t, err)
	}
}

func TestWriteJSON(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, WriteJSON(&b, map[string]any{"name": "a<b>&", "list": []int{1}}))
	require.Equal(t, "{\n  \"list\": [\n    1\n  ],\n  \"name\": \"a<b>&\"\n}\n", b.String())
	require.ErrorContains(t, WriteJSON(io.Discard, math.NaN()), "write json: ")
}

func TestNames(t *testing.T) {
	require.Equal(t, "Net", NetName("Net"))
	require.Equal(t, "net without a name", NetName(""))
	require.Equal(t, "0 layers", Counted(0, "layer"))
	require.Equal(t, "1 layer", Counted(1, "layer"))
	require.Equal(t, "2 layers", Counted(2, "layer"))
}

func netFlags(t *testing.T, args ...string) *NetFlags {
	cmd := &cobra.Command{}
	f := AddNetFlags(cmd)
	require.NoError(t, cmd.ParseFlags(args))
	return f
}

func TestState(t *testing.T) {
	s, err := netFlags(t).State()
	require.NoError(t, err)
	require.Equal(t, caffe.State{Phase: caffe.Test}, s)
	s, err = netFlags(t, "--phase", "Train", "--level", "2", "--stage", "a,b", "--stage", "c").State()
	require.NoError(t, err)
	require.Equal(t, caffe.State{Phase: caffe.Train, Level: 2, Stages: []string{"a", "b", "c"}}, s)
	_, err = netFlags(t, "--phase", "deploy").State()
	require.EqualError(t, err, `there is no phase "deploy": test or train`)
}

func TestInputShapes(t *testing.T) {
	shapes, err := netFlags(t, "--shape", "data=1x3x224x224", "--shape", "info=2,0,3", "--shape", "s=()").InputShapes()
	require.NoError(t, err)
	require.Equal(t, map[string][]int{"data": {1, 3, 224, 224}, "info": {2, 0, 3}, "s": {}}, shapes)
	for arg, want := range map[string]string{
		"data":                  `--shape data: write it as BLOB=1x3x224x224`,
		"=1x3":                  `--shape =1x3: write it as BLOB=1x3x224x224`,
		"data=":                 `--shape data=: "" is no axis of a shape`,
		"data=1xx3":             `--shape data=1xx3: "" is no axis of a shape`,
		"data=1x3x":             `--shape data=1x3x: "" is no axis of a shape`,
		"data=1x-3":             `--shape data=1x-3: "-3" is no axis of a shape`,
		"data=axb":              `--shape data=axb: "a" is no axis of a shape`,
		"data=1x2147483648":     `--shape data=1x2147483648: "2147483648" is no axis of a shape`,
		"data=1x99999999999999": `--shape data=1x99999999999999: "99999999999999" is no axis of a shape`,
	} {
		_, err := netFlags(t, "--shape", arg).InputShapes()
		require.EqualError(t, err, want)
		var usage usageError
		require.ErrorAs(t, err, &usage)
	}
	_, err = netFlags(t, "--shape", "a=1", "--shape", "a=()").InputShapes()
	require.EqualError(t, err, `--shape a=(): "a" has a shape already`)
}

func TestReadSchema(t *testing.T) {
	s, err := netFlags(t).ReadSchema()
	require.NoError(t, err)
	require.Nil(t, s)
	_, err = netFlags(t, "--schema", filepath.Join(t.TempDir(), "absent.proto")).ReadSchema()
	require.ErrorIs(t, err, os.ErrNotExist)
	file := filepath.Join(t.TempDir(), "fork.proto")
	require.NoError(t, os.WriteFile(file, []byte("message LayerParameter { optional int32 mine = 999; }"), 0o600))
	s, err = netFlags(t, "--schema", file).ReadSchema()
	require.NoError(t, err)
	n, err := caffe.Read("x.prototxt", []byte(`layer { name: "a" type: "ReLU" mine: 1 }`), caffe.Options{Schema: s})
	require.NoError(t, err)
	require.Empty(t, n.Warnings)
}

func TestShapeHint(t *testing.T) {
	input := &caffe.Layer{Name: "in", Type: "Input", Tops: []string{"data"}}
	missing := input.Errorf("%w", &importer.UnshapedError{Blob: "data"})
	require.EqualError(t, ShapeHint(missing), `layer "in": input "data" has no shape: give one, such as data=1x3x224x224, with --shape`)
	for _, err := range []error{nil, errors.New("has no shape"), input.Errorf("has two shapes")} {
		require.Equal(t, err, ShapeHint(err))
	}
}

func TestWarn(t *testing.T) {
	root := &cobra.Command{Use: "tool"}
	cmd := &cobra.Command{Use: "work"}
	root.AddCommand(cmd)
	var b bytes.Buffer
	root.SetErr(&b)
	Warn(cmd, []string{"one", "two"})
	Warn(cmd, nil)
	require.Equal(t, "tool: warning: one\ntool: warning: two\n", b.String())
}

// TestNoProgress shows that what is no terminal gets no bar: a buffer, a pipe, a
// file.
func TestNoProgress(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	defer file.Close()
	var b bytes.Buffer
	for _, stderr := range []io.Writer{&b, w, file} {
		cmd := &cobra.Command{}
		cmd.SetErr(stderr)
		p := NewProgress(cmd, 10, "images")
		p.Add(3)
		p.Done()
	}
	require.Empty(t, b.String())
	require.NoError(t, w.Close())
	piped, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Empty(t, piped)
	info, err := file.Stat()
	require.NoError(t, err)
	require.Zero(t, info.Size())
}

// TestProgress draws a bar as for a terminal, finished and not.
func TestProgress(t *testing.T) {
	for _, done := range []int{3, 10} {
		var b bytes.Buffer
		p := newBar(&b, 10, "images")
		p.Add(done)
		p.Done()
		require.Contains(t, b.String(), "/ 10 images")
	}
}
