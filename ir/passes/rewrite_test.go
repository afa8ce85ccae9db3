package passes

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// TestRewriteErrors makes nodes and constants that do not fit: the first is what
// is reported.
func TestRewriteErrors(t *testing.T) {
	sound := func() *ir.Graph { return graph(t, "%y f32[2,6,5,7] = Sigmoid(%x) layer \"a\"\noutput %y\n") }
	err := rewrite(sound(), func(r *rewriter, n *ir.Node) {
		r.fuse([]*ir.Node{n}, n, ir.Concat{}, nil)
		r.fuse([]*ir.Node{n}, n, ir.Sigmoid{}, nil)
	})
	require.EqualError(t, err, `layer "a": needs an input, has none`)

	err = rewrite(sound(), func(r *rewriter, n *ir.Node) {
		r.derive(n.In[0], ir.F32(-1), &ir.Const{Source: ir.Splat(0)})
		r.fuse([]*ir.Node{n}, n, ir.Concat{}, nil)
	})
	require.EqualError(t, err, `constant "x#2": shape f32[-1] has a negative axis`)
}

// TestAffineAfter multiplies factors in float64, with a bias and without.
func TestAffineAfter(t *testing.T) {
	third, tenth := 1/3.0, 0.1
	a, b := affine{factor: []float64{third}, bias: []float64{1}}, affine{factor: []float64{tenth}, bias: []float64{2}}
	require.Equal(t, affine{[]float64{third * tenth}, []float64{2*third + 1}}, a.after(b))
	require.Equal(t, affine{[]float64{third * tenth}, []float64{2 * third}}, affine{factor: a.factor}.after(b))
	require.Equal(t, affine{[]float64{third * tenth}, []float64{1}}, a.after(affine{factor: b.factor}))
	require.Equal(t, affine{factor: []float64{third * tenth}}, affine{factor: a.factor}.after(affine{factor: b.factor}))
}
