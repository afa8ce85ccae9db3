package caffe

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// wire builds wire format by hand, field by field.
type wire []byte

func (w wire) varint(number protowire.Number, v uint64) wire {
	return protowire.AppendVarint(protowire.AppendTag(w, number, protowire.VarintType), v)
}

func (w wire) bytes(number protowire.Number, b []byte) wire {
	return protowire.AppendBytes(protowire.AppendTag(w, number, protowire.BytesType), b)
}

func (w wire) text(number protowire.Number, s string) wire { return w.bytes(number, []byte(s)) }

func (w wire) fixed32(number protowire.Number, v float32) wire {
	return protowire.AppendFixed32(protowire.AppendTag(w, number, protowire.Fixed32Type), math.Float32bits(v))
}

func (w wire) fixed64(number protowire.Number, v float64) wire {
	return protowire.AppendFixed64(protowire.AppendTag(w, number, protowire.Fixed64Type), math.Float64bits(v))
}

func packedFloats(v ...float32) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

func packedDoubles(v ...float64) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b
}

// shapeOf is a BlobShape.
func shapeOf(dims ...uint64) []byte {
	var b []byte
	for _, d := range dims {
		b = protowire.AppendVarint(b, d)
	}
	return wire{}.bytes(1, b)
}

// The numbers of fields that the tests write.
const (
	netLayers                 = 2 // V1
	layerName, layerType      = 1, 2
	v1Name, v1Type, v1Blobs   = 4, 5, 6
	layerConv, convNumOutput  = 106, 1
	convKernel, convWeightFil = 4, 7
	fillerType, fillerStd     = 1, 6
)

// smallModel is a caffemodel of two layers with a blob each.
func smallModel() []byte {
	conv := wire{}.text(layerName, "conv").text(layerType, "Convolution")
	conv = conv.bytes(layerConv, wire{}.varint(convNumOutput, 2).varint(convKernel, 1))
	conv = conv.bytes(layerBlobs, wire{}.bytes(blobShape, shapeOf(2, 1, 1, 1)).bytes(blobData, packedFloats(1, 2)))
	conv = conv.bytes(layerBlobs, wire{}.bytes(blobShape, shapeOf(2)).bytes(blobData, packedFloats(3, 4)))
	scale := wire{}.text(layerName, "scale").text(layerType, "Scale")
	scale = scale.bytes(layerBlobs, wire{}.bytes(blobShape, shapeOf()).fixed32(blobData, 5))
	return wire{}.text(1, "small").bytes(netLayer, conv).bytes(netLayer, scale)
}

// wireSeeds cover what a binary net may hold.
func wireSeeds() [][]byte {
	v1 := wire{}.text(v1Name, "fc").varint(v1Type, 14)
	v1 = v1.bytes(v1Blobs, wire{}.varint(blobNum, 1).varint(blobChannels, 1).varint(blobHeight, 1).varint(blobWidth, 2).bytes(blobDoubleData, packedDoubles(1, 2)))
	half := wire{}.bytes(blobShape, shapeOf(2)).varint(blobRawDataType, 2).bytes(blobRawData, []byte{0, 0x3c, 0, 0x40})
	mixed := wire{}.fixed32(blobData, 1).fixed32(blobData, 2).bytes(blobData, packedFloats(3)).bytes(6, packedFloats(9, 9, 9)).bytes(blobShape, shapeOf(3))
	twice := wire{}.bytes(layerConv, wire{}.varint(convNumOutput, 1).bytes(convWeightFil, wire{}.text(fillerType, "a")))
	twice = twice.bytes(layerConv, wire{}.varint(convNumOutput, 2).bytes(convWeightFil, wire{}.fixed32(fillerStd, 1)))
	fork := wire{}.bytes(150, []byte("a fork's")).varint(layerName, 7).bytes(102, []byte{0xff}).varint(10, 1).varint(10, 9)
	emptyRaw := wire{}.bytes(blobShape, shapeOf(0)).varint(blobRawDataType, 48).bytes(blobRawData, nil)
	group := protowire.AppendTag(protowire.AppendTag(nil, 300, protowire.StartGroupType), 300, protowire.EndGroupType)
	return [][]byte{
		smallModel(),
		wire{}.bytes(netLayers, v1),
		wire{}.bytes(netLayer, wire{}.bytes(layerBlobs, half).bytes(layerBlobs, mixed)),
		wire{}.bytes(netLayer, twice).bytes(netLayer, fork),
		wire{}.text(1, "a").text(1, "b").bytes(4, []byte{1, 2, 0x80, 1}).varint(4, math.MaxUint64).bytes(6, wire{}.varint(1, 1)).bytes(6, wire{}.varint(2, 5)),
		wire{}.bytes(netLayer, wire{}.bytes(layerBlobs, emptyRaw)),
		group,
		{0x0a}, {0xa2, 0x06, 0x05}, {0x0f}, {0x80},
	}
}

