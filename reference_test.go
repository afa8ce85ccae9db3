package prototxt2go

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// officialNets are the seven nets published with the paper.
var officialNets = []string{
	"SE-BN-Inception", "SE-ResNet-50", "SE-ResNet-101", "SE-ResNet-152",
	"SE-ResNeXt-50", "SE-ResNeXt-101", "SENet-154",
}

// answer is what the reference data says of a whole net.
type answer struct {
	WeightsSHA256 string               `json:"weights_sha256"`
	LogitsFloat64 map[string][]float64 `json:"logits_float64"`
	CaffeError    float64              `json:"caffe_error"`
	Blobs         map[string]struct {
		Shape   []int        `json:"shape"`
		Samples [][2]float64 `json:"samples"`
		Min     float64      `json:"min"`
		Max     float64      `json:"max"`
	} `json:"blobs"`
}

func readAnswer(t *testing.T, name string) answer {
	data, err := os.ReadFile(reftest.Path(t, "reference", name+".reference.json"))
	require.NoError(t, err)
	var a answer
	require.NoError(t, json.Unmarshal(data, &a))
	return a
}

// TestOfficialNets holds each whole net, with the deterministic fill and measured
// statistics, against a real Caffe and against the truth in float64.
func TestOfficialNets(t *testing.T) {
	for _, name := range officialNets {
		t.Run(name, func(t *testing.T) {
			want := readAnswer(t, name)
			r := filledNet(t, name)
			require.Equal(t, want.WeightsSHA256, weightsHash(r))
			if testing.Short() && name != "SE-BN-Inception" {
				t.Skip("only the smallest net runs with -short")
			}
			e, err := reference.New(r.Graph)
			require.NoError(t, err)
			var blobs []string
			for name := range want.Blobs {
				if r.Graph.Value(name) != nil {
					blobs = append(blobs, name)
				}
			}
			out, err := e.Run(t.Context(), map[string]*tensor.Tensor{"data": catTensor(t)}, blobs...)
			require.NoError(t, err)
			checkLogits(t, want, out)
			checkSamples(t, want, out)
		})
	}
}

// filledNet imports an official net with the weights that its answers are for.
func filledNet(t *testing.T, name string) *importer.Result {
	net, err := caffe.ReadFile(reftest.Path(t, "official", name+".prototxt"), caffe.Options{})
	require.NoError(t, err)
	require.Empty(t, net.Warnings)
	stats, err := caffe.ReadFile(reftest.Path(t, "reference", name+".bnstats.caffemodel"), caffe.Options{})
	require.NoError(t, err)
	require.Empty(t, net.LoadWeights(stats).Ignored)
	r, err := importer.Import(net, importer.Options{Fill: true})
	require.NoError(t, err)
	return r
}

func weightsHash(r *importer.Result) string {
	h := sha256.New()
	for _, w := range r.Weights {
		for _, v := range w.Blobs {
			hashBlob(h, &caffe.Blob{Shape: v.Type.Shape, Reader: v.Const.Source})
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashBlob(h hash.Hash, b *caffe.Blob) {
	var buf bytes.Buffer
	_ = b.WriteFloats(&buf)
	h.Write(buf.Bytes())
}

func catTensor(t *testing.T) *tensor.Tensor {
	cat := conformance.ReadTensor(t, reftest.Path(t, "reference", "cat256.npy"))
	x := tensor.New(1, 3, 224, 224)
	mean := []float32{104, 117, 123}
	for c := range 3 {
		for y := range 224 {
			for i := range 224 {
				x.Data[(c*224+y)*224+i] = cat.Data[((y+16)*256+i+16)*3+2-c] - mean[c]
			}
		}
	}
	return x
}

// checkLogits demands max(2e-5, 3·caffe_error)·max|b| of the truth.
func checkLogits(t *testing.T, want answer, out map[string]*tensor.Tensor) {
	require.Len(t, want.LogitsFloat64, 1)
	for blob, truth := range want.LogitsFloat64 {
		scale, worst := 0.0, 0.0
		require.Len(t, out[blob].Data, len(truth))
		for i, b := range truth {
			scale = max(scale, math.Abs(b))
			worst = max(worst, math.Abs(float64(out[blob].Data[i])-b))
		}
		t.Logf("%s: error %.2g of max|b|, Caffe's own is %.2g", blob, worst/scale, want.CaffeError)
		require.LessOrEqual(t, worst, max(2e-5, 3*want.CaffeError)*scale)
	}
}

// checkSamples demands that every blob of the prototxt is there and that its
// samples are within 1e-3·max|b|.
func checkSamples(t *testing.T, want answer, out map[string]*tensor.Tensor) {
	checked := 0
	for blob, w := range want.Blobs {
		got := out[blob]
		if got == nil {
			require.Contains(t, blob, "_split_", "a blob of the prototxt is missing")
			continue
		}
		checked++
		require.Equal(t, w.Shape, got.Shape, blob)
		scale := max(math.Abs(w.Min), math.Abs(w.Max))
		for _, s := range w.Samples {
			require.InDelta(t, s[1], float64(got.Data[int(s[0])]), 1e-3*scale, "%s[%v]", blob, s[0])
		}
	}
	t.Logf("%d blobs", checked)
}
