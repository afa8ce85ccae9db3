package onnx_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/ir"
)

// TestSize holds the announced size to what is written, and float16 to about half
// of it.
func TestSize(t *testing.T) {
	g := fashionGraph(t)
	sizes := map[string]int64{}
	halved, err := onnx.Halve(g)
	require.NoError(t, err)
	for name, g := range map[string]*ir.Graph{"float": g, "half": halved} {
		m, err := onnx.Convert(g, onnx.Options{Version: "1.2", Metadata: []onnx.Property{{Key: "a", Value: "b"}}})
		require.NoError(t, err)
		var b bytes.Buffer
		n, err := m.WriteTo(&b)
		require.NoError(t, err)
		require.Equal(t, m.Size(), n)
		require.EqualValues(t, n, b.Len())
		var again bytes.Buffer
		_, err = m.WriteTo(&again)
		require.NoError(t, err)
		require.Equal(t, b.Bytes(), again.Bytes(), "a model may be written twice")
		sizes[name] = n
	}
	require.InDelta(t, 0.5, float64(sizes["half"])/float64(sizes["float"]), 0.1)
}

// TestLayersKeepTheirNames shows that an unfused net has a node for each layer, under
// its name, and that values have the names of blobs.
func TestLayersKeepTheirNames(t *testing.T) {
	g := fashionGraph(t)
	r := roundTrip(t, g, onnx.Options{})
	nodes := map[string]bool{}
	for _, n := range r.Nodes {
		nodes[n.Name] = true
	}
	for _, n := range g.Nodes {
		require.True(t, nodes[n.Name], "layer %q has no node", n.Name)
		for _, v := range n.Out {
			require.NotNil(t, r.Value(v.Name), "blob %q has no value", v.Name)
		}
	}
	m, err := onnx.Convert(g, onnx.Options{})
	require.NoError(t, err)
	count, ops := m.Nodes()
	sum := 0
	for _, n := range ops {
		sum += n
	}
	require.Equal(t, count, sum)
	require.Positive(t, ops["Conv"])
}

// TestWriteSplit puts the weights in a file of their own, which starts each at a
// multiple of 4096, and reads both.
func TestWriteSplit(t *testing.T) {
	g := fashionGraph(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "net.onnx")
	m, err := onnx.Convert(g, onnx.Options{})
	require.NoError(t, err)
	var model, data bytes.Buffer
	require.NoError(t, m.WriteSplit(&model, &data, "net.onnx.data"))
	require.NoError(t, os.WriteFile(path, model.Bytes(), 0o666))
	require.NoError(t, os.WriteFile(path+".data", data.Bytes(), 0o666))
	require.Less(t, model.Len(), data.Len()/2)
	r, err := onnx.ReadFile(path)
	require.NoError(t, err)
	inputs := randomInputs(g)
	requireNear(t, execute(t, g, inputs), execute(t, r, inputs), roundTripTolerance)

	_, err = onnx.Read(path, model.Bytes())
	require.ErrorContains(t, err, "the weights lie in a file of their own")
	require.NoError(t, os.Truncate(path+".data", int64(data.Len())-1))
	_, err = onnx.ReadFile(path)
	require.ErrorContains(t, err, `of "net.onnx.data", which has`)
	model.Reset()
	require.NoError(t, m.WriteSplit(&model, &data, "../net.onnx.data"))
	require.NoError(t, os.WriteFile(path, model.Bytes(), 0o666))
	_, err = onnx.ReadFile(path)
	require.ErrorContains(t, err, "not beneath the model's folder")
}

// TestRuntimesTakeSplitModels has the checker and onnxruntime look at a model whose
// weights lie in a file of their own.
func TestRuntimesTakeSplitModels(t *testing.T) {
	node(t)
	g := fashionGraph(t)
	path := filepath.Join(t.TempDir(), "net.onnx")
	m, err := onnx.Convert(g, onnx.Options{})
	require.NoError(t, err)
	var model, data bytes.Buffer
	require.NoError(t, m.WriteSplit(&model, &data, "net.onnx.data"))
	require.NoError(t, os.WriteFile(path, model.Bytes(), 0o666))
	require.NoError(t, os.WriteFile(path+".data", data.Bytes(), 0o666))
	j := &job{path, []*jobRun{newRun(t, randomInputs(g), names(g.Outputs)...)}}
	runModels(t, []*job{j})
	requireNear(t, execute(t, g, randomInputs(g)), j.Runs[0].results, runtimeTolerance)
	checkModels(t, []string{path})
}

