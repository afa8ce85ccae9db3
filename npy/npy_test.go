package npy_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/npy"
)

// file builds an .npy file of the given version from a header's text and data.
func file(major byte, text string, data ...byte) []byte {
	out := []byte("\x93NUMPY")
	out = append(out, major, 0)
	if major == 1 {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(text)))
	} else {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(text)))
	}
	return append(append(out, text...), data...)
}

func dict(descr, fortran, shape string) string {
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr, fortran, shape)
}

func TestRoundTrip(t *testing.T) {
	for _, shape := range [][]int{{}, {0}, {1}, {7}, {2, 3}, {3, 0, 2}, {1, 2, 3, 4, 5}, {200000}} {
		t.Run(fmt.Sprint(shape), func(t *testing.T) {
			n := 1
			for _, size := range shape {
				n *= size
			}
			data := make([]float32, n)
			for i := range data {
				data[i] = float32(i)*0.37 - 5
			}
			var buf bytes.Buffer
			require.NoError(t, npy.Write(&buf, shape, data))
			require.Zero(t, (buf.Len()-4*n)%64, "the data starts at a multiple of 64")

			buf.WriteString("what follows")
			got, err := npy.Read(&buf)
			require.NoError(t, err)
			require.Equal(t, &npy.Array{Shape: shape, Data: data}, got)
			require.Equal(t, "what follows", buf.String(), "nothing behind the array is read")
		})
	}
}

func TestWriteKeepsBits(t *testing.T) {
	nan := math.Float32frombits(0x7fc12345)
	data := []float32{nan, float32(math.Inf(-1)), float32(math.Copysign(0, -1)), math.SmallestNonzeroFloat32}
	var buf bytes.Buffer
	require.NoError(t, npy.Write(&buf, []int{4}, data))
	got, err := npy.Read(&buf)
	require.NoError(t, err)
	for i, want := range data {
		require.Equal(t, math.Float32bits(want), math.Float32bits(got.Data[i]))
	}
}

func TestWriteHeader(t *testing.T) {
	var buf bytes.Buffer
	require.NoError(t, npy.Write(&buf, []int{3}, []float32{1, 2, 3}))
	header, ok := strings.CutPrefix(string(buf.Bytes()[:128]), "\x93NUMPY\x01\x00\x76\x00")
	require.True(t, ok)
	require.Equal(t, "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", strings.TrimRight(header, " \n"))
	require.True(t, strings.HasSuffix(header, " \n"))
}

func TestWriteRefuses(t *testing.T) {
	require.ErrorContains(t, npy.Write(io.Discard, []int{2, 2}, make([]float32, 3)), "shape [2 2] has 4 elements, have 3")
	require.ErrorContains(t, npy.Write(io.Discard, []int{-1}, nil), "negative size")
	require.ErrorContains(t, npy.Write(io.Discard, make([]int, 65), nil), "65 axes")
	require.ErrorContains(t, npy.Write(io.Discard, []int{math.MaxInt, 2}, nil), "too many elements")
}

