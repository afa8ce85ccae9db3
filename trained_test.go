package prototxt2go

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// TestTrainedNets runs really trained nets, at each input shape that Caffe answered
// for, by kernels and by plain functions: MTCNN's first two, with PReLU and the old
// form of inputs, and a net with float and with NVIDIA's float16 weights.
func TestTrainedNets(t *testing.T) {
	for _, c := range []struct{ net, weights, name string }{
		{"det1", "det1", "det1"}, {"det1", "det1", "det1_1x3x61x83"},
		{"det2", "det2", "det2"}, {"det2", "det2", "det2_5x3x24x24"},
		{"finemap", "finemap", "finemap"}, {"finemap", "finemap_fp16", "finemap_fp16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := func(name string) string { return reftest.Path(t, "trained", name) }
			x := conformance.ReadTensor(t, file(c.name+".in_data.npy"))
			answers, err := filepath.Glob(filepath.Join(file("."), c.name+".out_*.npy"))
			require.NoError(t, err)
			require.NotEmpty(t, answers)
			for _, reference := range []bool{false, true} {
				n, err := Open(file(c.net+".prototxt"), Options{Weights: []string{file(c.weights + ".caffemodel")}, Reference: reference})
				require.NoError(t, err)
				out, err := n.Forward(t.Context(), map[string]*tensor.Tensor{n.Inputs()[0]: x})
				require.NoError(t, err)
				for _, answer := range answers {
					_, blob, _ := strings.Cut(strings.TrimSuffix(filepath.Base(answer), ".npy"), ".out_")
					want := conformance.ReadTensor(t, answer)
					require.Contains(t, out, blob)
					require.Equal(t, want.Shape, out[blob].Shape, blob)
					require.NoError(t, conformance.Close(out[blob].Data, want.Data, 1e-4), blob)
				}
			}
		})
	}
}
