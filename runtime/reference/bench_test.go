package reference

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// BenchmarkConvolution runs one convolution from the published nets a name:
// input channels and side, filters, kernel, stride, groups, batch.
func BenchmarkConvolution(b *testing.B) {
	for _, s := range []struct{ c, side, m, k, stride, group, batch int }{
		{3, 224, 64, 7, 2, 1, 1},
		{256, 14, 256, 3, 1, 1, 1},
		{64, 56, 64, 3, 1, 1, 1},
		{1024, 14, 256, 1, 1, 1, 1},
		{256, 56, 64, 1, 1, 1, 1},
		{512, 7, 2048, 1, 1, 1, 1},
		{128, 56, 256, 3, 1, 64, 1},
		{256, 28, 256, 3, 1, 32, 1},
		{512, 14, 1024, 3, 1, 64, 1},
		{128, 28, 128, 3, 1, 128, 1},
		{128, 28, 256, 3, 1, 128, 1},
		{2048, 1, 128, 1, 1, 1, 1},
		{2048, 1, 128, 1, 1, 1, 2},
		{2048, 1, 128, 1, 1, 1, 8},
	} {
		name := fmt.Sprintf("n%d_c%d_%dx%d_m%d_k%dx%d_s%d_g%d", s.batch, s.c, s.side, s.side, s.m, s.k, s.k, s.stride, s.group)
		b.Run(name, func(b *testing.B) {
			g := newGraph(b)
			x := g.input("x", s.batch, s.c, s.side, s.side)
			w := g.constant("w", s.m, s.c/s.group, s.k, s.k)
			pad := s.k / 2
			g.node(ir.Convolution{
				Axis: 1, Kernel: []int{s.k, s.k}, Pad: []int{pad, pad}, Stride: []int{s.stride, s.stride}, Dilation: []int{1, 1}, Group: s.group,
			}, []*ir.Value{x, w}, "y")
			benchmark(b, g)
		})
	}
}

// BenchmarkInnerProduct has outputs, steps and batch in its names.
func BenchmarkInnerProduct(b *testing.B) {
	for _, s := range []struct{ m, k, batch int }{{1000, 2048, 1}, {4096, 9216, 1}, {1000, 2048, 8}} {
		b.Run(fmt.Sprintf("m%d_k%d_n%d", s.m, s.k, s.batch), func(b *testing.B) {
			g := newGraph(b)
			x, w := g.input("x", s.batch, s.k), g.constant("w", s.m, s.k)
			g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{x, w}, "y")
			benchmark(b, g)
		})
	}
}

// benchmark runs a graph again and again, in buffers as they are outside of tests.
func benchmark(b *testing.B, g *testGraph) {
	defer func(allocate func(int) []float64) { newData = allocate }(newData)
	newData = plainData
	e, err := New(g.Graph)
	require.NoError(b, err)
	_, err = e.Run(b.Context(), g.given)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Run(b.Context(), g.given); err != nil {
			b.Fatal(err)
		}
	}
	macs := float64(g.Cost().MultiplyAdds) * float64(b.N)
	b.ReportMetric(macs/b.Elapsed().Seconds()/1e9, "GMAC/s")
}
