package onnx_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// officialNets are the seven nets published with the paper.
var officialNets = []string{
	"SE-BN-Inception", "SE-ResNet-50", "SE-ResNet-101", "SE-ResNet-152",
	"SE-ResNeXt-50", "SE-ResNeXt-101", "SENet-154",
}

// official imports a published net with the weights that its answers are for, and
// makes the logits an output beside prob.
func official(t testing.TB, name string) *ir.Graph {
	net, err := caffe.ReadFile(reftest.Path(t, "official", name+".prototxt"), caffe.Options{})
	require.NoError(t, err)
	stats, err := caffe.ReadFile(reftest.Path(t, "reference", name+".bnstats.caffemodel"), caffe.Options{})
	require.NoError(t, err)
	net.LoadWeights(stats)
	r, err := importer.Import(net, importer.Options{Fill: true})
	require.NoError(t, err)
	for blob := range logits(t, name) {
		require.NoError(t, r.Graph.SetOutputs(r.Graph.Value(blob), r.Graph.Value("prob")))
	}
	return r.Graph
}

// logits returns the true values of the blob before the softmax.
func logits(t testing.TB, name string) map[string][]float64 {
	data, err := os.ReadFile(reftest.Path(t, "reference", name+".reference.json"))
	require.NoError(t, err)
	var answer struct {
		Logits map[string][]float64 `json:"logits_float64"`
	}
	require.NoError(t, json.Unmarshal(data, &answer))
	require.Len(t, answer.Logits, 1)
	return answer.Logits
}

// cat is the picture that the answers are for, as the nets take it.
func cat(t testing.TB) *tensor.Tensor {
	picture := conformance.ReadTensor(t, reftest.Path(t, "reference", "cat256.npy"))
	x := tensor.New(1, 3, 224, 224)
	for c, mean := range []float32{104, 117, 123} {
		for y := range 224 {
			for i := range 224 {
				x.Data[(c*224+y)*224+i] = picture.Data[((y+16)*256+i+16)*3+2-c] - mean
			}
		}
	}
	return x
}

// requireLogits demands tolerance · max|b| of the truth.
func requireLogits(t testing.TB, name string, outputs map[string]*tensor.Tensor, tolerance float64) {
	for blob, truth := range logits(t, name) {
		scale, worst := 0.0, 0.0
		require.Len(t, outputs[blob].Data, len(truth))
		for i, b := range truth {
			scale = max(scale, math.Abs(b))
			worst = max(worst, math.Abs(float64(outputs[blob].Data[i])-b))
		}
		t.Logf("error %.2g of max|b|", worst/scale)
		require.LessOrEqual(t, worst, tolerance*scale)
	}
}

// netVariants are the ways in which whole nets are written.
var netVariants = []variant{
	{"graph", false, onnx.Options{}},
	{"fused", true, onnx.Options{Dynamic: true}},
}

// TestRuntimesAnswerOfficialNets has ONNX's checker look at the published nets and
// onnxruntime answer for them: within 1e-4 of the truth in float64, as any float32
// runtime may be.
func TestRuntimesAnswerOfficialNets(t *testing.T) {
	if testing.Short() {
		t.Skip("whole nets take some seconds each")
	}
	node(t)
	input := map[string]*tensor.Tensor{"data": cat(t)}
	for _, name := range officialNets {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var jobs []*job
			var paths []string
			for _, v := range netVariants {
				g := v.of(t, official(t, name))
				path := filepath.Join(dir, v.name+".onnx")
				writeModel(t, path, g, v.options)
				paths = append(paths, path)
				jobs = append(jobs, &job{path, []*jobRun{newRun(t, input, names(g.Outputs)...)}})
			}
			runModels(t, jobs)
			for _, j := range jobs {
				requireLogits(t, name, j.Runs[0].results, 1e-4)
			}
			checkModels(t, paths)
		})
	}
}

// readTolerance is 2e-5·max|b|: what the reference data asks of a float32 runtime,
// although only the weights in the file are float32 here.
const readTolerance = 2e-5

// TestReadOfficialNets reads whole nets back, fused ones with an open batch, and
// holds them to the truth.
func TestReadOfficialNets(t *testing.T) {
	for _, name := range officialNets {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "SE-BN-Inception" {
				t.Skip("only the smallest net is read with -short")
			}
			v := netVariants[1]
			r := roundTrip(t, v.of(t, official(t, name)), v.options)
			requireLogits(t, name, execute(t, r, map[string]*tensor.Tensor{"data": cat(t)}), readTolerance)
		})
	}
}
