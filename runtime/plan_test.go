package runtime

import (
	"bytes"
	"context"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/golden"
	"github.com/prototxt2go/prototxt2go/ir"
)

// span is the steps between which a buffer is used, both included.
type span struct{ first, last int }

// spansOf returns them for each buffer, from what the steps refer to.
func spansOf(p *Plan) map[*interval]span {
	spans := map[*interval]span{}
	use := func(v *view, at int) {
		s, ok := spans[v.buffer]
		if !ok {
			s.first = at
		}
		s.last = at
		spans[v.buffer] = s
	}
	for _, v := range p.inputs {
		use(v, -1)
	}
	for i, s := range p.steps {
		for _, v := range viewsOf(reflect.ValueOf(s.step)) {
			use(v, i)
		}
	}
	for _, v := range p.outputs {
		use(v, len(p.steps))
	}
	return spans
}

// viewsOf returns the views that a step's fields, or those of a struct in it, refer
// to.
func viewsOf(v reflect.Value) []*view {
	var all []*view
	switch {
	case v.Type() == reflect.TypeFor[*view]():
		if !v.IsNil() {
			all = append(all, (*view)(v.UnsafePointer()))
		}
	case v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Struct && v.Type().Implements(reflect.TypeFor[step]()):
		return viewsOf(v.Elem())
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			all = append(all, viewsOf(v.Field(i))...)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem() == reflect.TypeFor[*view]():
		for i := range v.Len() {
			all = append(all, viewsOf(v.Index(i))...)
		}
	}
	return all
}

// TestArenas: of what a plan's steps use at once nothing overlaps.
func TestArenas(t *testing.T) {
	plans := map[string]*Plan{"small": newPlan(t, newModel(t, small(t, 3).Graph, Options{})), "fashion": newPlan(t, newModel(t, fashionNet(t), Options{}))}
	nets := officialNets
	if testing.Short() {
		nets = nil
	}
	for _, name := range nets {
		g := official(t, name)
		for _, v := range g.Consts {
			v.Const = &ir.Const{Source: ir.Splat(1)} // is all the same here, and quick
		}
		plans[name] = newPlan(t, newModel(t, g, Options{}))
	}
	for name, p := range plans {
		t.Run(name, func(t *testing.T) {
			spans := spansOf(p)
			require.Greater(t, len(spans), len(p.steps)/2)
			live := make([]int64, len(p.steps)+2)
			for a, s := range spans {
				require.Zero(t, a.offset%align)
				require.LessOrEqual(t, a.offset+a.size, int64(p.ArenaBytes()))
				for b, r := range spans {
					together := a != b && s.first <= r.last && r.first <= s.last
					require.False(t, together && a.offset < b.offset+b.size && b.offset < a.offset+a.size, "%+v and %+v", *a, *b)
				}
				for at := s.first; at <= s.last; at++ {
					live[at+1] += a.size
				}
			}
			t.Logf("arena %.1f MB, at most %.1f MB in use, packed weights %.1f MB",
				float64(p.ArenaBytes())/1e6, float64(slices.Max(live))/1e6, float64(p.model.PackedBytes())/1e6)
		})
	}
}

// TestPlanPrints holds the text of a plan, which says all of it but the tables.
func TestPlanPrints(t *testing.T) {
	var b bytes.Buffer
	p := newPlan(t, newModel(t, small(t, 2).Graph, Options{ISA: "portable"}))
	n, err := p.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	golden.Equal(t, filepath.Join("testdata", "small.plan"), b.Bytes())
}

func TestPlanTypes(t *testing.T) {
	g := small(t, 2)
	p := newPlan(t, newModel(t, g.Graph, Options{}))
	require.Equal(t, map[string]ir.Type{g.Inputs[0].Name: ir.F32(2, 3, 12, 10)}, p.Inputs())
	require.Equal(t, map[string]ir.Type{g.Outputs[0].Name: ir.F32(2, 10)}, p.Outputs())
	s := newSession(t, p, 1)
	_, err := s.Input("data")
	require.EqualError(t, err, `there is no input "data": there are ["in0"]`)
	_, err = s.Output("in0")
	require.ErrorContains(t, err, `there is no output "in0"`)
}

func TestProfile(t *testing.T) {
	m := newModel(t, fashionNet(t), Options{})
	p := newPlan(t, m)
	s := newSession(t, p, 2)
	start := time.Now()
	times, err := s.Profile(t.Context(), 5)
	took := time.Since(start)
	require.NoError(t, err)
	require.Len(t, times, len(p.steps))
	total, products := time.Duration(0), int64(0)
	layers := map[string]bool{"prob": true, "data": true}
	for _, n := range m.Graph().Nodes {
		layers[n.Name] = true
	}
	for i, st := range times {
		require.True(t, layers[st.Layer], st.Layer)
		require.Contains(t, p.Kernels(), st.Kernel)
		require.Equal(t, p.steps[i].result().layout.String(), st.Layout)
		total += st.Time
		products += st.MultiplyAdds
	}
	require.Equal(t, m.Graph().Cost().MultiplyAdds, products)
	require.Positive(t, total)
	// At least three of five runs take as long as the median in each step.
	require.LessOrEqual(t, total, took)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Profile(ctx, 1)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, s.observe)
	require.Positive(t, m.PeakGFLOPS(1))
}