func decodeNet(t *testing.T, data []byte) *Message {
	m, err := DecodeMessage("x.caffemodel", data, schema.BVLC().Message("NetParameter"))
	require.NoError(t, err)
	return m
}

func TestDecodeFields(t *testing.T) {
	m := decodeNet(t, smallModel())
	require.Equal(t, "small", m.text("name"))
	require.Equal(t, "x.caffemodel: offset 0x0", m.Pos.String())
	layers := m.All("layer")
	require.Len(t, layers, 2)
	require.Equal(t, "x.caffemodel: offset 0x7", layers[0].Pos.String())
	conv := layers[0].Value.Message
	require.Equal(t, "x.caffemodel: offset 0xa", conv.Pos.String())
	require.Equal(t, "name: \"conv\"\ntype: \"Convolution\"\nconvolution_param {\n  num_output: 2\n  kernel_size: 1\n}\n", string(printText(t, conv)))
	require.Equal(t, []float32{3, 4}, values(conv.All("blobs")[1].Value.Blob))
}

func TestSingularFieldsMerge(t *testing.T) {
	filler := func(w wire) wire { return wire{}.bytes(convWeightFil, w) }
	layer := wire{}.text(layerName, "a").text(layerName, "b")
	layer = layer.bytes(layerConv, filler(wire{}.text(fillerType, "x")).varint(convKernel, 1).varint(convNumOutput, 1))
	layer = layer.text(layerType, "t").bytes(layerConv, filler(wire{}.fixed32(fillerStd, 2)).varint(convKernel, 2).varint(convNumOutput, 3))
	m := decodeNet(t, wire{}.bytes(netLayer, layer))
	want, _ := parse(t, "NetParameter", `layer { name: "b" type: "t"
		convolution_param { num_output: 3 kernel_size: [1, 2] weight_filler { type: "x" std: 2 } } }`)
	require.True(t, want.Equal(m), "%s", printText(t, m))
}

func TestForeignFieldsAreKept(t *testing.T) {
	foreign := wire{}.bytes(145, []byte{0xff, 0xff}) // a fork's parameters under a number of BVLC's
	foreign = foreign.varint(9999, 1).varint(layerName, 3).varint(10, 7)
	m := decodeNet(t, wire{}.bytes(netLayer, foreign))
	layer := m.sub("layer")
	require.Len(t, layer.Fields, 4)
	var kept []byte
	for _, f := range layer.Fields[:3] {
		require.Equal(t, RawValue, f.Value.Kind)
		kept = append(kept, f.Value.Text...)
	}
	require.Equal(t, "7", layer.Fields[3].Value.Text, "phase: an enum number without a name")
	require.Equal(t, LiteralValue, layer.Fields[3].Value.Kind)
	written := (&wireEncoder{}).appendMessage(nil, layer)
	require.Equal(t, append(wire{}.varint(10, 7), kept...), wire(written))
}

