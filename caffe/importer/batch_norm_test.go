package importer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/ir"
)

func TestBatchNorm(t *testing.T) {
	testLayer(t, "BatchNorm", []layerTest{
		{name: "defaults", x: []int{2, 3, 4, 5}, op: ir.BatchNorm{Eps: 1e-5, UseGlobalStats: true}, shapes: [][]int{{3}, {3}, {1}}, out: []int{2, 3, 4, 5}},
		{name: "eps", x: []int{2, 3}, params: "batch_norm_param { eps: 0.001 }",
			op: ir.BatchNorm{Eps: 0.001, UseGlobalStats: true}, shapes: [][]int{{3}, {3}, {1}}, out: []int{2, 3}},
		{name: "one axis", x: []int{3}, op: ir.BatchNorm{Eps: 1e-5, UseGlobalStats: true}, shapes: [][]int{{3}, {3}, {1}}, out: []int{3}},
		{name: "scalar", x: []int{}, err: `bottom "x" has no channel axis`},
		{name: "two bottoms", x: []int{2, 3}, others: input("z", 1), bottoms: "x z", err: "type BatchNorm needs 1 bottom, has 2"},
		{name: "a colon before the brace", x: []int{2, 3}, params: "batch_norm_param: { eps: 1e-3 }",
			op: ir.BatchNorm{Eps: 1e-3, UseGlobalStats: true}, shapes: [][]int{{3}, {3}, {1}}, out: []int{2, 3}},
	})
}

// TestBatchNormPhase shows which statistics count: use_global_stats where it is
// given, else what the layer's phase says, else the net's.
func TestBatchNormPhase(t *testing.T) {
	tests := []struct {
		params string
		phase  caffe.Phase
		global bool
	}{
		{"", "", true},
		{"", caffe.Test, true},
		{"", caffe.Train, false},
		{"batch_norm_param { use_global_stats: true }", caffe.Test, true},
		{"batch_norm_param { use_global_stats: true }", caffe.Train, true},
		{"batch_norm_param { use_global_stats: false }", caffe.Test, false},
		{"batch_norm_param { use_global_stats: false }", caffe.Train, false},
		{"phase: TRAIN", caffe.Test, false},
		{"phase: TEST", caffe.Train, true},
		{"phase: TRAIN batch_norm_param { use_global_stats: true }", caffe.Test, true},
	}
	for _, test := range tests {
		t.Run(test.params+string(test.phase), func(t *testing.T) {
			net := read(t, input("x", 2, 3)+line("l", "BatchNorm", "x", "y", test.params))
			r := imported(t, net, Options{Phase: test.phase})
			require.Equal(t, ir.BatchNorm{Eps: 1e-5, UseGlobalStats: test.global}, nodes(r, "l")[0].Op)
		})
	}
}

// TestBatchNormPhaseOfBinary shows that the phase which Caffe writes into every
// layer of a caffemodel does not change the net that it is.
func TestBatchNormPhaseOfBinary(t *testing.T) {
	net := throughBinary(t, read(t, input("x", 2, 3)+line("l", "BatchNorm", "x", "y", "phase: TRAIN")))
	require.Equal(t, caffe.Train, net.Layers[1].Phase)
	r := imported(t, net, Options{})
	require.Equal(t, ir.BatchNorm{Eps: 1e-5, UseGlobalStats: true}, nodes(r, "l")[0].Op)
}

func TestBatchNormBlobs(t *testing.T) {
	net := read(t, input("x", 2, 3)+line("l", "BatchNorm", "x", "y", ""))
	net.LoadWeights(weights(t, "w.prototxt", line("l", "BatchNorm", "", "", blob(1, 3)+blob(4, 3)+blob(7, 1))))
	n := nodes(imported(t, net, Options{}), "l")[0]
	require.Equal(t, []float32{1, 2, 3}, elements(n.In[1]), "mean")
	require.Equal(t, []float32{4, 5, 6}, elements(n.In[2]), "variance")
	require.Equal(t, []float32{7}, elements(n.In[3]), "factor")
}
