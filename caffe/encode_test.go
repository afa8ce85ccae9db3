package caffe

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

// writeBinary writes a net and reads it back.
func writeBinary(t *testing.T, n *Net) (again *Net, data []byte, dropped Problems) {
	var b bytes.Buffer
	dropped, err := n.WriteBinary(&b)
	require.NoError(t, err)
	again, err = Read("written.caffemodel", b.Bytes(), Options{})
	require.NoError(t, err)
	return again, b.Bytes(), dropped
}

// sameBlobs requires that two nets have the same blobs, to the last bit.
func sameBlobs(t *testing.T, want, got *Net) {
	require.Len(t, got.Layers, len(want.Layers))
	for i, l := range want.Layers {
		require.Len(t, got.Layers[i].Blobs, len(l.Blobs), l.Name)
		for j, b := range l.Blobs {
			o := got.Layers[i].Blobs[j]
			require.Equal(t, b.Legacy, o.Legacy)
			require.True(t, slices.Equal(b.Shape, o.Shape), "%v %v", b.Shape, o.Shape)
			same := slices.EqualFunc(values(b), values(o), func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
			require.True(t, same, "%s blob %d", l.Name, j)
		}
	}
}

func TestWrittenNetsReadBackTheSame(t *testing.T) {
	for _, file := range append(sharedFiles(t, ".caffemodel"), sharedFiles(t, ".prototxt")...) {
		n, err := ReadFile(file, Options{})
		require.NoError(t, err)
		again, data, dropped := writeBinary(t, n)
		require.Equal(t, n.Name, again.Name)
		sameBlobs(t, n, again)
		if len(dropped) == 0 && filepath.Ext(file) == ".prototxt" {
			require.True(t, n.Message.Equal(again.Message), file)
		}
		if filepath.Ext(file) == ".caffemodel" {
			require.Empty(t, dropped, file)
			require.Equal(t, string(printText(t, n.Message)), string(printText(t, again.Message)), file)
		}
		google, err := googleWire(data)
		require.NoError(t, err, file)
		sameMessage(t, file, google.ProtoReflect(), decodeNet(t, data))
	}
}

// TestWriteWithWeights writes a prototxt's layers with a caffemodel's blobs.
func TestWriteWithWeights(t *testing.T) {
	for _, name := range []string{"finemap_fp16", "det2"} {
		prototxt := name
		if name == "finemap_fp16" {
			prototxt = "finemap"
		}
		n, err := ReadFile(reftest.Path(t, "trained", prototxt+".prototxt"), Options{})
		require.NoError(t, err)
		w, err := ReadFile(reftest.Path(t, "trained", name+".caffemodel"), Options{})
		require.NoError(t, err)
		require.NotZero(t, n.LoadWeights(w).Loaded)
		again, _, _ := writeBinary(t, n)
		sameBlobs(t, n, again)
	}
}

func TestWrittenBlobs(t *testing.T) {
	halves := make([]byte, 2<<16)
	for i := range 1 << 16 {
		halves[2*i], halves[2*i+1] = byte(i), byte(i>>8)
	}
	layer := wire{}.text(layerName, "l")
	for _, blob := range []wire{
		wire{}.bytes(blobShape, shapeOf(1<<16)).varint(blobRawDataType, 2).bytes(blobRawData, halves),
		wire{}.bytes(blobShape, shapeOf(3)).bytes(blobDoubleData, packedDoubles(0.1, 1e300, 0)),
		wire{}.bytes(blobShape, shapeOf(0)),
		wire{}.bytes(blobShape, shapeOf()).fixed32(blobData, 1),
		wire{}.varint(blobWidth, 2).varint(blobNum, 1).varint(blobChannels, 1).varint(blobHeight, 1).bytes(blobData, packedFloats(1, 2)),
		wire{}.bytes(blobShape, shapeOf(1, 2)).fixed32(blobData, 1).fixed32(blobData, 2),
	} {
		layer = layer.bytes(layerBlobs, blob)
	}
	n, err := Read("x.caffemodel", wire{}.bytes(netLayer, layer), Options{})
	require.NoError(t, err)
	again, data, _ := writeBinary(t, n)
	sameBlobs(t, n, again)
	google, err := googleWire(data)
	require.NoError(t, err)
	sameMessage(t, "net", google.ProtoReflect(), decodeNet(t, data))
	_, twice, _ := writeBinary(t, again)
	require.Equal(t, data, twice)
}

func TestForkFieldsAreDroppedWithAWarning(t *testing.T) {
	n := readNet(t, `name: "n"
layer { name: "p" type: "Pooling" pooling_param { kernel_size: 2 ceil_mode: false pool: AVE_TF } }
layer { name: "q" type: "Permute" permute_param { order: 0 } phase: 7 mine: "x" }
`)
	again, _, dropped := writeBinary(t, n)
	require.EqualError(t, dropped.Err(), "x.prototxt:2:66: ceil_mode: false is not of BVLC's schema: it is left out of the binary file\n"+
		"x.prototxt:2:83: pool: AVE_TF is not of BVLC's schema: it is left out of the binary file\n"+
		"x.prototxt:3:35: permute_param: {…} is not of BVLC's schema: it is left out of the binary file\n"+
		"x.prototxt:3:71: mine: \"x\" is not of BVLC's schema: it is left out of the binary file")
	want := readNet(t, `name: "n" layer { name: "p" type: "Pooling" pooling_param { kernel_size: 2 } } layer { name: "q" type: "Permute" phase: 7 }`)
	require.True(t, want.Message.Equal(again.Message))
}

func TestPackedFieldsArePacked(t *testing.T) {
	n := readNet(t, `layer { input_param { shape { dim: [1, 300] } } loss_weight: [1, 2] }`)
	var b bytes.Buffer
	_, err := n.WriteBinary(&b)
	require.NoError(t, err)
	layer := wire{}.fixed32(5, 1).fixed32(5, 2).bytes(143, wire{}.bytes(1, shapeOf(1, 300)))
	require.Equal(t, []byte(wire{}.bytes(netLayer, layer)), b.Bytes())
}

// TestEnumOfTheUsersSchemaIsDropped writes a field of BVLC's number whose enum is
// the user's own.
func TestEnumOfTheUsersSchemaIsDropped(t *testing.T) {
	s, err := schema.Extend("mine.proto", strings.NewReader("message LayerParameter { enum Phase { MINE = 7; } optional Phase phase = 10; }"))
	require.NoError(t, err)
	n, err := Read("x.prototxt", []byte(`layer { name: "l" phase: MINE }`), Options{Schema: s})
	require.NoError(t, err)
	_, _, dropped := writeBinary(t, n)
	require.ErrorContains(t, dropped.Err(), "phase: MINE is not of BVLC's schema")
}

func TestWriteBinaryReportsTheWritersError(t *testing.T) {
	n, err := Read("x.caffemodel", smallModel(), Options{})
	require.NoError(t, err)
	for after := range len(smallModel()) - 10 {
		_, err = n.WriteBinary(&brokenWriter{after})
		require.ErrorIs(t, err, errBroken)
	}
	require.ErrorIs(t, n.Layers[0].Blobs[0].WriteFloats(&brokenWriter{}), errBroken)
}

func TestWriteToAFile(t *testing.T) {
	n, err := Read("x.caffemodel", smallModel(), Options{})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "out.caffemodel")
	f, err := os.Create(path)
	require.NoError(t, err)
	_, err = n.WriteBinary(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	again, err := ReadFile(path, Options{})
	require.NoError(t, err)
	sameBlobs(t, n, again)
}
