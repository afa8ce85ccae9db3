package arch

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/internal/golden"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/stretchr/testify/require"
)

func published(t testing.TB, name string) *caffe.Net {
	t.Helper()
	n, err := New(name, Options{})
	require.NoError(t, err)
	return n
}

func printed(t testing.TB, m *caffe.Message) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, caffe.Print(&b, m))
	return b.String()
}

// Every layer says what the published file says: no more, no less, in its order.
func TestPublishedFiles(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			want, err := caffe.ReadFile(reftest.Path(t, "official", name+".prototxt"), caffe.Options{})
			require.NoError(t, err)
			have := published(t, name)
			require.Equal(t, want.Name, have.Name)
			for i := range min(len(want.Layers), len(have.Layers)) {
				w, h := want.Layers[i].Message, have.Layers[i].Message
				require.True(t, h.Equal(w), "layer %d: want\n%shave\n%s", i, printed(t, w), printed(t, h))
			}
			require.Len(t, have.Layers, len(want.Layers))
			require.True(t, have.Message.Equal(want.Message), "the nets differ outside of their layers")
		})
	}
}

func TestGolden(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			text := printed(t, published(t, name).Message)
			golden.Equal(t, filepath.Join("..", "testdata", "prototxt", name+".prototxt"), []byte(text))
		})
	}
}

// What is printed reads back as the same net.
func TestPrintedNetsReadBack(t *testing.T) {
	for _, o := range []Options{{}, {NoSE: true}, {Reduction: 8, SEStages: []int{3, 5}}} {
		for _, name := range Names() {
			n, err := New(name, o)
			require.NoError(t, err)
			read, err := caffe.Read(name+".prototxt", []byte(printed(t, n.Message)), caffe.Options{})
			require.NoError(t, err)
			require.Empty(t, read.Warnings)
			require.True(t, n.Message.Equal(read.Message), n.Name)
		}
	}
}

func TestNamesOfEitherCase(t *testing.T) {
	for _, name := range Names() {
		want := published(t, name)
		require.True(t, published(t, strings.ToLower(name)).Message.Equal(want.Message))
		require.True(t, published(t, strings.ToUpper(name)).Message.Equal(want.Message))
	}
}

// The nets and the names are the caller's to change.
func TestNothingIsShared(t *testing.T) {
	Names()[0] = "changed"
	require.Equal(t, "SE-BN-Inception", Names()[0])

	const name = "SE-ResNet-50"
	n := published(t, name)
	before := printed(t, n.Message)
	n.Layers[1].Message.Add("phase", "TEST")
	n.Layers[2].Tops[0] = "changed"
	require.NotEqual(t, before, printed(t, n.Message))
	require.Equal(t, before, printed(t, published(t, name).Message))
}
