package onnx

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

const twoProducts = `graph "net"
input %x f32[2,30]
const %v f32[50,30] = rand(1)
const %w f32[4,50] = rand(2)
const %b f32[4] = [1,2,3,4]
%h f32[2,50] = InnerProduct(%x, %v) {Axis=1} layer "fc1"
%y f32[2,4] = InnerProduct(%h, %w, %b) {Axis=1 Bias=true} layer "fc2"
output %y`

func convert(t testing.TB, o Options) *Model {
	g, err := ir.Parse("net.ir", twoProducts, nil)
	require.NoError(t, err)
	m, err := Convert(g, o)
	require.NoError(t, err)
	return m
}

// TestFile reads what a file says beside its graph.
func TestFile(t *testing.T) {
	metadata := []Property{{"classes.order", "senet"}, {"b", "ü"}, {"a", ""}}
	m := convert(t, Options{Version: "v1.2", Metadata: metadata, Dynamic: true})
	var b bytes.Buffer
	_, err := m.WriteTo(&b)
	require.NoError(t, err)
	var f modelFile
	require.NoError(t, f.read(decoder{data: b.Bytes()}))
	require.EqualValues(t, 8, f.irVersion)
	require.EqualValues(t, 17, f.opset)
	require.Equal(t, metadata, f.metadata)
	require.Equal(t, "net", f.graph.name)
	require.Equal(t, []valueFile{{"x", typeFloat, []int64{-1, 30}}}, f.graph.inputs)
	require.Equal(t, []valueFile{{"y", typeFloat, []int64{-1, 4}}}, f.graph.outputs)
	require.Contains(t, b.String(), "prototxt2go")
	require.Contains(t, b.String(), "v1.2")
}

// TestExternalTensors shows which elements lie in the other file, and where.
func TestExternalTensors(t *testing.T) {
	m := convert(t, Options{})
	var model, data bytes.Buffer
	require.NoError(t, m.WriteSplit(&model, &data, "net.data"))
	var f modelFile
	require.NoError(t, f.read(decoder{data: model.Bytes()}))
	require.Len(t, f.graph.tensors, 3)
	end := 0
	for i, elements := range []int{1500, 200, 4} {
		tensor := f.graph.tensors[i]
		if elements < externalFrom/4 {
			require.Empty(t, tensor.external)
			require.Len(t, tensor.raw, 4*elements)
			continue
		}
		require.EqualValues(t, locationExternal, tensor.location)
		offset, err := strconv.Atoi(tensor.external[keyOffset])
		require.NoError(t, err)
		require.Zero(t, offset%4096)
		require.Equal(t, map[string]string{
			keyLocation: "net.data", keyOffset: strconv.Itoa(offset), keyLength: strconv.Itoa(4 * elements),
		}, tensor.external)
		end = offset + 4*elements
		require.GreaterOrEqual(t, data.Len(), end)
	}
	require.Equal(t, end, data.Len())
}

func TestTarget(t *testing.T) {
	batch, twice := dim{2, 3}, dim{4, 6}
	for _, c := range []struct {
		from, to shape
		want     []int64
	}{
		{fixed(2, 3), fixed(6), []int64{6}},
		{shape{batch, {3, 3}}, shape{batch, {3, 3}, {1, 1}}, []int64{0, 3, 1}},
		{shape{batch, {3, 3}}, shape{{3, 3}, batch}, []int64{3, -1}},
		{shape{batch, {2, 2}}, shape{twice}, []int64{-1}},
		{shape{batch, batch}, shape{batch, {1, 1}, batch}, []int64{0, 1, -1}},
		{shape{batch, batch}, shape{{1, 1}, batch, batch}, []int64{1, 0, -1}},
		{shape{batch, {1, 1}, batch}, shape{{1, 1}, batch, {1, 1}, batch}, nil},
	} {
		have, err := c.from.target(c.to)
		if c.want == nil {
			require.ErrorIs(t, err, errOpenAxes)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.want, have)
	}
}

// TestNames hands out each name once.
func TestNames(t *testing.T) {
	n := names{}
	var have []string
	for _, name := range []string{"a", "b#2", "a", "b", "b", "a", "a#2"} {
		have = append(have, n.fresh(name))
	}
	require.Equal(t, []string{"a", "b#2", "a#2", "b", "b#3", "a#3", "a#2#2"}, have)
}