// TestTruncated cuts a net at every byte: an error that says where, or where the
// cut falls between two fields of the net, a shorter net.
func TestTruncated(t *testing.T) {
	data := smallModel()
	whole := map[int]bool{}
	for at := 0; at < len(data); {
		whole[at] = true
		_, _, n := protowire.ConsumeField(data[at:])
		at += n
	}
	for size := range len(data) {
		m, err := DecodeMessage("x.caffemodel", data[:size], schema.BVLC().Message("NetParameter"))
		if whole[size] {
			require.NoError(t, err)
			require.Less(t, len(m.Fields), 3)
			continue
		}
		require.ErrorContains(t, err, "it is cut short", "at %d", size)
		require.Regexp(t, `^x\.caffemodel: offset 0x[0-9a-f]+: `, err.Error())
	}
	blobs := decodeNet(t, data).All("layer")[0].Value.Message.All("blobs")
	end := blobs[1].Value.Blob.Pos.Offset
	_, err := DecodeMessage("x.caffemodel", data[:end-2], schema.BVLC().Message("NetParameter"))
	require.EqualError(t, err, `x.caffemodel: offset 0x2e: layer "conv" blob 0: the file ends within field data: it is cut short`)
	_, err = DecodeMessage("x.caffemodel", data[:end+3], schema.BVLC().Message("NetParameter"))
	require.ErrorContains(t, err, `layer "conv" blob 1: the file ends within`)
}

// TestBitFlips flips every bit: whatever comes of it, nothing panics, and an error
// says where.
func TestBitFlips(t *testing.T) {
	for _, data := range wireSeeds() {
		for i := range 8 * len(data) {
			flipped := append([]byte(nil), data...)
			flipped[i/8] ^= 1 << (i % 8)
			_, err := DecodeMessage("x.caffemodel", flipped, schema.BVLC().Message("NetParameter"))
			if err != nil {
				require.Contains(t, err.Error(), "x.caffemodel: offset 0x")
			}
			useNet(t, "x.caffemodel", flipped)
		}
	}
}

func TestDamage(t *testing.T) {
	inner := wire{}.text(layerName, "l").text(layerType, "Type")
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"no tag", []byte{0x80}, "x: offset 0x0: the file ends within a field's tag: it is cut short"},
		{"field 0", []byte{0x00, 0x01}, "x: offset 0x0: a field's tag is damaged: this is no protobuf"},
		{"wire type 7", []byte{0x0f}, "x: offset 0x0: field name is damaged: this is no protobuf"},
		{"endless varint", []byte{0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "x: offset 0x0: field input_dim is damaged: this is no protobuf"},
		{"group without end", []byte{0x9b, 0x4b}, "x: offset 0x0: the file ends within field 1203: it is cut short"},
		{"text", []byte("name: \"LeNet\"\n"), "x: offset 0x0: field 13 is damaged: this is no protobuf"},
		{"beyond the layer", append(wire{}.bytes(netLayer, inner[:len(inner)-2]), "more behind it"...), `x: offset 0x6: layer "l" field type runs beyond the message that it lies in: the file is damaged`},
		{"packed", wire{}.bytes(4, []byte{1, 0x80}), "x: offset 0x3: input_dim ends within an element"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DecodeMessage("x", c.data, schema.BVLC().Message("NetParameter"))
			require.EqualError(t, err, c.want)
		})
	}
}

// TestParameterThatIsDamagedIsKept reads a layer's parameters that no schema of
// BVLC's explains: the layer loads without them.
func TestParameterThatIsDamagedIsKept(t *testing.T) {
	m := decodeNet(t, wire{}.bytes(netLayer, wire{}.text(layerName, "l").bytes(layerConv, []byte{0x0f})))
	require.False(t, m.sub("layer").Has("convolution_param"))
	require.Len(t, m.sub("layer").Fields, 2)
}

// TestMessagesDoNotNestWithoutEnd walks BVLC's schema: reading binary files follows
// its messages by recursion.
func TestMessagesDoNotNestWithoutEnd(t *testing.T) {
	var walk func(m *schema.Message, depth int)
	walk = func(m *schema.Message, depth int) {
		require.Less(t, depth, 10, m.Name)
		for _, f := range m.Fields {
			if f.Message != nil {
				walk(f.Message, depth+1)
			}
		}
	}
	for _, m := range schema.BVLC().Messages() {
		walk(m, 0)
	}
}

func TestDecodeOfOtherMessages(t *testing.T) {
	m, err := DecodeMessage("x", wire{}.varint(blobNum, 3).bytes(blobDoubleData, packedDoubles(0.1)).fixed64(blobDoubleData, 2).fixed32(blobData, 0.5), schema.BVLC().Message("BlobProto"))
	require.NoError(t, err)
	want, _ := parse(t, "BlobProto", "num: 3 double_data: [0.1, 2] data: 0.5")
	require.True(t, want.Equal(m), "%s", printText(t, m))
}