// unknown is an op that has no emitter.
type unknown struct{ ir.ReLU }

func (unknown) Kind() string { return "Unknown" }

// TestCheckNamesAllLayers reports all that cannot be written at once.
func TestCheckNamesAllLayers(t *testing.T) {
	g := parse(t, `
input %x f32[1,3,4,5]
%y f32[1,3,4,5] = ReLU(%x) layer "fine"
output %y`)
	y := g.Value("y")
	_, err := g.AddNode("first", "net.prototxt:7:1", unknown{}, []*ir.Value{y}, "a")
	require.NoError(t, err)
	_, err = g.AddNode("second", "net.prototxt:9:1", unknown{}, []*ir.Value{y}, "b")
	require.NoError(t, err)
	err = onnx.Check(g)
	require.EqualError(t, err, `convert to onnx: net.prototxt:7:1: layer "first": op Unknown has no form in ONNX here`+"\n"+
		`net.prototxt:9:1: layer "second": op Unknown has no form in ONNX here`)
	var node *ir.NodeError
	require.ErrorAs(t, err, &node)
	require.Equal(t, err.Error(), onnx.Write(&bytes.Buffer{}, g, onnx.Options{}).Error())
}

func TestConvertErrors(t *testing.T) {
	dynamic := onnx.Options{Dynamic: true}
	for _, c := range []struct {
		name, text string
		options    onnx.Options
		want       string
	}{
		{"no elements", `
input %x f32[0,3]
%y f32[0,3] = ReLU(%x) layer "r"
output %y`, onnx.Options{}, `layer "r": value "x" of type f32[0,3] has no elements`},
		{"computed statistics", `
input %x f32[2,3]
input %m f32[3]
const %v f32[3] = splat(1)
const %f f32[1] = splat(1)
%y f32[2,3] = BatchNorm(%x, %m, %v, %f) {UseGlobalStats=true} layer "bn"
output %y`, onnx.Options{}, `layer "bn": has statistics that are no constants`},
		{"fixed batch", `
input %x f32[2,3]
%y f32[6] = Reshape(%x) {Shape=[6] NumAxes=-1} layer "r"
output %y`, dynamic, `an open batch: reshape: layer "r": f32[3,3] has 9 elements, f32[6] has 6`},
		{"pooling of the batch", `
input %x f32[2,3]
%y f32[1,1,2,3] = Reshape(%x) {Shape=[1,1] NumAxes=0} layer "r"
%z f32[1,1,1,1] = Pooling(%y) {Global=true} layer "p"
output %z`, dynamic, `layer "p": pools a map whose size hangs on the open batch`},
		{"no axis", `
input %x f32[]
%y f32[] = ReLU(%x) layer "r"
output %y`, dynamic, "an open batch: no input has an axis"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := onnx.Convert(parse(t, c.text), c.options)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// TestWriteErrors ends writing at the first error.
func TestWriteErrors(t *testing.T) {
	g := parse(t, `
input %x f32[1,3]
const %w f32[2,3] = [1,2,3,4,5,65520]
%y f32[1,2] = InnerProduct(%x, %w) {Axis=1} layer "fc"
output %y`)
	halved, err := onnx.Halve(g)
	require.NoError(t, err)
	require.EqualError(t, onnx.Write(&bytes.Buffer{}, halved, onnx.Options{}), `write onnx: weights "w": has an element 65520, beyond float16`)
	var whole bytes.Buffer
	require.NoError(t, onnx.Write(&whole, g, onnx.Options{}))
	full := errors.New("disk full")
	for after := range whole.Len() {
		err := onnx.Write(&failing{after, full}, g, onnx.Options{})
		require.ErrorIs(t, err, full)
	}
	m, err := onnx.Convert(parse(t, `
input %x f32[1,30000]
const %w f32[20000,30000] = splat(1)
%y f32[1,20000] = InnerProduct(%x, %w) {Axis=1} layer "fc"
output %y`), onnx.Options{})
	require.NoError(t, err)
	require.Greater(t, m.Size(), int64(onnx.MaxFile))
	_, err = m.WriteTo(&bytes.Buffer{})
	require.ErrorContains(t, err, "are more than one file may have (2147483647)")
}

// failing takes some bytes and fails then.
type failing struct {
	left int
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return 0, f.err
	}
	f.left -= len(p)
	return len(p), nil
}
