package runtime

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

// blockForms says of the small nets of squeeze-and-excitation how many blocks their
// plan has: the near misses none.
var blockForms = map[string]int{
	"se_axpy": 1, "se_axpy_norelu": 1, "se_innerproduct": 1, "se_reshape_scale": 1, "se_scale_eltwise": 1,
	"se_excitation_is_output": 0, "se_max_squeeze": 0, "se_other_source": 0,
}

// TestConformance holds the small nets against the answers of a real Caffe.
func TestConformance(t *testing.T) {
	count, forms := 0, map[string]int{}
	for _, c := range conformance.Cases(t) {
		if len(c.Unsupported(t)) > 0 {
			continue
		}
		count++
		t.Run(c.Name, func(t *testing.T) {
			g := c.Graph(t)
			keep := slices.Collect(maps.Keys(c.Outputs))
			for _, isa := range isas() {
				for _, noFuse := range []bool{false, true} {
					o := Options{ISA: isa, NoFuse: noFuse, Keep: keep}
					c.Check(t, answers(t, g, o, 2, c.InputTensors(t, g)))
				}
			}
			form := strings.TrimRight(c.Name, "0123456789_")
			if want, ok := blockForms[form]; ok {
				forms[form]++
				m := newModel(t, g, Options{Keep: keep})
				require.Equal(t, want, blockSteps(t, newPlan(t, m)))
				require.Equal(t, want, blockNodes(m.Graph()))
				unfused := newModel(t, g, Options{Keep: keep, NoFuse: true})
				require.Zero(t, blockSteps(t, newPlan(t, unfused)))
			}
		})
	}
	require.GreaterOrEqual(t, count, 147, "nets whose layers were known before")
	for form := range blockForms {
		require.Equal(t, 4, forms[form], form)
	}
}

// blockSteps counts the blocks of a plan: a scale_add that the means, two products
// and a sigmoid stand before.
func blockSteps(t *testing.T, p *Plan) int {
	block := []string{"means", "reduce", "expand", "sigmoid"}
	count := 0
	names := fastSteps(p)
	for i, name := range names {
		if name == "reduce" {
			count++
			end := slices.Index(names[i:], "scale_add") + i
			require.Equal(t, block, names[i-1:min(end, i+3)])
		}
	}
	return count
}

func blockNodes(g *ir.Graph) int {
	count := 0
	for _, n := range g.Nodes {
		if _, ok := n.Op.(ir.SqueezeExcite); ok {
			count++
		}
	}
	return count
}

// TestForcedISA: one that this processor lacks is an error, and never replaced.
func TestForcedISA(t *testing.T) {
	g := small(t, 1).Graph
	for _, isa := range kernels.ISAs() {
		m, err := NewModel(g, Options{ISA: isa.String()})
		if kernels.For(isa) == nil {
			require.ErrorContains(t, err, "this processor has no "+isa.String())
			continue
		}
		require.NoError(t, err)
		require.Equal(t, isa.String(), m.ISA())
	}
	for _, name := range []string{"", "auto"} {
		require.Equal(t, kernels.Best().String(), newModel(t, g, Options{ISA: name}).ISA())
	}
	_, err := NewModel(g, Options{ISA: "sse9"})
	require.ErrorContains(t, err, `unknown instruction set "sse9"`)
}
