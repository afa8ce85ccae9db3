package reference

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestBatchNormStored(t *testing.T) {
	for _, shape := range [][]int{{2, 3, 5, 7}, {4, 5}, {3}, {1, 2, 3}} {
		for _, factor := range []float32{1, 0, 999.982, -2} {
			g := newGraph(t)
			channels := shape[min(1, len(shape)-1)]
			variance := random(9, channels)
			for i, v := range variance.Data {
				// Of the factor's sign, so that the quotient is positive.
				variance.Data[i] = (v + 1) * (factor + 1e-3)
			}
			g.node(ir.BatchNorm{Eps: 1e-5, UseGlobalStats: true}, []*ir.Value{
				g.input("x", shape...), g.constant("mean", channels),
				g.constantOf("variance", ir.Literal(variance.Data), channels), g.constantOf("factor", ir.Splat(factor), 1),
			}, "y")
			have := g.run("mean")
			var want []float64
			each(shape, func(i []int) {
				at, _ := offset(shape, i)
				c := i[min(1, len(shape)-1)]
				m, v := float64(have["mean"].Data[c])/float64(factor), float64(variance.Data[c])/float64(factor)
				if factor == 0 {
					m, v = 0, 0
				}
				want = append(want, (float64(g.given["x"].Data[at])-m)/math.Sqrt(v+float64(float32(1e-5))))
			})
			requireNearRounded(t, want, have["y"].Data)
		}
	}
}

// requireNearRounded is requireRounded with an absolute 2^-40 for differences of
// numbers near 1 that cancel, over a deviation of at least 2^-9.
func requireNearRounded(t *testing.T, want []float64, have []float32) {
	t.Helper()
	for i, w := range want {
		require.InDelta(t, w, float64(have[i]), math.Abs(w)*(0x1p-24+0x1p-40)+0x1p-40, "element %d", i)
	}
}

func TestBatchNormOfTheBatch(t *testing.T) {
	for _, shape := range [][]int{{3, 4, 5, 2}, {7, 3}, {1, 2, 3}} {
		g := newGraph(t)
		channels := shape[1]
		g.node(ir.BatchNorm{Eps: 1e-3}, []*ir.Value{
			g.input("x", shape...), g.constant("mean", channels), g.constant("variance", channels), g.constantOf("factor", ir.Splat(1), 1),
		}, "y")
		x, y := g.given["x"].Data, g.run()["y"].Data
		sum, squares, count := make([]float64, channels), make([]float64, channels), 0.0
		each(shape, func(i []int) {
			at, _ := offset(shape, i)
			sum[i[1]] += float64(x[at])
			squares[i[1]] += float64(x[at]) * float64(x[at])
			count += 1 / float64(channels)
		})
		var want []float64
		each(shape, func(i []int) {
			at, _ := offset(shape, i)
			mean := sum[i[1]] / count
			want = append(want, (float64(x[at])-mean)/math.Sqrt(squares[i[1]]/count-mean*mean+float64(float32(1e-3))))
		})
		requireNearRounded(t, want, y)
	}
}

func TestScale(t *testing.T) {
	for _, c := range []struct {
		x    []int
		axis int
		k    []int
	}{
		{[]int{2, 3, 4, 5}, 1, []int{3}},
		{[]int{2, 3, 4, 5}, 0, []int{2, 3}},
		{[]int{2, 3, 4, 5}, -1, []int{5}},
		{[]int{2, 3, 4, 5}, 2, []int{4, 5}},
		{[]int{2, 3, 4, 5}, 0, []int{2, 3, 4, 5}},
		{[]int{2, 3, 1, 5}, 0, []int{2, 3, 1}},
		{[]int{2, 3}, 1, []int{}},
	} {
		for _, bias := range []bool{false, true} {
			for _, dynamic := range []bool{false, true} {
				g := newGraph(t)
				in := []*ir.Value{g.input("x", c.x...)}
				if dynamic {
					in = append(in, g.input("k", c.k...))
				} else {
					in = append(in, g.constant("k", c.k...))
				}
				if bias {
					in = append(in, g.constant("b", c.k...))
				}
				g.node(ir.Scale{Axis: c.axis, Bias: bias, Dynamic: dynamic}, in, "y")
				have := g.run("k")
				if bias {
					have = g.run("k", "b")
				}
				var want []float64
				each(c.x, func(i []int) {
					at, _ := offset(c.x, i)
					start := 0
					if len(c.k) > 0 {
						start = axisOf(c.axis, c.x)
					}
					k, _ := offset(c.k, i[start:])
					y := float64(g.given["x"].Data[at]) * float64(have["k"].Data[k])
					if bias {
						y += float64(have["b"].Data[k])
					}
					want = append(want, y)
				})
				requireRounded(t, want, have["y"].Data)
			}
		}
	}
}

func TestAxpy(t *testing.T) {
	for _, gate := range [][]int{{2, 3}, {2, 3, 1, 1}} {
		g := newGraph(t)
		shape := []int{2, 3, 5, 7}
		g.node(ir.Axpy{}, []*ir.Value{g.input("gate", gate...), g.input("map", shape...), g.input("shortcut", shape...)}, "y")
		var want []float64
		each(shape, func(i []int) {
			at, _ := offset(shape, i)
			s, _ := offset([]int{2, 3}, i)
			want = append(want, float64(g.given["gate"].Data[s])*float64(g.given["map"].Data[at])+float64(g.given["shortcut"].Data[at]))
		})
		requireRounded(t, want, g.run()["y"].Data)
	}
}
