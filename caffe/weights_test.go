package caffe

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// weightsOf is a caffemodel: of each layer the name and the values of its blobs.
func weightsOf(t *testing.T, file string, layers ...any) *Net {
	var net wire
	for i := 0; i < len(layers); i += 2 {
		l := wire{}.text(layerName, layers[i].(string))
		for _, v := range layers[i+1].([]float32) {
			l = l.bytes(layerBlobs, wire{}.bytes(blobShape, shapeOf(1)).fixed32(blobData, v))
		}
		net = net.bytes(netLayer, l)
	}
	n, err := Read(file, net, Options{})
	require.NoError(t, err)
	return n
}

// blobValues shows the first value of each blob of a layer.
func blobValues(l *Layer) []float32 {
	var all []float32
	for _, b := range l.Blobs {
		all = append(all, values(b)...)
	}
	return all
}

func TestWeightsMatchByName(t *testing.T) {
	net := readNet(t, `layer { name: "a" } layer { name: "b" } layer { name: "a" } layer { name: "none" } layer { name: "relu" }`)
	w := weightsOf(t, "w.caffemodel", "b", []float32{1, 2}, "gone", []float32{3}, "a", []float32{4}, "data", []float32{}, "relu", []float32{})
	report := net.LoadWeights(w)
	require.Equal(t, &WeightsReport{Files: []string{"w.caffemodel"}, Loaded: 2, Ignored: []string{"gone"}}, report)
	require.Equal(t, []float32{4}, blobValues(net.Layers[0]), "the first layer of the name")
	require.Empty(t, net.Layers[2].Blobs, "a second layer of the name gets none")
	require.Equal(t, []float32{1, 2}, blobValues(net.Layers[1]))
	require.Equal(t, "w.caffemodel", net.Layers[1].Weights)
	require.Empty(t, net.Layers[3].Weights, "the file says nothing of it")
	require.Equal(t, "w.caffemodel", net.Layers[4].Weights, "the file says that it has none")
}

func TestWeightsOfSeveralFiles(t *testing.T) {
	net := readNet(t, `layer { name: "a" } layer { name: "b" } layer { name: "c" }`)
	first := weightsOf(t, "1.caffemodel", "a", []float32{1}, "b", []float32{2}, "x", []float32{0})
	second := weightsOf(t, "2.caffemodel", "b", []float32{3}, "c", []float32{4}, "y", []float32{0}, "c", []float32{5})
	report := net.LoadWeights(first, second)
	require.Equal(t, &WeightsReport{Files: []string{"1.caffemodel", "2.caffemodel"}, Loaded: 3, Ignored: []string{"x", "y"}}, report)
	require.Equal(t, []float32{1}, blobValues(net.Layers[0]))
	require.Equal(t, []float32{3}, blobValues(net.Layers[1]), "the later file wins")
	require.Equal(t, []float32{5}, blobValues(net.Layers[2]), "the last layer of the name in a file wins")
	require.Equal(t, []string{"1.caffemodel", "2.caffemodel", "2.caffemodel"},
		[]string{net.Layers[0].Weights, net.Layers[1].Weights, net.Layers[2].Weights})
	require.Zero(t, net.LoadWeights(weightsOf(t, "3.caffemodel", "a", []float32{})).Loaded)
	require.Empty(t, net.Layers[0].Blobs, "a later file takes blobs away too: their number is wrong then, as for Caffe")
}

func TestSummary(t *testing.T) {
	r := &WeightsReport{Files: []string{"a", "b"}, Loaded: 3, Ignored: []string{"x", "y"}}
	require.Equal(t, "3 layers got weights from a, b; 1 layer is not in the files and keeps its fillers (m); "+
		"2 layers are not in the net and were ignored (x, y); 1 layer was reshaped (r)", r.Summary([]string{"m"}, []string{"r"}))
	require.Equal(t, "1 layer got weights from a", (&WeightsReport{Files: []string{"a"}, Loaded: 1}).Summary(nil, nil))
	require.Equal(t, "no weights were given: 2 layers have them from fillers", (&WeightsReport{}).Summary([]string{"a", "b"}, nil))
	require.Equal(t, "1 layer was reshaped (r)", (&WeightsReport{}).Summary(nil, []string{"r"}))
}

func TestWeightsInText(t *testing.T) {
	n := readNet(t, `layer { name: "a"
		blobs { shape { dim: 1 dim: 2 } data: [0.1, 2] diff: 3 }
		blobs { num: 1 channels: 1 height: 1 width: 1 double_data: 0.3 data: [7, 8] }
		blobs { shape {} data: 5 } }`)
	require.Equal(t, "x.prototxt", n.Layers[0].Weights)
	blobs := n.Layers[0].Blobs
	require.Equal(t, []int{1, 2}, blobs[0].Shape)
	require.False(t, blobs[0].Legacy)
	require.Equal(t, []float32{0.1, 2}, values(blobs[0]))
	require.Equal(t, "x.prototxt:2:9", blobs[0].Pos.String())
	require.True(t, blobs[1].Legacy)
	require.Equal(t, []int{1, 1, 1, 1}, blobs[1].Shape)
	require.Equal(t, []float32{0.3}, values(blobs[1]))
	require.Empty(t, blobs[2].Shape)
	require.Equal(t, []float32{5}, values(blobs[2]))
}

func TestWeightsInTextAreRefused(t *testing.T) {
	for blob, want := range map[string]string{
		"shape { dim: 3 } data: [1, 2]":                       "its shape is 3, but its data has 2 elements",
		"shape { dim: [-1, -1] } data: 1":                     "its shape -1x-1 has a negative axis",
		"shape { dim: 2147483648 }":                           "dim cannot be 2147483648: it is out of range",
		"shape { dim: [65536, 65536] }":                       "its shape is 65536x65536, but its data has 0 elements",
		"num: 1 shape { dim: 2 } data: 1 data: 1 channels: 1": "its shape is 1x1x0x0, but its data has 2 elements",
	} {
		_, err := Read("x.prototxt", []byte("layer {\n name: \"l\" blobs { shape {} data: 1 } blobs { "+blob+" } }"), Options{})
		require.EqualError(t, err, `x.prototxt:1:7: layer "l": blob 1: `+want)
	}
}

func TestReadMean(t *testing.T) {
	mean := wire{}.varint(blobNum, 1).varint(blobChannels, 3).varint(blobHeight, 1).varint(blobWidth, 2).bytes(blobData, packedFloats(1, 2, 3, 4, 5, 6))
	b, err := ReadMean("mean.binaryproto", mean)
	require.NoError(t, err)
	require.Equal(t, []int{1, 3, 1, 2}, b.Shape)
	require.Equal(t, []float32{1, 2, 3, 4, 5, 6}, values(b))
	for text, data := range map[string][]byte{
		"mean.binaryproto: the file is empty":                                             nil,
		"mean.binaryproto: offset 0x8: the file ends within field data: it is cut short":  mean[:len(mean)-1],
		"mean.binaryproto: offset 0x0: its shape is 1x3x1x2, but its data has 0 elements": mean[:8],
		"mean.binaryproto: offset 0x0: field 12 is damaged: this is no protobuf":          []byte("f" + strings.Repeat("g", 100)),
	} {
		_, err := ReadMean("mean.binaryproto", data)
		require.EqualError(t, err, text)
	}
}
