package caffe

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"google.golang.org/protobuf/encoding/protowire"
)

// decodeBlob reads a blob of a layer "l", which lies unaligned in its file.
func decodeBlob(t *testing.T, blob wire) *Blob {
	b, err := tryBlob(blob)
	require.NoError(t, err)
	return b
}

func tryBlob(blob wire) (*Blob, error) {
	n, err := Read("x.caffemodel", wire{}.bytes(netLayer, wire{}.text(layerName, "l").bytes(layerBlobs, blob)), Options{})
	if err != nil {
		return nil, err
	}
	return n.Layers[0].Blobs[0], nil
}

func TestBlobForms(t *testing.T) {
	shape := wire{}.bytes(blobShape, shapeOf(2, 3))
	one := packedFloats(1, 2, 3, 4, 5, 6)
	halves := []byte{0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45, 0, 0x46}
	for name, blob := range map[string]wire{
		"packed":                shape.bytes(blobData, one),
		"shape behind the data": wire{}.bytes(blobData, one).bytes(blobShape, shapeOf(2, 3)),
		"shape in two parts":    wire{}.bytes(blobShape, shapeOf(2)).bytes(blobData, one).bytes(blobShape, wire{}.varint(1, 3)),
		"unpacked":              shape.fixed32(blobData, 1).fixed32(blobData, 2).fixed32(blobData, 3).fixed32(blobData, 4).fixed32(blobData, 5).fixed32(blobData, 6),
		"several packed":        shape.bytes(blobData, one[:4]).bytes(blobData, nil).bytes(blobData, one[4:20]).bytes(blobData, one[20:]),
		"mixed":                 shape.fixed32(blobData, 1).bytes(blobData, one[4:8]).fixed32(blobData, 3).fixed32(blobData, 4).bytes(blobData, one[16:20]).fixed32(blobData, 6),
		"diff beside":           shape.bytes(6, packedFloats(9, 9)).bytes(blobData, one).bytes(9, packedDoubles(9)),
		"unpacked diff between": shape.fixed32(blobData, 1).fixed32(6, 9).fixed32(blobData, 2).bytes(blobData, one[8:]).fixed32(6, 9),
		"double":                shape.bytes(blobDoubleData, packedDoubles(1, 2, 3, 4, 5, 6)),
		"double wins":           shape.bytes(blobDoubleData, packedDoubles(1, 2, 3, 4, 5, 6)).bytes(blobData, packedFloats(7, 8)),
		"double unpacked":       shape.fixed64(blobDoubleData, 1).fixed64(blobDoubleData, 2).bytes(blobDoubleData, packedDoubles(3, 4, 5)).fixed64(blobDoubleData, 6),
		"raw halves":            shape.varint(blobRawDataType, 2).bytes(blobRawData, halves),
		"raw type behind":       shape.bytes(blobRawData, halves).varint(blobRawDataType, 2),
		"raw floats":            shape.varint(blobRawDataType, 1).bytes(blobRawData, one),
		"raw doubles":           shape.varint(blobRawDataType, 0).bytes(blobRawData, packedDoubles(1, 2, 3, 4, 5, 6)),
		"raw doubles untyped":   shape.bytes(blobRawData, packedDoubles(1, 2, 3, 4, 5, 6)),
		"data before raw":       shape.bytes(blobRawData, []byte("x")).varint(blobRawDataType, 99).bytes(blobData, one),
		"foreign fields":        shape.varint(20, 5).text(99, "x").bytes(blobNum, nil).bytes(blobData, one),
	} {
		t.Run(name, func(t *testing.T) {
			b := decodeBlob(t, blob)
			require.Equal(t, []int{2, 3}, b.Shape)
			require.False(t, b.Legacy)
			require.Equal(t, 6, b.Count())
			want := []float32{1, 2, 3, 4, 5, 6}
			for offset := range want {
				for size := range len(want) - offset + 1 {
					got := make([]float32, size)
					b.Read(got, offset)
					require.Equal(t, want[offset:offset+size], got)
				}
			}
		})
	}
}

func TestBlobShapes(t *testing.T) {
	legacy := wire{}.varint(blobNum, 1).varint(blobChannels, 1).varint(blobHeight, 2).varint(blobWidth, 1)
	data := packedFloats(1, 2)
	for _, c := range []struct {
		name   string
		blob   wire
		shape  []int
		legacy bool
	}{
		{"legacy", legacy.bytes(blobData, data), []int{1, 1, 2, 1}, true},
		{"legacy wins over shape", legacy.bytes(blobShape, shapeOf(9, 9)).bytes(blobData, data), []int{1, 1, 2, 1}, true},
		{"last of a legacy axis", legacy.varint(blobHeight, 1).varint(blobWidth, 2).bytes(blobData, data), []int{1, 1, 1, 2}, true},
		{"legacy axes are 0 unless given", wire{}.varint(blobNum, 1).bytes(blobData, nil), []int{1, 0, 0, 0}, true},
		{"no axes", wire{}.bytes(blobShape, nil).bytes(blobData, data[:4]), nil, false},
		{"no shape", wire{}.bytes(blobData, data[:4]), nil, false},
		{"empty", wire{}.bytes(blobShape, shapeOf(3, 0)), []int{3, 0}, false},
		{"empty beside a huge axis", wire{}.bytes(blobShape, shapeOf(0, math.MaxInt32, math.MaxInt32)), []int{0, math.MaxInt32, math.MaxInt32}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := decodeBlob(t, c.blob)
			require.Equal(t, c.shape, b.Shape)
			require.Equal(t, c.legacy, b.Legacy)
			b.Read(nil, 0)
		})
	}
}

func TestBlobsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		blob wire
		want string
	}{
		{"too few", wire{}.bytes(blobShape, shapeOf(2, 3)).bytes(blobData, packedFloats(1)), "its shape is 2x3, but its data has 1 elements"},
		{"too many", wire{}.bytes(blobShape, shapeOf(1)).bytes(blobData, packedFloats(1, 2)), "its shape is 1, but its data has 2 elements"},
		{"nothing", wire{}, "its shape is (), but its data has 0 elements"},
		{"a huge shape", wire{}.bytes(blobShape, shapeOf(math.MaxInt32, math.MaxInt32)).bytes(blobData, packedFloats(1)), "its shape is 2147483647x2147483647, but its data has 1 elements"},
		{"more than int32 counts", wire{}.bytes(blobShape, shapeOf(1<<16, 1<<15)), "its shape is 65536x32768, but its data has 0 elements"},
		{"a count that wraps to 0", wire{}.bytes(blobShape, shapeOf(1<<16, 1<<16, 1<<16, 1<<16)), "its shape is 65536x65536x65536x65536, but its data has 0 elements"},
		{"negative axis", wire{}.bytes(blobShape, shapeOf(math.MaxUint64)).bytes(blobData, packedFloats(1)), "an axis of -1 is no axis of a blob"},
		{"negative legacy axis", wire{}.varint(blobNum, math.MaxUint64).bytes(blobData, packedFloats(1)), "an axis of -1 is no axis of a blob"},
		{"axis over int32", wire{}.bytes(blobShape, shapeOf(1<<31)), "an axis of 2147483648 is no axis of a blob"},
		{"half an element", wire{}.bytes(blobData, []byte("abc")), "3 bytes are no whole number of 4-byte elements"},
		{"half a double", wire{}.bytes(blobDoubleData, []byte("abcd")), "4 bytes are no whole number of 8-byte elements"},
		{"half a half", wire{}.varint(blobRawDataType, 2).bytes(blobRawData, []byte("a")), "1 bytes are no whole number of 2-byte elements"},
		{"integers", wire{}.varint(blobRawDataType, 3).bytes(blobRawData, []byte("abcd")), "raw_data_type 3 is no float"},
		{"cut axis", wire{}.bytes(blobShape, wire{}.bytes(1, []byte{0x80})), "the shape ends within an axis"},
		{"cut shape", wire{}.bytes(blobShape, []byte{0x08}), "the shape is damaged"},
		{"damaged shape", wire{}.bytes(blobShape, []byte{0x0f}), "the shape is damaged"},
		{"damaged", wire{0x2f}, "field data is damaged: this is no protobuf"},
		{"data beyond the blob", wire{}.bytes(blobShape, shapeOf(1)).bytes(blobData, packedFloats(1))[:9], "field data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := tryBlob(c.blob)
			require.ErrorContains(t, err, c.want)
			require.Regexp(t, `^x\.caffemodel: offset 0x[0-9a-f]+: layer "l" blob 0: `, err.Error())
		})
	}
}

func TestReadRoundsDoubles(t *testing.T) {
	doubles := []float64{1 + 0x1p-24, 1 + 0x1p-24 + 0x1p-52, 1e300, -1e300, 0x1p-149, 0x1p-151, math.Copysign(0, -1)}
	b := decodeBlob(t, wire{}.bytes(blobShape, shapeOf(uint64(len(doubles)))).bytes(blobDoubleData, packedDoubles(doubles...)))
	require.Equal(t, []float32{1, 1 + 0x1p-23, float32(math.Inf(1)), float32(math.Inf(-1)), 0x1p-149, 0, float32(math.Copysign(0, -1))}, values(b))
}