func TestElementTypes(t *testing.T) {
	inf := float32(math.Inf(1))
	tests := []struct {
		descr string
		bytes []byte // little-endian
		want  []float32
	}{
		{"b1", []byte{0, 1, 2}, []float32{0, 1, 1}},
		{"u1", []byte{0, 255}, []float32{0, 255}},
		{"i1", []byte{127, 128}, []float32{127, -128}},
		{"u2", []byte{1, 2, 0xff, 0xff}, []float32{513, 65535}},
		{"i2", []byte{1, 2, 0xff, 0xff}, []float32{513, -1}},
		{"u4", []byte{0, 0, 0, 0x80}, []float32{1 << 31}},
		{"i4", []byte{0, 0, 0, 0x80, 5, 0, 0, 0}, []float32{-1 << 31, 5}},
		{"u8", []byte{0, 0, 0, 0, 0, 0, 0, 0x80}, []float32{1 << 63}},
		{"i8", []byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, []float32{-2}},
		// Halves: one, -2, largest, smallest subnormal, largest subnormal, infinity.
		{"f2", []byte{0, 0x3c, 0, 0xc0, 0xff, 0x7b, 1, 0, 0xff, 3, 0, 0x7c},
			[]float32{1, -2, 65504, 0x1p-24, 1023 * 0x1p-24, inf}},
		{"f4", []byte{0, 0, 0xc0, 0x3f}, []float32{1.5}},
		// 1 + 2⁻⁵² rounds to 1; 2¹⁰²³ is beyond float32.
		{"f8", []byte{1, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0xe0, 0x7f}, []float32{1, inf}},
	}
	for _, test := range tests {
		size := int(test.descr[1] - '0')
		swapped := make([]byte, 0, len(test.bytes))
		for at := 0; at < len(test.bytes); at += size {
			for i := size - 1; i >= 0; i-- {
				swapped = append(swapped, test.bytes[at+i])
			}
		}
		marks := map[string][]byte{"<": test.bytes, ">": swapped}
		if size == 1 {
			marks["|"] = test.bytes
		}
		for mark, data := range marks {
			t.Run(mark+test.descr, func(t *testing.T) {
				shape := fmt.Sprintf("(%d,)", len(test.want))
				got, err := npy.Read(bytes.NewReader(file(1, dict(mark+test.descr, "False", shape), data...)))
				require.NoError(t, err)
				require.Equal(t, &npy.Array{Shape: []int{len(test.want)}, Data: test.want}, got)
			})
		}
	}
}

func TestHalfNaN(t *testing.T) {
	got, err := npy.Read(bytes.NewReader(file(1, dict("<f2", "False", "()"), 1, 0x7e)))
	require.NoError(t, err)
	require.Empty(t, got.Shape)
	require.NotNil(t, got.Shape)
	require.True(t, got.Data[0] != got.Data[0])
}

func TestFortranOrder(t *testing.T) {
	// Element (i, j, k) of a 2×3×2 array is 100i + 10j + k, first index fastest.
	var stored []byte
	for k := range 2 {
		for j := range 3 {
			for i := range 2 {
				stored = append(stored, byte(100*i+10*j+k))
			}
		}
	}
	got, err := npy.Read(bytes.NewReader(file(2, dict("|u1", "True", "(2, 3, 2)"), stored...)))
	require.NoError(t, err)
	require.Equal(t, []float32{0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121}, got.Data)

	got, err = npy.Read(bytes.NewReader(file(2, dict("|u1", "True", "(2, 0)"))))
	require.NoError(t, err)
	require.Empty(t, got.Data)
	got, err = npy.Read(bytes.NewReader(file(2, dict("|u1", "True", "()"), 9)))
	require.NoError(t, err)
	require.Equal(t, []float32{9}, got.Data)
}

func TestHeaderSpellings(t *testing.T) {
	for _, text := range []string{
		`{"shape":(2,1),"fortran_order":False,"descr":"|u1"}`,
		"{ 'descr' : '|u1' , 'fortran_order' : False,\t'shape':( 2L , 1L , ) , } \r\n",
		"\n{'fortran_order': False, 'shape': (2, 1), 'descr': '|u1'}\n",
	} {
		for _, version := range []byte{1, 2, 3} {
			got, err := npy.Read(bytes.NewReader(file(version, text, 7, 8)))
			require.NoError(t, err, text)
			require.Equal(t, &npy.Array{Shape: []int{2, 1}, Data: []float32{7, 8}}, got)
		}
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	whole := file(1, dict("<i2", "False", "(2,)"), 1, 0, 2, 0)
	require.NoError(t, os.WriteFile(path, whole, 0o600))
	got, err := npy.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, []float32{1, 2}, got.Data)

	require.NoError(t, os.WriteFile(path, append(whole, 0), 0o600))
	_, err = npy.ReadFile(path)
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, fmt.Sprintf("offset %#x: more data after the array's end", len(whole)))

	require.NoError(t, os.WriteFile(path, whole[:len(whole)-1], 0o600))
	_, err = npy.ReadFile(path)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, err, "needs 4 bytes of data, have 3")

	_, err = npy.ReadFile(filepath.Join(t.TempDir(), "absent"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestReadReference(t *testing.T) {
	got, err := npy.ReadFile(reftest.Path(t, "images", "cat.resized256_rgb.npy"))
	require.NoError(t, err)
	require.Equal(t, []int{256, 341, 3}, got.Shape)
	require.Len(t, got.Data, 256*341*3)
}
