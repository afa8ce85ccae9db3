package importer

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// importSeeds together use every layer type, with weights, sharing, in-place
// blobs and numbers at the edges.
var importSeeds = []string{
	squeezeExcite,
	siamese(sameShape, "", "share_mode: PERMISSIVE") + line("c", "Concat", "ya yb", "y", "concat_param { axis: -1 }"),
	"input: 'x' input_dim: [2, 3, 8, 12]\n" +
		line("p", "Pooling", "x", "y m", "pooling_param { kernel_h: 3 kernel_w: 2 pad_h: 1 pad_w: 0 stride_h: 1 stride_w: 2147483647 ceil_mode: false }") +
		line("r", "Reshape", "y", "r", "reshape_param { shape { dim: [0, -1] } axis: 1 num_axes: 2 }") +
		line("f", "Flatten", "r", "f", "flatten_param { axis: 1 end_axis: 0 }") +
		line("s", "Split", "f", "a b", "") + line("e", "Eltwise", "a b", "e", "eltwise_param { operation: SUM coeff: [1, nan] }"),
	"input: 'x' input_shape { dim: 1 dim: 4 dim: 5 dim: 5 dim: 5 }\n" +
		line("c", "Convolution", "x", "c", "convolution_param { num_output: 4294967295 kernel_size: [1, 2, 3] group: 2 axis: -4 pad: 2147483647 dilation: 65536 }") +
		line("d", "Dropout", "c", "c", "dropout_param { dropout_ratio: 0.5 scale_train: false }") + line("p", "Power", "c", "c", "power_param { power: inf }"),
	input("x", 65536, 1, 32767) + line("s", "Scale", "x", "y", "scale_param { axis: 0 num_axes: -1 bias_term: true bias_filler { type: 'bilinear' } }") +
		line("l", "InnerProduct", "y", "z", "inner_product_param { num_output: 65535 axis: -1 transpose: true }"),
	input("x", 1, 2) + line("l", "InnerProduct", "x", "y", "inner_product_param { num_output: 3 }"+legacyBlob(0, 1, 1, 3, 2)+blob(0, 3)) +
		line("b", "BatchNorm", "y", "y", "phase: TRAIN include { phase: TEST } batch_norm_param { use_global_stats: false }"),
	line("i", "Input", "", "a b a@i", "input_param { shape { dim: [0, -0] } shape {} }") + line("i", "ReLU", "a", "a", "") + line("i", "PReLU", "a", "a", ""),
	line("r", "ReLU", "y", "y", "") + line("q", "Softmax", "y", "y", ""),
}

// FuzzImport imports any text that is a net: no panic, no more memory than the
// text accounts for, whatever sizes it names, and a graph that verifies.
func FuzzImport(f *testing.F) {
	for i, s := range importSeeds {
		f.Add(s, uint8(i))
	}
	f.Fuzz(func(t *testing.T, text string, choice uint8) {
		net, err := caffe.Read("fuzz.prototxt", []byte(text), caffe.Options{})
		if err != nil {
			return
		}
		if net, err = net.ForState(caffe.State{}); err != nil {
			return
		}
		o := Options{Fill: choice&1 != 0}
		if choice&2 != 0 {
			o.Shapes = map[string][]int{"x": {int(choice >> 2), 3, 8, 8}}
		}
		before := allocated()
		r, err := Import(net, o)
		used := allocated() - before
		require.LessOrEqual(t, used, uint64(1<<20+1000*len(text)), "bytes taken for %d of text", len(text))
		if err != nil {
			require.NotEmpty(t, strings.TrimSpace(err.Error()))
			return
		}
		require.NoError(t, r.Graph.Verify())
		require.Len(t, net.Layers, layersOf(r, net))
	})
}

// layersOf counts the layers of a net that are in the graph: as inputs or nodes.
func layersOf(r *Result, net *caffe.Net) int {
	count := 0
	for _, l := range net.Layers {
		if l.Type == "Input" || len(nodes(r, l.Name)) > 0 {
			count++
		}
	}
	return count
}

// allocated returns the bytes that were ever allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
