// Package conformance holds the small nets, a layer or a block each, that a real
// Caffe has answered, for whatever executes graphs to be held against.
package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/npy"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// Case is a net with inputs and the answers of Caffe.
type Case struct {
	Name      string            `json:"name"`
	Type      string            `json:"type"`
	Inputs    []string          `json:"inputs"`
	Outputs   map[string]string `json:"outputs"`
	Tolerance float64           `json:"tolerance"`

	folder string
}

// Cases returns the cases of the reference data's folder "conformance".
func Cases(t testing.TB) []Case {
	file := reftest.Path(t, "conformance", "cases.json")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var all struct{ Cases []Case }
	require.NoError(t, json.Unmarshal(data, &all))
	for i := range all.Cases {
		all.Cases[i].folder = filepath.Join(filepath.Dir(file), all.Cases[i].Name)
	}
	return all.Cases
}

// Net reads the case's net, with its weights where it has any.
func (c Case) Net(t testing.TB) *caffe.Net {
	n, err := caffe.ReadFile(filepath.Join(c.folder, "net.prototxt"), caffe.Options{})
	require.NoError(t, err)
	weights, err := caffe.ReadFile(filepath.Join(c.folder, "net.caffemodel"), caffe.Options{})
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(t, err)
		n.LoadWeights(weights)
	}
	return n
}

// Unsupported returns the layer types of the net that the importer does not know.
func (c Case) Unsupported(t testing.TB) []string {
	var types []string
	for _, l := range c.Net(t).Layers {
		if !slices.Contains(importer.Types(), l.Type) && !slices.Contains(types, l.Type) {
			types = append(types, l.Type)
		}
	}
	return types
}

// Graph imports the case's net.
func (c Case) Graph(t testing.TB) *ir.Graph {
	r, err := importer.Import(c.Net(t), importer.Options{})
	require.NoError(t, err)
	require.NoError(t, r.Graph.Verify())
	return r.Graph
}

// InputTensors reads the inputs, for the graph's inputs in their order.
func (c Case) InputTensors(t testing.TB, g *ir.Graph) map[string]*tensor.Tensor {
	require.Len(t, g.Inputs, len(c.Inputs))
	inputs := map[string]*tensor.Tensor{}
	for i, file := range c.Inputs {
		inputs[g.Inputs[i].Name] = ReadTensor(t, filepath.Join(c.folder, file))
	}
	return inputs
}

// Check holds outputs against Caffe's.
func (c Case) Check(t testing.TB, outputs map[string]*tensor.Tensor) {
	for blob, file := range c.Outputs {
		want := ReadTensor(t, filepath.Join(c.folder, file))
		require.Contains(t, outputs, blob)
		require.Equal(t, want.Shape, outputs[blob].Shape, blob)
		require.NoError(t, Close(outputs[blob].Data, want.Data, c.Tolerance), blob)
	}
}

// ReadTensor reads an array.
func ReadTensor(t testing.TB, file string) *tensor.Tensor {
	a, err := npy.ReadFile(file)
	require.NoError(t, err)
	return &tensor.Tensor{Shape: a.Shape, Data: a.Data}
}

// Close returns an error unless max|got-want| <= tolerance · max(1, max|want|),
// the rule that the reference data states. A NaN must be a NaN in both, since
// Caffe makes some: an AVE window that lies outside the map is 0/0.
func Close(got, want []float32, tolerance float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%d elements instead of %d", len(got), len(want))
	}
	scale, worst, at := 1.0, 0.0, 0
	for i := range want {
		g, w := float64(got[i]), float64(want[i])
		if !math.IsNaN(w) {
			scale = max(scale, math.Abs(w))
		}
		if g == w || math.IsNaN(g) && math.IsNaN(w) {
			continue
		}
		d := math.Abs(g - w)
		if !(d <= worst) {
			worst, at = d, i
		}
	}
	if !(worst <= tolerance*scale) {
		return fmt.Errorf("element %d is %v, not %v: off by %.3g, allowed are %.3g", at, got[at], want[at], worst, tolerance*scale)
	}
	return nil
}
