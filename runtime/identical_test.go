package runtime

import (
	"fmt"
	goruntime "runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// identicalNets are nets for which outputs are compared bit by bit.
func identicalNets(t *testing.T) map[string]*ir.Graph {
	nets := map[string]*ir.Graph{"small": small(t, 1).Graph, "fashion": fashionNet(t)}
	for seed := range uint64(10) {
		nets[fmt.Sprint("random ", seed)] = newRandomNet(t, seed).Graph
	}
	if !testing.Short() {
		nets["SE-BN-Inception"] = official(t, "SE-BN-Inception")
		nets["SE-ResNeXt-50"] = official(t, "SE-ResNeXt-50")
	}
	return nets
}

// TestThreadsMakeNoDifference: as many as there are workers, and more.
func TestThreadsMakeNoDifference(t *testing.T) {
	for name, g := range identicalNets(t) {
		t.Run(name, func(t *testing.T) {
			p := newPlan(t, newModel(t, g, Options{}))
			inputs := randomInputs(g)
			want := run(t, newSession(t, p, 1), inputs)
			for _, threads := range []int{0, 2, 3, 8, 100} {
				s := newSession(t, p, threads)
				for range 2 {
					requireSameBits(t, want, run(t, s, inputs), "%d threads", threads)
				}
				if threads > 0 {
					require.Len(t, s.workers, min(threads-1, workerCount))
				}
			}
		})
	}
}

// TestPlaceInBatchMakesNoDifference: an image of a batch gets what it gets alone.
func TestPlaceInBatchMakesNoDifference(t *testing.T) {
	const batch = 5
	for name, g := range identicalNets(t) {
		if len(g.Inputs) != 1 || g.Inputs[0].Type.Shape[0] != 1 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := newModel(t, g, Options{})
			in := g.Inputs[0]
			shape := slices.Clone(in.Type.Shape)
			shape[0] = batch
			all := tensor.New(shape...)
			ir.Rand(7).Read(all.Data, 0)
			p, err := m.Plan(map[string][]int{in.Name: shape})
			require.NoError(t, err)
			together := run(t, newSession(t, p, 2), tensors{in.Name: all})
			single := newSession(t, newPlan(t, m), 2)
			for i := range batch {
				alone := run(t, single, tensors{in.Name: imageOf(all, i, batch)})
				for name, want := range alone {
					requireSameBits(t, tensors{name: want}, tensors{name: imageOf(together[name], i, batch)}, "image %d", i)
				}
			}
		})
	}
}

// imageOf returns image i of a batch.
func imageOf(x *tensor.Tensor, i, batch int) *tensor.Tensor {
	size := len(x.Data) / batch
	shape := slices.Clone(x.Shape)
	shape[0] /= batch
	return &tensor.Tensor{Shape: shape, Data: x.Data[i*size:][:size]}
}

// TestStaleMemoryMakesNoDifference: what an arena held before, of another input or
// of another net, is never read. Every run of these tests begins with NaN.
func TestStaleMemoryMakesNoDifference(t *testing.T) {
	var largest *memory
	var sessions []*Session
	nets := identicalNets(t)
	for _, g := range nets {
		s, err := newPlan(t, newModel(t, g, Options{})).NewSession(2)
		require.NoError(t, err)
		sessions = append(sessions, s)
		if largest == nil || len(s.memory.bytes) > len(largest.bytes) {
			largest = s.memory
		}
	}
	fresh := make([]tensors, len(sessions))
	for i, s := range sessions {
		fresh[i] = run(t, s, randomInputs(s.plan.graph))
	}
	for _, s := range sessions {
		s.memory = &memory{bytes: largest.bytes[:len(s.memory.bytes)]}
	}
	for round := range 3 {
		for i, s := range sessions {
			for name, x := range randomInputs(s.plan.graph) {
				copy(s.inputs[name], x.Data)
			}
			require.NoError(t, s.Run(t.Context()))
			for name, want := range fresh[i] {
				requireSameBits(t, tensors{name: want}, tensors{name: {Shape: want.Shape, Data: s.outputs[name]}}, "round %d", round)
			}
		}
	}
	goruntime.KeepAlive(largest)
}
