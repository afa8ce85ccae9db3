package onnx_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/export/onnx"
)

// FuzzRead holds Read to giving an error or a sound graph for any bytes. A graph of
// few constants that can be written is written, and read again.
func FuzzRead(f *testing.F) {
	for _, text := range graphs {
		g := parse(f, text)
		halved, err := onnx.Halve(g)
		require.NoError(f, err)
		for _, o := range []onnx.Options{{}, {Version: "1", Metadata: []onnx.Property{{Key: "a", Value: "b"}}}} {
			var b bytes.Buffer
			require.NoError(f, onnx.Write(&b, halved, o))
			f.Add(b.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g, err := onnx.Read("fuzz.onnx", data)
		if err != nil {
			return
		}
		require.NoError(t, g.Verify())
		elements := 0
		for _, v := range g.Consts {
			elements += v.Type.Count()
		}
		if elements > 1<<16 || onnx.Check(g) != nil {
			return
		}
		again := roundTrip(t, g, onnx.Options{})
		require.Equal(t, names(g.Inputs), names(again.Inputs))
		require.Equal(t, names(g.Outputs), names(again.Outputs))
	})
}
