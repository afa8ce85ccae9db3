package onnx_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/models/fashion"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// fashionFolder is where Debian's dataset-fashion-mnist lies.
const fashionFolder = "/usr/share/datasets/fashion-mnist"

func fashionGraph(t testing.TB) *ir.Graph {
	net, err := caffe.Read("deploy.prototxt", fashion.Prototxt, caffe.Options{})
	require.NoError(t, err)
	weights, err := caffe.Read("fashion.caffemodel", fashion.Weights, caffe.Options{})
	require.NoError(t, err)
	net.LoadWeights(weights)
	r, err := importer.Import(net, importer.Options{})
	require.NoError(t, err)
	return r.Graph
}

// TestRuntimeNamesClothing runs the embedded net over the whole test set with
// onnxruntime, in an open batch: it must give Caffe's own number of right answers,
// and Caffe's probabilities.
func TestRuntimeNamesClothing(t *testing.T) {
	if testing.Short() {
		t.Skip("10,000 pictures are too many for -short")
	}
	node(t)
	images, labels := fashionTestSet(t)
	var summary struct {
		Top1 int `json:"top1_correct"`
	}
	data, err := os.ReadFile(reftest.Path(t, "fashion", "summary.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &summary))
	want := conformance.ReadTensor(t, reftest.Path(t, "fashion", "test_prob.npy"))

	const batch = 1000
	j := &job{Model: filepath.Join(t.TempDir(), "fashion.onnx")}
	writeModel(t, j.Model, variants[2].of(t, fashionGraph(t)), onnx.Options{Dynamic: true})
	preprocess := fashion.Preprocess()
	for first := 0; first < images.Count; first += batch {
		x := tensor.New(batch, 1, 28, 28)
		for i := range batch {
			picture, err := preprocess.Tensor(images.Image(first + i))
			require.NoError(t, err)
			copy(x.Data[i*len(picture):], picture)
		}
		j.Runs = append(j.Runs, newRun(t, map[string]*tensor.Tensor{"data": x}, "prob"))
	}
	runModels(t, []*job{j})
	right := 0
	for k, r := range j.Runs {
		prob := r.results["prob"].Data
		require.NoError(t, conformance.Close(prob, want.Data[k*batch*10:][:batch*10], 1e-4))
		for i := range batch {
			if largest(prob[i*10:][:10]) == int(labels[k*batch+i]) {
				right++
			}
		}
	}
	require.Equal(t, summary.Top1, right)
	t.Logf("%d of %d right", right, images.Count)
}

func largest(list []float32) int {
	at := 0
	for i, f := range list {
		if f > list[at] {
			at = i
		}
	}
	return at
}

func fashionTestSet(t *testing.T) (*imagenet.IDXImages, []uint8) {
	f, err := os.Open(filepath.Join(fashionFolder, "t10k-images-idx3-ubyte.gz"))
	if err != nil {
		t.Skipf("no Fashion-MNIST: %v (Debian has it as dataset-fashion-mnist)", err)
	}
	defer f.Close()
	images, err := imagenet.ReadIDXImages(f)
	require.NoError(t, err)
	l, err := os.Open(filepath.Join(fashionFolder, "t10k-labels-idx1-ubyte.gz"))
	require.NoError(t, err)
	defer l.Close()
	labels, err := imagenet.ReadIDXLabels(l)
	require.NoError(t, err)
	return images, labels
}
