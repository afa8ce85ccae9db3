package runtime

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/models/fashion"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// officialNets are the seven nets published with the paper, the smallest first.
var officialNets = []string{
	"SE-BN-Inception", "SE-ResNet-50", "SE-ResNeXt-50", "SE-ResNet-101",
	"SE-ResNeXt-101", "SE-ResNet-152", "SENet-154",
}

// official imports an official net, with the statistics that were measured for it
// and the deterministic fill.
func official(t testing.TB, name string) *ir.Graph {
	t.Helper()
	r, err := importer.Import(officialNet(t, name), importer.Options{Fill: true})
	require.NoError(t, err)
	return r.Graph
}

func officialNet(t testing.TB, name string) *caffe.Net {
	t.Helper()
	net, err := caffe.ReadFile(reftest.Path(t, "official", name+".prototxt"), caffe.Options{})
	require.NoError(t, err)
	statistics, err := caffe.ReadFile(reftest.Path(t, "reference", name+".bnstats.caffemodel"), caffe.Options{})
	require.NoError(t, err)
	require.Empty(t, net.LoadWeights(statistics).Ignored)
	return net
}

// writeFilled writes an official net with the deterministic fill.
func writeFilled(t testing.TB, name, file string) {
	net := officialNet(t, name)
	r, err := importer.Import(net, importer.Options{Fill: true})
	require.NoError(t, err)
	for _, w := range r.Weights {
		w.Layer.Blobs = nil
		for _, v := range w.Blobs {
			w.Layer.Blobs = append(w.Layer.Blobs, &caffe.Blob{Shape: v.Type.Shape, Reader: v.Const.Source})
		}
	}
	f, err := os.Create(file)
	require.NoError(t, err)
	_, err = net.WriteBinary(f)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

// fashionNet imports the embedded net.
func fashionNet(t testing.TB) *ir.Graph {
	t.Helper()
	net, err := caffe.Read("deploy.prototxt", fashion.Prototxt, caffe.Options{})
	require.NoError(t, err)
	weights, err := caffe.Read("fashion.caffemodel", fashion.Weights, caffe.Options{})
	require.NoError(t, err)
	net.LoadWeights(weights)
	r, err := importer.Import(net, importer.Options{})
	require.NoError(t, err)
	return r.Graph
}

// cat returns the picture that the answers are for, as the nets take it.
func cat(t testing.TB) tensors {
	all := conformance.ReadTensor(t, reftest.Path(t, "reference", "cat256.npy"))
	x := tensor.New(1, 3, 224, 224)
	mean := []float32{104, 117, 123}
	for c := range 3 {
		for y := range 224 {
			for i := range 224 {
				x.Data[(c*224+y)*224+i] = all.Data[((y+16)*256+i+16)*3+2-c] - mean[c]
			}
		}
	}
	return tensors{"data": x}
}

// answer is what the reference data says of a whole net.
type answer struct {
	LogitsFloat64 map[string][]float64 `json:"logits_float64"`
	CaffeError    float64              `json:"caffe_error"`
	Blobs         map[string]struct {
		Shape   []int        `json:"shape"`
		Samples [][2]float64 `json:"samples"`
		Min     float64      `json:"min"`
		Max     float64      `json:"max"`
	} `json:"blobs"`
}

func readAnswer(t testing.TB, name string) answer {
	data, err := os.ReadFile(reftest.Path(t, "reference", name+".reference.json"))
	require.NoError(t, err)
	var a answer
	require.NoError(t, json.Unmarshal(data, &a))
	require.Len(t, a.LogitsFloat64, 1)
	return a
}

func (a answer) logits() string {
	for name := range a.LogitsFloat64 {
		return name
	}
	return ""
}

// blobs returns which of the values are blobs that there are answers for.
func (a answer) blobs(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(name string) bool { return a.Blobs[name].Samples == nil })
}

// illConditioned are the nets whose squeezes, means of maps that nearly cancel,
// float32 does not tell to 1e-3 of their largest: in Caffe itself samples of
// conv5_3_global_pool (SE-ResNet-152) and conv5_2_global_pool (SENet-154) are
// 0.90e-3 and 0.92e-3 off the truth, and two float32 runs twice as far apart. There
// they are not held against Caffe's, but as all nodes are: against what the
// reference function makes in float64 of the map that they are the means of.
var illConditioned = []string{"SE-ResNet-152", "SENet-154"}

// TestOfficialNets holds each whole net, with the deterministic fill and measured
// statistics, against the logits in float64 and a real Caffe's samples of every
// blob that is still there; unfused that is every blob of the prototxt. Each node
// is held against its reference function besides.
func TestOfficialNets(t *testing.T) {
	if testing.Short() {
		t.Skip("whole nets take some seconds each")
	}
	for i, name := range officialNets {
		for _, isa := range isas() {
			if isa == "portable" && i > 0 {
				continue // some seconds a run
			}
			t.Run(name+"/"+isa, func(t *testing.T) {
				g, want := official(t, name), readAnswer(t, name)
				fused := newModel(t, g, Options{Keep: []string{want.logits()}}).Graph()
				checkNet(t, "fused", fused, isa, want, nil)
				var without []string
				if slices.Contains(illConditioned, name) {
					without = squeezes(g)
				}
				checkNet(t, "unfused", g, isa, want, without)
			})
		}
	}
}

// squeezes returns the names of all means of maps.
func squeezes(g *ir.Graph) []string {
	var names []string
	for _, n := range g.Nodes {
		if op, ok := n.Op.(ir.Pooling); ok && op.Method == ir.PoolAve && n.Out[0].Type.Count() == n.Out[0].Type.Shape[1] {
			names = append(names, n.Out[0].Name)
		}
	}
	return names
}

// checkNet runs a graph as it is, asking for all its values, and checks the samples
// of all blobs but those without.
func checkNet(t *testing.T, what string, g *ir.Graph, isa string, want answer, without []string) {
	blobs := want.blobs(computed(g))
	require.Contains(t, blobs, want.logits())
	inputs := cat(t)
	out := answers(t, g, Options{ISA: isa, NoFuse: true, Keep: computed(g)}, 2, inputs)
	for _, n := range g.Nodes {
		requireNode(t, n, out, inputs)
	}

	scale, off := 0.0, 0.0
	for i, b := range want.LogitsFloat64[want.logits()] {
		scale = max(scale, math.Abs(b))
		off = max(off, math.Abs(float64(out[want.logits()].Data[i])-b))
	}
	limit := max(2e-5, 3*want.CaffeError)
	t.Logf("%s: logits are off by %.2g of max|b|, allowed are %.2g", what, off/scale, limit)
	require.LessOrEqual(t, off, limit*scale)

	worst, at := 0.0, ""
	for _, blob := range blobs {
		w := want.Blobs[blob]
		require.Equal(t, w.Shape, out[blob].Shape, blob)
		scale := max(math.Abs(w.Min), math.Abs(w.Max))
		if slices.Contains(without, blob) {
			continue
		}
		for _, s := range w.Samples {
			if off := math.Abs(float64(out[blob].Data[int(s[0])])-s[1]) / scale; off > worst {
				worst, at = off, blob
			}
		}
	}
	t.Logf("%s: samples of %d blobs are off by up to %.3g of max|b|, in %s", what, len(blobs), worst, at)
	require.LessOrEqual(t, worst, 1e-3)
}
