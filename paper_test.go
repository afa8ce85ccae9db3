package prototxt2go

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/arch"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/ir"
)

// TestPaperTables holds the generated architectures against the tables of the
// SENet paper (arXiv:1709.01507): millions of parameters and billions of
// multiply-adds, with and without SE blocks, within 1 %.
func TestPaperTables(t *testing.T) {
	noSE := arch.Options{NoSE: true}
	for _, c := range []struct {
		name         string
		options      arch.Options
		parameters   float64 // in millions; 0 is not stated
		multiplyAdds float64 // in billions
	}{
		{"SE-ResNet-50", arch.Options{Reduction: 4}, 35.7, 0},
		{"SE-ResNet-50", arch.Options{Reduction: 8}, 30.7, 0},
		{"SE-ResNet-50", arch.Options{Reduction: 16}, 28.1, 3.87},
		{"SE-ResNet-50", arch.Options{Reduction: 32}, 26.9, 0},
		{"SE-ResNet-50", noSE, 25.6, 3.86},
		{"SE-ResNet-101", arch.Options{}, 0, 7.60},
		{"SE-ResNet-101", noSE, 0, 7.58},
		{"SE-ResNet-152", arch.Options{}, 0, 11.32},
		{"SE-ResNet-152", noSE, 0, 11.30},
		{"SE-ResNeXt-50", arch.Options{}, 0, 4.25},
		{"SE-ResNeXt-50", noSE, 0, 4.24},
		{"SE-ResNeXt-101", arch.Options{}, 0, 8.00},
		{"SE-ResNeXt-101", noSE, 0, 7.99},
		{"SE-BN-Inception", arch.Options{}, 0, 2.04},
		{"SE-BN-Inception", noSE, 0, 2.03},
	} {
		cost := archGraph(t, c.name, c.options).Cost()
		t.Logf("%s %+v: %.2f million parameters, %.3f billion multiply-adds", c.name, c.options, float64(cost.Parameters)/1e6, float64(cost.MultiplyAdds)/1e9)
		if c.parameters > 0 {
			require.InEpsilon(t, c.parameters, float64(cost.Parameters)/1e6, 0.01, "%s %+v", c.name, c.options)
		}
		if c.multiplyAdds > 0 {
			require.InEpsilon(t, c.multiplyAdds, float64(cost.MultiplyAdds)/1e9, 0.01, "%s %+v", c.name, c.options)
		}
	}
}

func archGraph(t *testing.T, name string, o arch.Options) *ir.Graph {
	net, err := arch.New(name, o)
	require.NoError(t, err)
	r, err := importer.Import(net, importer.Options{Fill: true})
	require.NoError(t, err)
	return r.Graph
}

// TestPublishedNetsAreRecognised shows that each gets SENet's order and
// preprocessing, and that a variant does not.
func TestPublishedNetsAreRecognised(t *testing.T) {
	for _, name := range arch.Names() {
		p := presetOf(archGraph(t, name, arch.Options{}))
		require.Equal(t, name, p.Name)
		require.Equal(t, "senet", p.Classes.Order)
	}
	p := presetOf(archGraph(t, "SE-ResNet-50", arch.Options{Reduction: 8}))
	require.Empty(t, p.Name)
	require.Equal(t, "sorted", p.Classes.Order)
	net, err := Default(Options{})
	require.NoError(t, err)
	require.Equal(t, fashionName, net.Preset().Name)
	require.Len(t, net.Preset().Classes.Names, 10)
}
