package onnx_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// A variant is a way to write a net.
type variant struct {
	name    string
	fused   bool
	options onnx.Options
}

var variants = []variant{
	{"graph", false, onnx.Options{}},
	{"fused", true, onnx.Options{}},
	{"dynamic", true, onnx.Options{Dynamic: true}},
}

// of returns a copy of a graph as the variant has it.
func (v variant) of(t testing.TB, g *ir.Graph) *ir.Graph {
	t.Helper()
	c, err := g.Reshape(nil)
	require.NoError(t, err)
	if v.fused {
		require.NoError(t, passes.Run(c, passes.Default()...))
	}
	return c
}

// supported returns the cases whose layers are all known to the importer.
func supported(t testing.TB) []conformance.Case {
	var cases []conformance.Case
	for _, c := range conformance.Cases(t) {
		if len(c.Unsupported(t)) == 0 {
			cases = append(cases, c)
		}
	}
	require.GreaterOrEqual(t, len(cases), 147, "nets whose layers were known before")
	return cases
}

// writeModel writes a graph to a file.
func writeModel(t testing.TB, path string, g *ir.Graph, o onnx.Options) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, onnx.Write(f, g, o))
	require.NoError(t, f.Close())
}

// exported is a case written in one way.
type exported struct {
	c    conformance.Case
	g    *ir.Graph
	path string
}

// exportAll writes every supported case in every way; an open batch only where the
// net takes another.
func exportAll(t testing.TB) []exported {
	dir := t.TempDir()
	var all []exported
	for _, c := range supported(t) {
		for _, v := range variants {
			g := v.of(t, c.Graph(t))
			if _, err := onnx.Convert(g, v.options); err != nil && v.options.Dynamic {
				t.Logf("%s: %v", c.Name, err)
				continue
			}
			path := filepath.Join(dir, c.Name+"."+v.name+".onnx")
			writeModel(t, path, g, v.options)
			all = append(all, exported{c, g, path})
		}
	}
	return all
}

// TestCheckerTakesConformance has ONNX's checker look at every small net that Caffe
// has answered.
func TestCheckerTakesConformance(t *testing.T) {
	python(t)
	var paths []string
	for _, e := range exportAll(t) {
		paths = append(paths, e.path)
	}
	checkModels(t, paths)
}

// TestRuntimeAnswersConformance runs every small net that Caffe has answered with
// onnxruntime, and holds it to Caffe's answers.
func TestRuntimeAnswersConformance(t *testing.T) {
	node(t)
	all := exportAll(t)
	var jobs []*job
	for _, e := range all {
		var names []string
		for blob := range e.c.Outputs {
			names = append(names, blob)
		}
		jobs = append(jobs, &job{e.path, []*jobRun{newRun(t, e.c.InputTensors(t, e.g), names...)}})
	}
	runModels(t, jobs)
	for i, e := range all {
		t.Run(filepath.Base(e.path), func(t *testing.T) { e.c.Check(t, jobs[i].Runs[0].results) })
	}
}

// TestRuntimesTakeOtherBatches runs the small nets with an open batch at batches of
// 1 and 3, and holds onnxruntime to the reference executor.
func TestRuntimesTakeOtherBatches(t *testing.T) {
	node(t)
	dir := t.TempDir()
	var jobs []*job
	var graphs [][]*ir.Graph
	for _, c := range supported(t) {
		g := variants[2].of(t, c.Graph(t))
		m, err := onnx.Convert(g, onnx.Options{Dynamic: true})
		if err != nil {
			continue
		}
		j := &job{Model: filepath.Join(dir, c.Name+".onnx")}
		var both []*ir.Graph
		for _, batch := range []int{1, 3} {
			r, err := g.Reshape(batched(g, batch))
			require.NoError(t, err, c.Name)
			both = append(both, r)
			j.Runs = append(j.Runs, newRun(t, randomInputs(r), names(g.Outputs)...))
		}
		f, err := os.Create(j.Model)
		require.NoError(t, err)
		_, err = m.WriteTo(f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		jobs, graphs = append(jobs, j), append(graphs, both)
	}
	require.GreaterOrEqual(t, len(jobs), 140, "nets that take another batch")
	runModels(t, jobs)
	for i, j := range jobs {
		t.Run(filepath.Base(j.Model), func(t *testing.T) {
			for k, g := range graphs[i] {
				requireNear(t, execute(t, g, randomInputs(g)), j.Runs[k].results, batchTolerance)
			}
		})
	}
}

// batchTolerance is what the reference data allows the small nets.
const batchTolerance = 1e-4

// batched returns the shapes of the inputs that have the batch, with another one.
func batched(g *ir.Graph, batch int) map[string][]int {
	shapes := map[string][]int{}
	for _, v := range g.Inputs {
		if shape := v.Type.Shape; len(shape) > 0 && shape[0] == g.Inputs[0].Type.Shape[0] {
			shapes[v.Name] = append([]int{batch}, shape[1:]...)
		}
	}
	return shapes
}
