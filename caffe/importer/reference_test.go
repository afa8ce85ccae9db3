package importer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
)

var officialNets = []string{
	"SE-BN-Inception", "SE-ResNet-50", "SE-ResNet-101", "SE-ResNet-152",
	"SE-ResNeXt-50", "SE-ResNeXt-101", "SENet-154",
}

func official(t *testing.T, name string) *caffe.Net {
	net, err := caffe.ReadFile(reftest.Path(t, "official", name+".prototxt"), caffe.Options{})
	require.NoError(t, err)
	return net
}

// TestConformanceNets imports every small net that Caffe has answered. A graph's
// outputs are the blobs that it answered with.
func TestConformanceNets(t *testing.T) {
	count := 0
	for _, c := range conformance.Cases(t) {
		if len(c.Unsupported(t)) > 0 {
			continue
		}
		count++
		t.Run(c.Name, func(t *testing.T) {
			g := c.Graph(t)
			for blob := range c.Outputs {
				require.Contains(t, g.Outputs, g.Value(blob))
			}
		})
	}
	require.GreaterOrEqual(t, count, 147, "nets whose layers were known before")
}

func TestOfficialNets(t *testing.T) {
	for _, name := range officialNets {
		t.Run(name, func(t *testing.T) {
			r, err := importer.Import(official(t, name), importer.Options{Fill: true})
			require.NoError(t, err)
			require.NoError(t, r.Graph.Verify())
			require.Len(t, r.Missing, len(r.Weights))
			require.Equal(t, []int{1, 1000}, r.Graph.Value("prob").Type.Shape)
			require.Len(t, r.Graph.Outputs, 1)
			require.Equal(t, "prob", r.Graph.Outputs[0].Name)
		})
	}
}

// TestOfficialNetsOfAnotherBatch shows that the fixed pooling does not fix the
// batch.
func TestOfficialNetsOfAnotherBatch(t *testing.T) {
	for _, name := range officialNets {
		t.Run(name, func(t *testing.T) {
			net := official(t, name)
			one, err := importer.Import(net, importer.Options{Fill: true})
			require.NoError(t, err)
			three, err := importer.Import(net, importer.Options{Fill: true, Shapes: map[string][]int{"data": {3, 3, 224, 224}}})
			require.NoError(t, err)
			require.NoError(t, three.Graph.Verify())
			require.Equal(t, []int{3, 1000}, three.Graph.Value("prob").Type.Shape)
			require.Equal(t, one.Graph.Fingerprint(), three.Graph.Fingerprint())
			require.Equal(t, 3*one.Graph.Cost().MultiplyAdds, three.Graph.Cost().MultiplyAdds)
			require.Equal(t, one.Graph.Cost().Parameters, three.Graph.Cost().Parameters)
		})
	}
}

// TestOfficialNetsOfAnotherSize shows that the error names the layers that fix
// the size, and the size that they fix.
func TestOfficialNetsOfAnotherSize(t *testing.T) {
	for _, name := range officialNets {
		for _, side := range []int{256, 160} {
			_, err := importer.Import(official(t, name), importer.Options{Fill: true, Shapes: map[string][]int{"data": {1, 3, side, side}}})
			require.ErrorContains(t, err, `layer "pool5/7x7_s1" pools a fixed 7x7 and layer "classifier" has weights for 1x1 of it`, "%s at %d", name, side)
			require.ErrorContains(t, err, "this net is made for data as 1x3x224x224")
			require.ErrorContains(t, err, name+".prototxt:")
		}
	}
}

// TestTrainedNets shows that every weight of a really trained net comes from its
// file.
func TestTrainedNets(t *testing.T) {
	tests := []struct{ folder, net, weights string }{
		{"trained", "det1", "det1"},
		{"trained", "det2", "det2"},
		{"trained", "finemap", "finemap"},
		{"trained", "finemap", "finemap_fp16"},
		{"fashion", "deploy", "fashion"},
	}
	for _, test := range tests {
		t.Run(test.weights, func(t *testing.T) {
			net, err := caffe.ReadFile(reftest.Path(t, test.folder, test.net+".prototxt"), caffe.Options{})
			require.NoError(t, err)
			file := reftest.Path(t, test.folder, test.weights+".caffemodel")
			weights, err := caffe.ReadFile(file, caffe.Options{})
			require.NoError(t, err)
			report := net.LoadWeights(weights)
			r, err := importer.Import(net, importer.Options{})
			require.NoError(t, err)
			require.NoError(t, r.Graph.Verify())
			require.Empty(t, r.Missing)
			require.Empty(t, r.Reshaped)
			require.Len(t, r.Weights, report.Loaded)
			require.NotEmpty(t, r.Graph.Consts)
			for _, v := range r.Graph.Consts {
				require.Equal(t, file+"#"+v.Name, v.Const.Origin)
			}
		})
	}
}
