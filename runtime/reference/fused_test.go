package reference

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// fusedTest is an op with something fused into it, and the nodes that it stands
// for: the plain op, a sum with the last input if there is a residual, and a ReLU.
type fusedTest struct {
	name     string
	in       [][]int
	plain    ir.Op
	fused    ir.Op
	residual bool
	relu     bool
}

func TestFusedOps(t *testing.T) {
	conv := ir.Convolution{Axis: 1, Kernel: []int{3, 3}, Pad: []int{1, 1}, Stride: []int{2, 1}, Dilation: []int{1, 1}, Group: 2}
	biased := conv
	biased.Bias = true
	var tests []fusedTest
	for _, residual := range []bool{false, true} {
		for _, relu := range []bool{false, true} {
			for _, plain := range []ir.Convolution{conv, biased} {
				in := [][]int{{2, 4, 7, 6}, {6, 2, 3, 3}}
				if plain.Bias {
					in = append(in, []int{6})
				}
				if residual {
					in = append(in, []int{2, 6, 4, 6})
				}
				fused := plain
				fused.Residual, fused.ReLU = residual, relu
				tests = append(tests, fusedTest{fmt.Sprintf("Convolution bias %v residual %v ReLU %v", plain.Bias, residual, relu), in, plain, fused, residual, relu})
			}
		}
	}
	m, c := []int{2, 3, 5, 7}, []int{3}
	tests = append(tests,
		fusedTest{"InnerProduct", [][]int{m, {11, 105}}, ir.InnerProduct{Axis: 1}, ir.InnerProduct{Axis: 1, ReLU: true}, false, true},
		fusedTest{"Eltwise", [][]int{m, m}, ir.Eltwise{Operation: ir.EltwiseSum}, ir.Eltwise{Operation: ir.EltwiseSum, ReLU: true}, false, true},
		fusedTest{"Axpy", [][]int{{2, 3}, m, m}, ir.Axpy{}, ir.Axpy{ReLU: true}, false, true},
		fusedTest{"Scale", [][]int{m, c}, ir.Scale{Axis: 1}, ir.Scale{Axis: 1, ReLU: true}, false, true},
		fusedTest{"Scale with bias", [][]int{m, c, c}, ir.Scale{Axis: 1, Bias: true}, ir.Scale{Axis: 1, Bias: true, ReLU: true}, false, true},
	)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := newGraph(t)
			var in []*ir.Value
			for i, shape := range test.in {
				in = append(in, g.input(fmt.Sprint("in", i), shape...))
			}
			g.node(test.fused, in, "fused")
			last := len(in) - 1
			var y []*ir.Value
			if test.residual {
				y = g.node(test.plain, in[:last], "plain")
				y = g.node(ir.Eltwise{Operation: ir.EltwiseSum}, []*ir.Value{y[0], in[last]}, "sum")
			} else {
				y = g.node(test.plain, in, "plain")
			}
			if test.relu {
				y = g.node(ir.ReLU{}, y, "relu")
			}
			have := g.run("fused")
			require.Equal(t, have[y[0].Name], have["fused"])
		})
	}
}

// naiveSqueezeExcite is the definition, for one map of a batch.
func naiveSqueezeExcite(m, w1, b1, w2, b2, shortcut []float64, channels int, relu bool) []float64 {
	plane := len(m) / channels
	hidden := make([]float64, len(w1)/channels)
	for h := range hidden {
		for c := range channels {
			mean := 0.0
			for _, v := range m[c*plane:][:plane] {
				mean += v / float64(plane)
			}
			hidden[h] += w1[h*channels+c] * mean
		}
		hidden[h] = math.Max(0, hidden[h]+b1[h])
	}
	y := make([]float64, len(m))
	for i := range y {
		c := i / plane
		z := b2[c]
		for h, v := range hidden {
			z += w2[c*len(hidden)+h] * v
		}
		y[i] = m[i]/(1+math.Exp(-z)) + shortcut[i]
		if relu {
			y[i] = math.Max(0, y[i])
		}
	}
	return y
}

func TestSqueezeExcite(t *testing.T) {
	const batch, channels, hidden, plane = 3, 7, 2, 5 * 6
	shape := []int{batch, channels, 5, 6}
	for i := range 16 {
		op := ir.SqueezeExcite{ReduceBias: i&1 != 0, ExpandBias: i&2 != 0, Residual: i&4 != 0, ReLU: i&8 != 0}
		t.Run(fmt.Sprintf("%+v", op), func(t *testing.T) {
			g := newGraph(t)
			in := []*ir.Value{g.input("map", shape...), g.constant("w1", hidden, channels)}
			if op.ReduceBias {
				in = append(in, g.constant("b1", hidden))
			}
			in = append(in, g.constant("w2", channels, hidden))
			if op.ExpandBias {
				in = append(in, g.constant("b2", channels))
			}
			if op.Residual {
				in = append(in, g.input("shortcut", shape...))
			}
			g.node(op, in, "y")
			var names []string
			for _, v := range in {
				names = append(names, v.Name)
			}
			have := g.run(names...)
			or0 := func(name string, count int) []float64 {
				if x, ok := have[name]; ok {
					return widened(x.Data)
				}
				return make([]float64, count)
			}
			m, shortcut := or0("map", 0), or0("shortcut", batch*channels*plane)
			var want []float64
			for n := range batch {
				lo, hi := n*channels*plane, (n+1)*channels*plane
				want = append(want, naiveSqueezeExcite(m[lo:hi], or0("w1", 0), or0("b1", hidden), or0("w2", 0), or0("b2", channels), shortcut[lo:hi], channels, op.ReLU)...)
			}
			requireNearRounded(t, want, have["y"].Data)
		})
	}
}

func TestSqueezeExciteEmptyBatch(t *testing.T) {
	g := newGraph(t)
	in := []*ir.Value{g.input("map", 0, 4, 3, 3), g.constant("w1", 2, 4), g.constant("w2", 4, 2)}
	g.node(ir.SqueezeExcite{}, in, "y")
	require.Empty(t, g.run()["y"].Data)
}

// Constants that are known in float64 are used so, by products and by other ops,
// and returned in float32. With 1/3 in float32, 3 times it would be off by 2^-25.
func TestConstantsInFloat64(t *testing.T) {
	const third = 1.0 / 3
	g := newGraph(t)
	x := g.inputOf("x", []float32{3}, 1, 1)
	w := g.constantOf("w", ir.Literal64{third}, 1, 1)
	k := g.constantOf("k", ir.Scaled{Base: &ir.Const{Source: ir.Splat(1)}, Row: 1, Factor: []float64{third}}, 1)
	offByBits := ir.Power{Power: 1, Scale: 1 << 25, Shift: -1 << 25}
	g.node(offByBits, g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{x, w}, "product"), "product error")
	g.node(offByBits, g.node(ir.Scale{Axis: 1}, []*ir.Value{x, k}, "scaled"), "scale error")
	have := g.run("w", "k", "product error")
	require.Zero(t, have["product error"].Data[0])
	require.Zero(t, have["scale error"].Data[0])
	require.Equal(t, []float32{third}, have["w"].Data)
	require.Equal(t, []float32{third}, have["k"].Data)
}
