package arch

import (
	"slices"
	"strings"
	"testing"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/stretchr/testify/require"
)

// seBlocks are the blocks of each net from stage 2 on, from the papers' tables.
var seBlocks = map[string][4]int{
	"SE-BN-Inception": {0, 3, 5, 2},
	"SE-ResNet-50":    {3, 4, 6, 3},
	"SE-ResNet-101":   {3, 4, 23, 3},
	"SE-ResNet-152":   {3, 8, 36, 3},
	"SE-ResNeXt-50":   {3, 4, 6, 3},
	"SE-ResNeXt-101":  {3, 4, 23, 3},
	"SENet-154":       {3, 8, 36, 3},
}

func TestNames(t *testing.T) {
	require.Equal(t, []string{"SE-BN-Inception", "SE-ResNet-50", "SE-ResNet-101", "SE-ResNet-152", "SE-ResNeXt-50", "SE-ResNeXt-101", "SENet-154"}, Names())
}

func TestNetNames(t *testing.T) {
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"SE-ResNet-50", Options{Reduction: 16}, "SE-ResNet-50"},
		{"SE-ResNet-50", Options{SEStages: []int{5, 4, 3, 2}}, "SE-ResNet-50"},
		{"SE-ResNet-50", Options{Reduction: 8}, "SE-ResNet-50-r8"},
		{"SE-ResNet-50", Options{SEStages: []int{4, 3}}, "SE-ResNet-50-s34"},
		{"SE-ResNet-50", Options{Reduction: 32, SEStages: []int{2}}, "SE-ResNet-50-r32-s2"},
		{"SE-ResNeXt-50", Options{}, "SE-ResNeXt-50 (32 x 4d)"},
		{"SE-ResNeXt-50", Options{Reduction: 4}, "SE-ResNeXt-50-r4"},
		{"SE-BN-Inception", Options{SEStages: []int{3, 4, 5}}, "SE-BN-Inception"},
		{"SE-BN-Inception", Options{SEStages: []int{5}}, "SE-BN-Inception-s5"},
		{"SENet-154", Options{}, "SENet"},
		{"SENet-154", Options{Reduction: 256}, "SENet-154-r256"},
		{"SE-BN-Inception", Options{NoSE: true}, "BN-Inception"},
		{"SE-ResNet-152", Options{NoSE: true}, "ResNet-152"},
		{"SE-ResNeXt-101", Options{NoSE: true}, "ResNeXt-101"},
		{"SENet-154", Options{NoSE: true}, "ResNeXt-154"},
	} {
		n, err := New(c.name, c.options)
		require.NoError(t, err)
		require.Equal(t, c.want, n.Name)
	}
}

func TestBadNamesAndOptions(t *testing.T) {
	all := "there are SE-BN-Inception, SE-ResNet-50, SE-ResNet-101, SE-ResNet-152, SE-ResNeXt-50, SE-ResNeXt-101, SENet-154"
	for _, c := range []struct {
		name    string
		options Options
		want    string
	}{
		{"se-resnet-51", Options{}, `no architecture is called "se-resnet-51" (did you mean SE-ResNet-50?): ` + all},
		{"VGG", Options{}, `no architecture is called "VGG": ` + all},
		{"", Options{}, `no architecture is called "": ` + all},
		{"SE-ResNet-50", Options{Reduction: -1}, "architecture SE-ResNet-50: reduction must be 1 to 256, have -1"},
		{"SE-ResNet-50", Options{Reduction: 257}, "architecture SE-ResNet-50: reduction must be 1 to 256, have 257"},
		{"SE-ResNet-50", Options{SEStages: []int{1}}, "architecture SE-ResNet-50: its stages are 2 to 5, have 1"},
		{"SE-ResNet-50", Options{SEStages: []int{5, 6}}, "architecture SE-ResNet-50: its stages are 2 to 5, have 6"},
		{"SE-ResNet-50", Options{SEStages: []int{2, 2}}, "architecture SE-ResNet-50: stage 2 is given twice"},
		{"SE-ResNet-50", Options{SEStages: []int{3, 2, 3}}, "architecture SE-ResNet-50: stage 3 is given twice"},
		{"se-bn-inception", Options{SEStages: []int{2, 3}}, "architecture SE-BN-Inception: its stages are 3 to 5, have 2"},
		{"SENet-154", Options{NoSE: true, Reduction: 16}, "architecture SENet-154: without squeeze-and-excitation there is no reduction and no stage to choose"},
		{"SENet-154", Options{NoSE: true, SEStages: []int{2}}, "architecture SENet-154: without squeeze-and-excitation there is no reduction and no stage to choose"},
	} {
		n, err := New(c.name, c.options)
		require.EqualError(t, err, c.want)
		require.Nil(t, n)
	}
}

func TestOptionsAreNotChanged(t *testing.T) {
	stages := []int{5, 2}
	_, err := New("SE-ResNet-50", Options{SEStages: stages})
	require.NoError(t, err)
	require.Equal(t, []int{5, 2}, stages)
}

// countTypes counts the layers of each type.
func countTypes(n *caffe.Net) map[string]int {
	counts := map[string]int{}
	for _, l := range n.Layers {
		counts[l.Type]++
	}
	return counts
}

