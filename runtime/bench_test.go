package runtime

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/cpu"
)

// BenchmarkRun runs whole nets at batch 1, on one thread and on all. It reports the
// speed, and which share it is of the most that as many threads do, as measured in
// the same run.
func BenchmarkRun(b *testing.B) {
	nets := append([]string{"fashion"}, officialNets...)
	for _, name := range nets {
		for _, threads := range threadCounts() {
			b.Run(fmt.Sprintf("%s/threads=%d", name, threads), func(b *testing.B) {
				var g *ir.Graph
				if name == "fashion" {
					g = fashionNet(b)
				} else {
					g = official(b, name)
				}
				benchmarkRun(b, g, threads)
			})
		}
	}
}

// threadCounts returns 1 and the number of processors.
func threadCounts() []int {
	if n := cpu.CPUs(); n > 1 {
		return []int{1, n}
	}
	return []int{1}
}

func benchmarkRun(b *testing.B, g *ir.Graph, threads int) {
	m := newModel(b, g, Options{})
	s, err := newPlan(b, m).NewSession(threads)
	require.NoError(b, err)
	for name, x := range randomInputs(g) {
		copy(s.inputs[name], x.Data)
	}
	require.NoError(b, s.Run(b.Context()))
	peak := m.PeakGFLOPS(threads)
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Run(b.Context())
	}
	speed := 2 * float64(m.Graph().Cost().MultiplyAdds) * float64(b.N) / b.Elapsed().Seconds() / 1e9
	b.ReportMetric(speed, "GFLOP/s")
	b.ReportMetric(100*speed/peak, "%peak")
}

// BenchmarkLoad reads an official net from a caffemodel and packs its weights.
func BenchmarkLoad(b *testing.B) {
	for _, name := range officialNets {
		b.Run(name, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), name+".caffemodel")
			writeFilled(b, name, file)
			for b.Loop() {
				net, err := caffe.ReadFile(file, caffe.Options{})
				require.NoError(b, err)
				r, err := importer.Import(net, importer.Options{})
				require.NoError(b, err)
				m := newModel(b, r.Graph, Options{})
				newPlan(b, m)
				b.SetBytes(int64(m.PackedBytes()))
			}
		})
	}
}
