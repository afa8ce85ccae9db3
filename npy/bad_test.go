package npy_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/npy"
)

func TestReadRefuses(t *testing.T) {
	good := dict("<f4", "False", "(1,)")
	tests := []struct {
		name  string
		input []byte
		want  string
	}{
		{"empty", nil, "offset 0x0: reading the magic string: unexpected EOF"},
		{"other file", []byte("GIF89a....."), "offset 0x0: not a .npy file"},
		{"version", file(4, good), "offset 0x6: format version 4.0"},
		{"minor version", []byte("\x93NUMPY\x01\x01\x00\x00"), "offset 0x6: format version 1.1"},
		{"cut length", []byte("\x93NUMPY\x02\x00\x01"), "offset 0x9: reading the header's length: unexpected EOF"},
		{"huge header", []byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), "offset 0x8: a header of 4294967295 bytes"},
		{"cut header", file(1, good)[:20], "offset 0x14: reading the header: unexpected EOF"},
		{"no dict", file(1, "nothing"), "offset 0xa: expected '{'"},
		{"unclosed dict", file(1, strings.TrimSuffix(good, "}\n")), "expected a string"},
		{"behind the dict", file(1, good+"x"), "unexpected 'x' after the header's dict"},
		{"NUL behind the dict", file(1, good+"\x00"), "after the header's dict"},
		{"no descr", file(1, "{'fortran_order': False, 'shape': ()}"), "no 'descr'"},
		{"no order", file(1, "{'descr': '<f4', 'shape': ()}"), "no 'fortran_order'"},
		{"no shape", file(1, "{'descr': '<f4', 'fortran_order': False}"), "no 'shape'"},
		{"twice", file(1, "{'descr': '<f4', 'descr': '<f4'}"), `"descr" is given twice`},
		{"unknown key", file(1, "{'dtype': '<f4'}"), `unknown header key "dtype"`},
		{"open string", file(1, "{'descr': '<f4"), "a string without its end"},
		{"no comma", file(1, "{'descr': '<f4' 'shape': ()}"), "expected '}'"},
		{"structured", file(1, "{'descr': [('x', '<f4')]}"), "offset 0x14: structured arrays"},
		{"object", file(1, dict("|O", "False", "()")), `element type "|O" is not supported`},
		{"complex", file(1, dict("<c8", "False", "()")), `element type "<c8" is not supported`},
		{"order unknown", file(1, dict("|f4", "False", "()")), `"|f4" has no known byte order`},
		{"order native", file(1, dict("=f4", "False", "()")), `"=f4" has no known byte order`},
		{"not a bool", file(1, dict("<f4", "0", "()")), "expected True or False"},
		{"not a tuple", file(1, dict("<f4", "False", "3")), "expected '('"},
		{"not quite a tuple", file(1, dict("<f4", "False", "(3)")), "a tuple of one needs a comma"},
		{"lone comma", file(1, dict("<f4", "False", "(,)")), "must be a number"},
		{"negative", file(1, dict("<f4", "False", "(-1,)")), "must be a number"},
		{"beyond int", file(1, dict("<f4", "False", "(99999999999999999999,)")), "must be a number"},
		{"overflow", file(1, dict("<f4", "False", "(4294967296, 4294967296)")), "too many elements"},
		{"rank", file(1, dict("<f4", "False", "("+strings.Repeat("1,", 65)+")")), "65 axes"},
		{"short data", file(1, good, 1, 2, 3), fmt.Sprintf("offset %#x: shape [1] needs 4 bytes of data, have 3: unexpected EOF", 10+len(good)+3)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := npy.Read(bytes.NewReader(test.input))
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "offset 0x")
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestReadPassesErrorsOn(t *testing.T) {
	start := file(1, dict("<f4", "False", "(2,)"), 1, 2)
	_, err := npy.Read(io.MultiReader(bytes.NewReader(start), broken{}))
	require.ErrorIs(t, err, io.ErrClosedPipe)
}

// A header may claim any size: memory must follow the bytes that are there.
func TestClaimedSizeTakesNoMemory(t *testing.T) {
	if math.MaxInt>>32 == 0 {
		t.Skip("sizes this large do not fit an int here")
	}
	input := file(1, dict("<f8", "True", "(536870912, 1073741824)"), make([]byte, 100)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := npy.Read(bytes.NewReader(input))
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}

func FuzzRead(f *testing.F) {
	f.Add(file(1, dict("<f4", "False", "(2, 1)"), make([]byte, 8)...))
	f.Add(file(2, dict("|u1", "True", "(2, 2)"), 1, 2, 3, 4))
	f.Add(file(3, dict(">f2", "False", "()"), 1, 2))
	f.Add(file(1, dict("<i8", "False", "(0, 99)")))
	f.Add([]byte("\x93NUMPY\x01\x00"))
	f.Fuzz(func(t *testing.T, input []byte) {
		got, err := npy.Read(bytes.NewReader(input))
		if err != nil {
			require.Nil(t, got)
			return
		}
		n := 1
		for _, size := range got.Shape {
			n *= size
		}
		require.Len(t, got.Data, n)
		var buf bytes.Buffer
		require.NoError(t, npy.Write(&buf, got.Shape, got.Data))
		again, err := npy.Read(&buf)
		require.NoError(t, err)
		require.Equal(t, got.Shape, again.Shape)
		for i, v := range got.Data {
			require.Equal(t, math.Float32bits(v), math.Float32bits(again.Data[i]))
		}
	})
}
