package passes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// officialNets says what becomes of the seven nets published with the paper: no
// BatchNorm, no Scale and no ReLU of its own, and each block one node.
var officialNets = map[string]map[string]int{
	"SE-BN-Inception": {"Convolution+ReLU": 69, "SqueezeExcite": 10, "Concat": 10, "Pooling": 13, "InnerProduct": 1, "Softmax": 1},
	"SE-ResNet-50":    {"Convolution": 20, "Convolution+ReLU": 33, "SqueezeExcite+sum+ReLU": 16, "Pooling": 2, "InnerProduct": 1, "Softmax": 1},
	"SE-ResNet-101":   {"Convolution": 37, "Convolution+ReLU": 67, "SqueezeExcite+sum+ReLU": 33, "Pooling": 2, "InnerProduct": 1, "Softmax": 1},
	"SE-ResNet-152":   {"Convolution": 54, "Convolution+ReLU": 101, "SqueezeExcite+sum+ReLU": 50, "Pooling": 2, "InnerProduct": 1, "Softmax": 1},
	"SE-ResNeXt-50":   {"Convolution": 20, "Convolution+ReLU": 33, "SqueezeExcite+sum+ReLU": 16, "Pooling": 2, "InnerProduct": 1, "Softmax": 1},
	"SE-ResNeXt-101":  {"Convolution": 37, "Convolution+ReLU": 67, "SqueezeExcite+sum+ReLU": 33, "Pooling": 2, "InnerProduct": 1, "Softmax": 1},
	"SENet-154":       {"Convolution": 54, "Convolution+ReLU": 103, "SqueezeExcite+sum+ReLU": 50, "Pooling": 2, "InnerProduct": 1, "Softmax": 1},
}

// official imports an official net, with the statistics that were measured for it
// and the deterministic fill.
func official(t testing.TB, name string) *ir.Graph {
	net, err := caffe.ReadFile(reftest.Path(t, "official", name+".prototxt"), caffe.Options{})
	require.NoError(t, err)
	statistics, err := caffe.ReadFile(reftest.Path(t, "reference", name+".bnstats.caffemodel"), caffe.Options{})
	require.NoError(t, err)
	net.LoadWeights(statistics)
	r, err := importer.Import(net, importer.Options{Fill: true})
	require.NoError(t, err)
	return r.Graph
}

// countedSource counts the elements that are read.
type countedSource struct {
	ir.Source
	read *int
}

func (s countedSource) Read(dst []float32, offset int) {
	*s.read += len(dst)
	s.Source.Read(dst, offset)
}

func TestOfficialNets(t *testing.T) {
	for name, want := range officialNets {
		t.Run(name, func(t *testing.T) {
			g := official(t, name)
			cost, blocks := g.Cost(), len(passes.FindSqueezeExcite(g))
			weights := 0
			for _, v := range g.Consts {
				if v.Type.Rank() > 1 {
					v.Const = &ir.Const{Source: countedSource{v.Const.Source, &weights}, Origin: v.Const.Origin}
				}
			}
			require.NoError(t, passes.Run(g, passes.Default()...))
			require.Zero(t, weights, "no pass reads a weight")
			require.Equal(t, want, countOps(g))
			require.Equal(t, blocks, want["SqueezeExcite"]+want["SqueezeExcite+sum+ReLU"])
			require.Equal(t, cost.MultiplyAdds, g.Cost().MultiplyAdds)
			require.Empty(t, passes.FindSqueezeExcite(g))
			require.Equal(t, "prob", g.Outputs[0].Name)

			once := shape(g)
			require.NoError(t, passes.Run(g, passes.Default()...))
			require.Equal(t, once, shape(g))
		})
	}
}

// shape gives a graph as text without its constants, whose sums take long.
func shape(g *ir.Graph) string {
	var b strings.Builder
	for _, n := range g.Nodes {
		b.WriteString(n.String() + "\n")
	}
	for _, v := range g.Consts {
		b.WriteString(v.Name + v.Type.String() + "\n")
	}
	return b.String()
}

// TestOfficialNetsComputeTheSame runs whole nets with all their outputs in float64.
func TestOfficialNetsComputeTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("whole nets take some seconds each")
	}
	for _, name := range []string{"SE-BN-Inception", "SE-ResNet-50"} {
		t.Run(name, func(t *testing.T) {
			g := official(t, name)
			require.NoError(t, g.SetOutputs(g.Value("classifier"), g.Value("prob")))
			fused := duplicate(t, g)
			require.NoError(t, passes.Run(fused, passes.Default()...))
			requireSameOutputs(t, g, fused)
		})
	}
}

// squeezeExcites says how many blocks there are in the small nets of such names.
var squeezeExcites = map[string]int{
	"se_axpy": 1, "se_axpy_norelu": 1, "se_innerproduct": 1, "se_reshape_scale": 1, "se_scale_eltwise": 1,
	"se_excitation_is_output": 0, "se_max_squeeze": 0, "se_other_source": 0,
}

// TestConformance holds the rewritten small nets against the answers of a real
// Caffe, and finds blocks where there are some.
func TestConformance(t *testing.T) {
	count, blocks := 0, map[string]int{}
	for _, c := range conformance.Cases(t) {
		if len(c.Unsupported(t)) > 0 {
			continue
		}
		count++
		t.Run(c.Name, func(t *testing.T) {
			g := c.Graph(t)
			fused := duplicate(t, g)
			require.NoError(t, passes.Run(fused, passes.Default()...))
			c.Check(t, execute(t, fused, c.InputTensors(t, fused)))
			requireSameOutputs(t, g, fused)
			requireTwiceIsOnce(t, fused, passes.Default()...)

			form := strings.TrimRight(c.Name, "0123456789_")
			if want, ok := squeezeExcites[form]; ok {
				blocks[form]++
				have := 0
				for kind, n := range countOps(fused) {
					if strings.HasPrefix(kind, "SqueezeExcite") {
						have += n
					}
				}
				require.Equal(t, want, have)
			}
		})
	}
	require.GreaterOrEqual(t, count, 147, "nets whose layers were known before")
	for form := range squeezeExcites {
		require.Equal(t, 4, blocks[form], form)
	}
}