// TestReadKeepsFloatBits reads signalling NaNs and denormals too.
func TestReadKeepsFloatBits(t *testing.T) {
	patterns := []uint32{0x7f800001, 0xffc12345, 1, 0x807fffff, 0x80000000, 0x7f7fffff}
	var data []byte
	for _, p := range patterns {
		data = protowire.AppendFixed32(data, p)
	}
	b := decodeBlob(t, wire{}.bytes(blobShape, shapeOf(uint64(len(patterns)))).bytes(blobData, data))
	for i, v := range values(b) {
		require.Equal(t, patterns[i], math.Float32bits(v))
	}
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		legacy      bool
		have, shape []int
		want        bool
	}{
		{false, []int{64}, []int{64}, true},
		{false, []int{1, 64}, []int{64}, false},
		{false, []int{64}, []int{1, 64}, false},
		{false, nil, []int{}, true},
		{false, nil, []int{1}, false},
		{true, []int{1, 1, 1, 64}, []int{64}, true},
		{true, []int{1, 1, 10, 64}, []int{10, 64}, true},
		{true, []int{64, 3, 7, 7}, []int{64, 3, 7, 7}, true},
		{true, []int{1, 1, 1, 1}, nil, true},
		{true, []int{1, 1, 1, 1}, []int{1}, true},
		{true, []int{1, 3, 7, 7}, []int{1, 3, 7, 7}, true},
		{true, []int{64, 1, 1, 1}, []int{64}, false},
		{true, []int{1, 1, 64, 10}, []int{10, 64}, false},
		{true, []int{1, 1, 1, 64}, []int{1, 1, 1, 1, 64}, false},
		{true, []int{1, 0, 0, 0}, []int{0}, false},
	} {
		b := &Blob{Shape: c.have, Legacy: c.legacy}
		require.Equal(t, c.want, b.Fits(c.shape), "%v legacy %v in %v", c.have, c.legacy, c.shape)
	}
}

func TestShapeString(t *testing.T) {
	require.Equal(t, "()", ShapeString(nil))
	require.Equal(t, "5", ShapeString([]int{5}))
	require.Equal(t, "64x3x7x7", ShapeString([]int{64, 3, 7, 7}))
}

// TestLyingLengthsTakeNoMemory states lengths of gigabytes in a few bytes.
func TestLyingLengthsTakeNoMemory(t *testing.T) {
	tag := func(number protowire.Number) wire { return protowire.AppendTag(nil, number, protowire.BytesType) }
	huge := protowire.AppendVarint(nil, 1<<40)
	for name, data := range map[string][]byte{
		"layer": append(tag(netLayer), huge...),
		"name":  append(tag(1), huge...),
		"dims":  append(tag(4), huge...),
		"blob":  wire{}.bytes(netLayer, append(tag(layerBlobs), huge...)),
		"data":  wire{}.bytes(netLayer, wire{}.bytes(layerBlobs, append(tag(blobData), huge...))),
		"shape": wire{}.bytes(netLayer, wire{}.bytes(layerBlobs, wire{}.bytes(blobShape, shapeOf(1<<30, 1)).bytes(blobData, packedFloats(1)))),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Read("x.caffemodel", data, Options{})
			runtime.ReadMemStats(&after)
			require.Error(t, err)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
		})
	}
}

// TestBlobsStayInTheFile requires that reading a net copies no weights.
func TestBlobsStayInTheFile(t *testing.T) {
	const count = 1 << 20
	blob := wire{}.bytes(blobShape, shapeOf(count)).bytes(blobData, bytes.Repeat(packedFloats(0.5), count))
	var unpacked wire
	for range count {
		unpacked = unpacked.fixed32(blobData, 0.25)
	}
	unpacked = unpacked.bytes(blobShape, shapeOf(count))
	data := wire{}.bytes(netLayer, wire{}.bytes(layerBlobs, blob).bytes(layerBlobs, unpacked))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, err := Read("x.caffemodel", data, Options{})
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<16))
	for i, want := range []float32{0.5, 0.25} {
		last := make([]float32, 1)
		n.Layers[0].Blobs[i].Read(last, count-1)
		require.Equal(t, want, last[0])
	}
}

func TestReadAllocatesNothing(t *testing.T) {
	b := decodeBlob(t, wire{}.bytes(blobShape, shapeOf(3)).fixed32(blobData, 1).bytes(blobData, packedFloats(2, 3)))
	dst := make([]float32, 3)
	require.Zero(t, testing.AllocsPerRun(100, func() { b.Read(dst, 0) }))
}

func BenchmarkBlobRead(b *testing.B) {
	for name, blob := range map[string]*Blob{
		"float32": {Reader: &elements{kind: float32Element, runs: []run{{count: 1 << 16, bytes: make([]byte, 4<<16), stride: 4}}}},
		"tagged":  {Reader: &elements{kind: float32Element, runs: []run{{count: 1 << 16, bytes: make([]byte, 5<<16), stride: 5}}}},
		"float16": {Reader: &elements{kind: float16Element, runs: []run{{count: 1 << 16, bytes: make([]byte, 2<<16), stride: 2}}}},
	} {
		b.Run(fmt.Sprintf("%s-%d", name, 1<<16), func(b *testing.B) {
			dst := make([]float32, 1<<16)
			b.SetBytes(4 << 16)
			for b.Loop() {
				blob.Read(dst, 0)
			}
		})
	}
}

func TestDropKeepsTheBlobReadable(t *testing.T) {
	net, err := ReadFile(reftest.Path(t, "fashion", "fashion.caffemodel"), Options{})
	require.NoError(t, err)
	read := 0
	for _, l := range net.Layers {
		for _, b := range l.Blobs {
			before := make([]float32, b.Count())
			b.Read(before, 0)
			b.Drop()
			after := make([]float32, b.Count())
			b.Read(after, 0)
			require.Equal(t, before, after)
			read++
		}
	}
	require.Positive(t, read)
	(&Blob{Shape: []int{1}, Reader: literal{1}}).Drop()
}
