package caffe

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

func TestReadLayers(t *testing.T) {
	n := readNet(t, `name: "net"
layer { name: "a" type: "Conv" bottom: "x" bottom: "y" top: "z" phase: TEST
  param { name: "w" lr_mult: 1 share_mode: PERMISSIVE } param { } }
layer { }`)
	require.Equal(t, "net", n.Name)
	require.Equal(t, "x.prototxt", n.File)
	require.Empty(t, n.Warnings)
	require.Len(t, n.Layers, 2)
	a := n.Layers[0]
	require.Equal(t, "x.prototxt:2:7", a.Pos.String())
	require.Equal(t, []string{"x", "y"}, a.Bottoms)
	require.Equal(t, []string{"z"}, a.Tops)
	require.Equal(t, Test, a.Phase)
	require.Equal(t, []ParamSpec{{"w", "PERMISSIVE"}, {}}, a.Params)
	require.Empty(t, a.Blobs)
	require.Empty(t, a.Weights)
	require.Same(t, n.Message.All("layer")[0].Value.Message, a.Message)
	require.Equal(t, Layer{Pos: n.Layers[1].Pos, Message: n.Layers[1].Message}, *n.Layers[1])
}

func TestLayerErrors(t *testing.T) {
	n := readNet(t, "layer { name: \"c\" }")
	cause := errors.New("cause")
	err := n.Layers[0].Errorf("step: %w", cause)
	require.EqualError(t, err, `x.prototxt:1:7: layer "c": step: cause`)
	require.ErrorIs(t, err, cause)
}

// TestEverySharedNetReads reads what real Caffes wrote and read. Warnings come of
// forks' nets alone.
func TestEverySharedNetReads(t *testing.T) {
	for _, file := range append(sharedFiles(t, ".prototxt"), sharedFiles(t, ".caffemodel")...) {
		n, err := ReadFile(file, Options{})
		require.NoError(t, err)
		require.NotEmpty(t, n.Layers, file)
		require.Empty(t, n.Warnings, file)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	const text = "layer { name: \"a\" }\n"
	for name, data := range map[string][]byte{
		"net.prototxt": []byte(text), "net.txt": []byte(text), "net.PBTXT": []byte(text), "net": []byte(text), "net.unknown": []byte("\xef\xbb\xbf# é\r\n\t" + text),
		"net.caffemodel": smallModel(), "net.binaryproto": smallModel(), "net.weights": smallModel(), "snapshot": smallModel(),
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		n, err := ReadFile(path, Options{})
		require.NoError(t, err)
		require.Equal(t, path, n.File)
		require.Contains(t, []string{"a", "conv"}, n.Layers[0].Name)
	}
}

func TestReadFileRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(data), 0o600))
		return path
	}
	_, err := ReadFile(filepath.Join(dir, "missing.prototxt"), Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "missing.prototxt")
	_, err = ReadFile(dir, Options{})
	require.ErrorContains(t, err, dir)
	for path, want := range map[string]string{
		write("empty.prototxt", ""):                   " the file is empty",
		write("w.caffemodel.h5", "\x89HDF\r\n\x1a\n"): " HDF5 weights are not supported: save them as a .caffemodel",
		write("w.caffemodel", "\x89HDF\r\n\x1a\n"):    " HDF5 weights are not supported",
		write("blank.prototxt", " \n# nothing\n"):     " there is no layer in it: is it a net?",
		write("bad.prototxt", "name 5"):               "1:6: expected ':' or '{' after name, found '5'",
		write("text.caffemodel", "name: \"n\"\n"):     " offset 0x0: field 13 is damaged: this is no protobuf",
	} {
		_, err := ReadFile(path, Options{})
		require.ErrorContains(t, err, path+":"+want)
	}
	solver := write("solver.prototxt", "net: \"n\"\nbase_lr: 0.1\n")
	_, err = ReadFile(solver, Options{})
	require.EqualError(t, err, solver+": there is no layer in it: is it a net?")
}

func TestReadStandardInput(t *testing.T) {
	for _, data := range [][]byte{[]byte("layer { name: \"conv\" } bogus: 1"), smallModel()} {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		stdin := os.Stdin
		os.Stdin = r
		t.Cleanup(func() { os.Stdin = stdin })
		_, err = w.Write(data)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		n, err := ReadFile("-", Options{})
		require.NoError(t, err)
		require.Equal(t, "conv", n.Layers[0].Name)
		require.Equal(t, "standard input", n.File)
		for _, warning := range n.Warnings {
			require.Contains(t, warning.Error(), "standard input:1:24: NetParameter has no field bogus")
		}
		require.NoError(t, r.Close())
		_, err = ReadFile("-", Options{})
		require.ErrorContains(t, err, "standard input: ")
	}
}

func TestIsBinary(t *testing.T) {
	long := make([]byte, 0, 600)
	for len(long) < 511 {
		long = append(long, ' ')
	}
	for _, c := range []struct {
		name string
		data string
		want bool
	}{
		{"a.caffemodel", "name: 1", true},
		{"a.prototxt", "\x00", false},
		{"a", "name: \"é\"", false},
		{"a", string(long) + "é", false}, // cut within a character
		{"a", "\x0a\x05small\xa2\x06", true},
		{"a", "\xff\xfe\xfd\xfc", true},
	} {
		require.Equal(t, c.want, isBinary(c.name, []byte(c.data)), "%q", c.data)
	}
}

func TestNewNet(t *testing.T) {
	n, err := NewNet(NewMessage("NetParameter").Add("name", "n").Add("layer", NewMessage("LayerParameter").Add("name", "l")))
	require.NoError(t, err)
	require.Equal(t, "n", n.Name)
	require.Empty(t, n.File)
	require.EqualError(t, n.Layers[0].Errorf("bad"), `layer "l": bad`)
	_, err = NewNet(NewMessage("NetParameter"))
	require.Error(t, err)
}

func BenchmarkReadLargestPrototxt(b *testing.B) {
	file := reftest.Path(b, "official", "SENet-154.prototxt")
	data, err := os.ReadFile(file)
	require.NoError(b, err)
	schema.Text()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := Read(file, data, Options{})
		require.NoError(b, err)
	}
}