// requireWired checks that layers have names of their own, that each bottom is
// made before it is read, each top by one layer and those in place, and that all
// but prob is read.
func requireWired(t *testing.T, n *caffe.Net) {
	t.Helper()
	names, read, made := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, l := range n.Layers {
		require.False(t, names[l.Name], "two layers are called %s", l.Name)
		names[l.Name] = true
		for _, bottom := range l.Bottoms {
			require.True(t, made[bottom], "layer %s reads %s, which no layer before makes", l.Name, bottom)
			read[bottom] = true
		}
		require.Len(t, l.Tops, 1, l.Name)
		top := l.Tops[0]
		require.True(t, !made[top] || slices.Equal(l.Bottoms, l.Tops), "layer %s makes %s anew", l.Name, top)
		made[top] = true
	}
	for blob := range made {
		require.Equal(t, blob != "prob", read[blob], blob)
	}
}

func TestVariantsAreWired(t *testing.T) {
	for _, o := range []Options{{}, {NoSE: true}, {Reduction: 1}, {SEStages: []int{3}}, {Reduction: 256, SEStages: []int{4, 5}}} {
		for _, name := range Names() {
			n, err := New(name, o)
			require.NoError(t, err)
			t.Run(n.Name, func(t *testing.T) { requireWired(t, n) })
		}
	}
}

// Stages without squeeze-and-excitation lack its layers, and no other.
func TestLayersByStage(t *testing.T) {
	for _, o := range []Options{{NoSE: true}, {SEStages: []int{3}}, {SEStages: []int{4, 5}}, {SEStages: []int{3, 4, 5}}} {
		for _, name := range Names() {
			n, err := New(name, o)
			require.NoError(t, err)
			t.Run(name+"/"+n.Name, func(t *testing.T) {
				want := countTypes(published(t, name))
				for i, blocks := range seBlocks[name] {
					if !slices.Contains(o.SEStages, i+2) {
						withoutSE(want, blocks, name == "SE-BN-Inception")
					}
				}
				require.Equal(t, want, countTypes(n))
			})
		}
	}
}

// withoutSE changes the counts of layers to those of that many blocks without
// squeeze-and-excitation.
func withoutSE(counts map[string]int, blocks int, scaled bool) {
	change := func(typeName string, by int) {
		counts[typeName] += by * blocks
		if counts[typeName] == 0 {
			delete(counts, typeName)
		}
	}
	change("Pooling", -1)
	change("Convolution", -2)
	change("ReLU", -1)
	change("Sigmoid", -1)
	if scaled {
		change("Reshape", -1)
		change("Scale", -1)
		return
	}
	change("Axpy", -1)
	change("Eltwise", 1)
}

// Without squeeze-and-excitation each layer that stays says what it said, but for
// Axpy, which becomes a sum of its map and shortcut, and for readers of a scaled
// map, which read the map.
func TestPlainLayers(t *testing.T) {
	for _, name := range Names() {
		plain, err := New(name, Options{NoSE: true})
		require.NoError(t, err)
		se := map[string]*caffe.Layer{}
		for _, l := range published(t, name).Layers {
			se[l.Name] = l
		}
		for _, l := range plain.Layers {
			was := se[l.Name]
			require.NotNil(t, was, l.Name)
			require.Equal(t, was.Tops, l.Tops)
			if was.Type == "Axpy" {
				require.Equal(t, "Eltwise", l.Type)
				require.Equal(t, was.Bottoms[1:], l.Bottoms)
				continue
			}
			require.Equal(t, was.Type, l.Type)
			bottoms := slices.Clone(was.Bottoms)
			for i, bottom := range bottoms {
				if module, ok := strings.CutSuffix(bottom, "/output"); ok {
					bottoms[i] = module + "/concat"
				}
			}
			require.Equal(t, bottoms, l.Bottoms, l.Name)
			require.Equal(t, parameters(t, was), parameters(t, l), l.Name)
		}
	}
}

// parameters is what a layer says besides its bottoms, as text.
func parameters(t *testing.T, l *caffe.Layer) string {
	t.Helper()
	rest := *l.Message
	rest.Fields = slices.DeleteFunc(slices.Clone(rest.Fields), func(f caffe.Field) bool { return f.Name == "bottom" })
	return printed(t, &rest)
}

func numOutput(t *testing.T, l *caffe.Layer) uint64 {
	t.Helper()
	p, ok := l.Message.Get("convolution_param")
	require.True(t, ok, l.Name)
	v, ok := p.Message.Get("num_output")
	require.True(t, ok, l.Name)
	return v.Bits
}

// Another reduction changes the squeezed layers' widths alone, rounded down.
func TestReduction(t *testing.T) {
	for _, reduction := range []int{1, 2, 8, 32, 100, 256} {
		for _, name := range Names() {
			n, err := New(name, Options{Reduction: reduction})
			require.NoError(t, err)
			layers := published(t, name).Layers
			require.Len(t, n.Layers, len(layers))
			squeezed := 0
			for i, l := range n.Layers {
				if !strings.HasSuffix(l.Name, "_1x1_down") {
					require.True(t, l.Message.Equal(layers[i].Message), l.Name)
					continue
				}
				squeezed++
				channels := numOutput(t, layers[i]) * 16
				require.Equal(t, channels/uint64(reduction), numOutput(t, l), l.Name)
			}
			blocks := seBlocks[name]
			require.Equal(t, blocks[0]+blocks[1]+blocks[2]+blocks[3], squeezed)
		}
	}
}
