package imagenet_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

// idx builds an idx file of bytes.
func idx(sizes []uint32, data ...byte) []byte {
	out := []byte{0, 0, 8, byte(len(sizes))}
	for _, size := range sizes {
		out = binary.BigEndian.AppendUint32(out, size)
	}
	return append(out, data...)
}

func compressed(t testing.TB, data []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write(data)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return buf.Bytes()
}

func TestReadIDX(t *testing.T) {
	images := idx([]uint32{2, 1, 3}, 1, 2, 3, 4, 5, 6)
	labels := idx([]uint32{4}, 9, 0, 7, 255)
	for _, pack := range []func([]byte) []byte{
		func(b []byte) []byte { return b },
		func(b []byte) []byte { return compressed(t, b) },
	} {
		got, err := imagenet.ReadIDXImages(bytes.NewReader(pack(images)))
		require.NoError(t, err)
		require.Equal(t, &imagenet.IDXImages{Count: 2, Rows: 1, Cols: 3, Pix: []uint8{1, 2, 3, 4, 5, 6}}, got)
		img := got.Image(1)
		require.Equal(t, &imagenet.Image{Width: 3, Height: 1, Pix: []uint8{4, 4, 4, 5, 5, 5, 6, 6, 6}}, img)
		require.Equal(t, []uint8{4, 5, 6}, img.Gray())

		values, err := imagenet.ReadIDXLabels(bytes.NewReader(pack(labels)))
		require.NoError(t, err)
		require.Equal(t, []uint8{9, 0, 7, 255}, values)
	}
}

func TestReadIDXRefuses(t *testing.T) {
	whole := idx([]uint32{2, 1, 3}, 1, 2, 3, 4, 5, 6)
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "offset 0x0: the magic number: unexpected EOF"},
		{"labels", idx([]uint32{6}, 1, 2, 3, 4, 5, 6), "offset 0x0: the magic number is 0x00000801, not 0x00000803"},
		{"floats", []byte{0, 0, 13, 3, 0}, "the magic number is 0x00000d03"},
		{"cut sizes", whole[:10], "offset 0xa: the sizes: unexpected EOF"},
		{"cut data", whole[:20], "offset 0x14: sizes [2 1 3] need 6 bytes of data, have 4: unexpected EOF"},
		{"more data", append(bytes.Clone(whole), 0), "offset 0x16: more data than sizes [2 1 3] need"},
		{"empty", idx([]uint32{2, 0, 3}), "offset 0x8: size 0 of axis 1"},
		{"huge", idx([]uint32{1 << 16, 1 << 10, 1 << 10}), "offset 0xc: size 1024 of axis 2"},
		{"cut gzip", compressed(t, whole)[:25], "unexpected EOF"},
		{"not gzip", []byte{0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0}, "gzip: invalid header"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := imagenet.ReadIDXImages(bytes.NewReader(test.data))
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := imagenet.ReadIDXLabels(brokenReader{})
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

// A header may claim any size: memory must follow the bytes that are there.
func TestIDXClaimedSizeTakesNoMemory(t *testing.T) {
	data := idx([]uint32{1 << 14, 1 << 8, 1 << 8}, 1, 2, 3)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := imagenet.ReadIDXImages(bytes.NewReader(data))
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}
