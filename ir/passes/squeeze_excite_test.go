package passes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// head has a map, another map of its shape, and weights for 6 channels and 2
// hidden ones, as convolutions and as products have them.
const head = `graph "se"
input %x f32[2,6,5,7]
input %other f32[2,6,5,7]
const %cr f32[2,6,1,1] = rand(1)
const %ce f32[6,2,1,1] = rand(2)
const %fr f32[2,6] = rand(3)
const %fe f32[6,2] = rand(4)
const %b2 f32[2] = rand(5)
const %b6 f32[6] = rand(6)
const %c6 f32[6] = rand(7)
`

const (
	conv1x1 = "Axis=1 Kernel=[1,1] Pad=[0,0] Stride=[1,1] Dilation=[1,1] Group=1"
	squeeze = "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Global=true}\n"
	convs   = "%r f32[2,2,1,1] = Convolution(%p, %cr, %b2) {" + conv1x1 + " Bias=true}\n" +
		"%rr f32[2,2,1,1] = ReLU(%r)\n" +
		"%e f32[2,6,1,1] = Convolution(%rr, %ce, %b6) {" + conv1x1 + " Bias=true}\n" +
		"%s f32[2,6,1,1] = Sigmoid(%e)\n"
	products = "%r f32[2,2] = InnerProduct(%p, %fr, %b2) {Axis=1 Bias=true}\n" +
		"%rr f32[2,2] = ReLU(%r)\n" +
		"%e f32[2,6] = InnerProduct(%rr, %fe) {Axis=1}\n" +
		"%s f32[2,6] = Sigmoid(%e)\n"
	flatten = "%f f32[2,6] = Flatten(%s) {Axis=1 EndAxis=-1}\n"
	axpy    = "%y f32[2,6,5,7] = Axpy(%s, %x, %other)\n"
	scale   = "%y f32[2,6,5,7] = Scale(%x, %s) {Dynamic=true}\n"
	scaleF  = "%y f32[2,6,5,7] = Scale(%x, %f) {Dynamic=true}\n"
	sum     = "%z f32[2,6,5,7] = Eltwise(%y, %other) {Operation=SUM}\n%zr f32[2,6,5,7] = ReLU(%z)\noutput %zr\n"
	output  = "output %y\n"
)

func graph(t *testing.T, body string) *ir.Graph {
	t.Helper()
	g, err := ir.Parse("test.ir", head+body, nil)
	require.NoError(t, err)
	return g
}

func TestFindSqueezeExcite(t *testing.T) {
	tests := []struct {
		name, body string
		nodes      int
		shortcut   string
		sum        bool
	}{
		{"convolutions and Axpy", squeeze + convs + axpy + output, 5, "other", false},
		{"convolutions, Axpy and ReLU", squeeze + convs + axpy + "%yr f32[2,6,5,7] = ReLU(%y)\noutput %yr\n", 5, "other", false},
		{"convolutions, Reshape and Scale", squeeze + convs + "%f f32[2,6] = Reshape(%s) {Shape=[0,0] NumAxes=-1}\n" + scaleF + output, 6, "", false},
		{"convolutions, Flatten, Scale and Eltwise", squeeze + convs + flatten + scaleF + sum, 6, "other", true},
		{"products and Scale", squeeze + products + scale + output, 5, "", false},
		{"products, Scale and Eltwise", squeeze + products + scale + sum, 5, "other", true},
		{"products and Axpy", squeeze + products + axpy + output, 5, "other", false},
		{"axis from the back", squeeze + products + "%y f32[2,6,5,7] = Scale(%x, %s) {Axis=-4 Dynamic=true}\n" + output, 5, "", false},
		{"products along the last axis", squeeze + "%pf f32[2,6] = Flatten(%p) {Axis=1 EndAxis=-1}\n" +
			"%r f32[2,2] = InnerProduct(%pf, %fr) {Axis=-1}\n%rr f32[2,2] = ReLU(%r)\n%e f32[2,6] = InnerProduct(%rr, %fe) {Axis=-1}\n%s f32[2,6] = Sigmoid(%e)\n" +
			scale + output, 6, "", false},
		{"a convolution and a product", squeeze + "%r f32[2,2,1,1] = Convolution(%p, %cr) {" + conv1x1 + "}\n" +
			"%rr f32[2,2,1,1] = ReLU(%r)\n%e f32[2,6] = InnerProduct(%rr, %fe) {Axis=1}\n%s f32[2,6] = Sigmoid(%e)\n" + scale + output, 5, "", false},
		{"a kernel over the map", "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Kernel=[5,7] Pad=[0,0] Stride=[1,1]}\n" + convs + axpy + output, 5, "other", false},
		{"a kernel beyond the map", "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Kernel=[8,8] Pad=[0,0] Stride=[9,9]}\n" + convs + axpy + output, 5, "other", false},
		{"identities everywhere", "%x1 f32[2,6,5,7], %x2 f32[2,6,5,7] = Split(%x) {Outputs=2}\n" +
			"%p0 f32[2,6,1,1] = Pooling(%x1) {Method=AVE Global=true}\n%p f32[2,6,1,1] = Split(%p0) {Outputs=1}\n" +
			"%r f32[2,2,1,1] = Convolution(%p, %cr) {" + conv1x1 + "}\n%r0 f32[2,2,1,1] = Dropout(%r) {Ratio=0.5 ScaleTrain=true}\n" +
			"%r1 f32[2,2,1,1] = ReLU(%r0)\n%r2 f32[2,2] = Reshape(%r1) {Shape=[2,2] NumAxes=-1}\n" +
			"%e0 f32[2,6] = InnerProduct(%r2, %fe) {Axis=1}\n%e1 f32[2,6] = Dropout(%e0)\n%s0 f32[2,6] = Sigmoid(%e1)\n" +
			"%s1 f32[2,6], %unused f32[2,6] = Split(%s0) {Outputs=2}\n%s2 f32[2,6,1,1] = Reshape(%s1) {Shape=[0,0,1,1] NumAxes=-1}\n" +
			"%y f32[2,6,5,7] = Axpy(%s2, %x2, %x)\n" + output, 11, "x", false},
		{"a Split behind Scale", squeeze + products + scale + "%y1 f32[2,6,5,7], %unused f32[2,6,5,7] = Split(%y) {Outputs=2}\n" +
			"%z f32[2,6,5,7] = Eltwise(%other, %y1) {Operation=SUM Coeff=[1,1]}\noutput %z\n", 5, "other", true},
		{"Scale with another user", squeeze + products + scale + sum + output, 5, "", false},
		{"a sum with itself", squeeze + products + scale + "%z f32[2,6,5,7] = Eltwise(%y, %y) {Operation=SUM}\noutput %z\n", 5, "", false},
		{"a sum of three", squeeze + products + scale + "%z f32[2,6,5,7] = Eltwise(%y, %x, %other) {Operation=SUM}\noutput %z\n", 5, "", false},
		{"a weighted sum", squeeze + products + scale + "%z f32[2,6,5,7] = Eltwise(%y, %other) {Operation=SUM Coeff=[1,0.5]}\noutput %z\n", 5, "", false},
		{"a maximum", squeeze + products + scale + "%z f32[2,6,5,7] = Eltwise(%y, %other) {Operation=MAX}\noutput %z\n", 5, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := graph(t, test.body)
			before := g.String()
			found := FindSqueezeExcite(g)
			require.Len(t, found, 1)
			se := found[0]
			require.Equal(t, before, g.String())

			require.Equal(t, 6, se.Channels)
			require.Equal(t, 2, se.Hidden)
			require.Contains(t, []string{"Axpy", "Scale"}, se.Apply.Op.Kind())
			require.Contains(t, se.Apply.In, se.Map)
			require.Contains(t, se.Apply.In, se.Gate)
			require.Equal(t, []int{2, 6, 5, 7}, se.Map.Type.Shape)
			require.Equal(t, "Pooling", se.Squeeze.Op.Kind())
			require.Equal(t, []int{2, 6}, se.Reduce.In[1].Type.Shape[:2])
			require.Equal(t, []int{6, 2}, se.Expand.In[1].Type.Shape[:2])

			require.Len(t, se.Nodes, test.nodes)
			require.Same(t, se.Squeeze, se.Nodes[0])
			require.Same(t, se.Gate.Def, se.Nodes[len(se.Nodes)-1])
			require.NotContains(t, se.Nodes, se.Apply)
			require.True(t, slices.IsSortedFunc(se.Nodes, func(a, b *ir.Node) int {
				return slices.Index(g.Nodes, a) - slices.Index(g.Nodes, b)
			}))

			if test.shortcut == "" {
				require.Nil(t, se.Shortcut)
			} else {
				require.Same(t, g.Value(test.shortcut), se.Shortcut)
			}
			require.Equal(t, test.sum, se.Sum != nil)
		})
	}
}

func TestFindNoSqueezeExcite(t *testing.T) {
	tests := []struct{ name, body string }{
		{"no node", "output %x\n"},
		{"MAX pooled", "%p f32[2,6,1,1] = Pooling(%x) {Global=true}\n" + convs + axpy + output},
		{"from another map", "%p f32[2,6,1,1] = Pooling(%other) {Method=AVE Global=true}\n" + convs + axpy + output},
		{"from what comes before the map", "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Global=true}\n" + convs +
			"%xr f32[2,6,5,7] = ReLU(%x)\n%y f32[2,6,5,7] = Axpy(%s, %xr, %other)\n" + output},
		{"the gate is an output", squeeze + convs + axpy + output + "output %s\n"},
		{"the gate has another user", squeeze + convs + axpy + output + "%g2 f32[2,6,1,1] = Power(%s) {Power=1 Scale=2}\noutput %g2\n"},
		{"the gate has another user past a Split", squeeze + convs + "%s1 f32[2,6,1,1], %s2 f32[2,6,1,1] = Split(%s) {Outputs=2}\n" +
			"%y f32[2,6,5,7] = Axpy(%s1, %x, %other)\n%g2 f32[2,6,1,1] = Power(%s2)\noutput %y\noutput %g2\n"},
		{"the gate is an output past a Split", squeeze + convs + "%s1 f32[2,6,1,1], %s2 f32[2,6,1,1] = Split(%s) {Outputs=2}\n" +
			"%y f32[2,6,5,7] = Axpy(%s1, %x, %other)\noutput %y\noutput %s2\n"},
		{"the gate scales two maps", squeeze + convs + axpy + "%z f32[2,6,5,7] = Axpy(%s, %y, %x)\noutput %z\n"},
		{"the gate before its Reshape is an output", squeeze + convs + flatten + scaleF + output + "output %s\n"},
		{"the squeeze is an output", squeeze + convs + axpy + output + "output %p\n"},
		{"the hidden layer is an output", squeeze + convs + axpy + output + "output %rr\n"},
		{"no Sigmoid", squeeze + strings.Replace(convs, "Sigmoid", "ReLU", 1) + axpy + output},
		{"no ReLU", squeeze + strings.Replace(convs, "ReLU", "Sigmoid", 1) + axpy + output},
		{"leaky ReLU", squeeze + strings.Replace(convs, "ReLU(%r)", "ReLU(%r) {NegativeSlope=0.1}", 1) + axpy + output},
		{"a kernel less than the map", "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Kernel=[5,6] Pad=[0,0] Stride=[7,7] Round=FLOOR}\n" + convs + axpy + output},
		{"a kernel with a pad", "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Kernel=[7,9] Pad=[1,1] Stride=[9,9]}\n" + convs + axpy + output},
		{"a Dropout that scales", squeeze + convs + "%d f32[2,6,1,1] = Dropout(%s) {Ratio=0.5}\n%y f32[2,6,5,7] = Axpy(%d, %x, %other)\n" + output},
		{"Scale with a bias", squeeze + products + "const %b f32[2,6] = splat(1)\n%y f32[2,6,5,7] = Scale(%x, %s, %b) {Dynamic=true Bias=true}\n" + output},
		{"Scale by a constant", "const %g f32[2,6] = splat(1)\n%y f32[2,6,5,7] = Scale(%x, %g)\n" + output},
		{"Scale by an input", "input %g f32[2,6]\n%y f32[2,6,5,7] = Scale(%x, %g) {Dynamic=true}\n" + output},
		{"weights that the net computes", squeeze + "input %w f32[2,6]\n" + strings.Replace(products, "%fr", "%w", 1) + scale + output},
		{"a group", squeeze + "const %cg f32[2,3,1,1] = rand(1)\n" + strings.Replace(strings.Replace(convs, "%cr", "%cg", 1), "Group=1", "Group=2", 1) + axpy + output},
		{"a product over the batch", "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Global=true}\n%q f32[1,12] = Reshape(%p) {Shape=[1,12] NumAxes=-1}\n" +
			"const %w1 f32[2,12] = rand(1)\nconst %w2 f32[12,2] = rand(2)\n" +
			"%r f32[1,2] = InnerProduct(%q, %w1) {Axis=1}\n%rr f32[1,2] = ReLU(%r)\n%e f32[1,12] = InnerProduct(%rr, %w2) {Axis=1}\n" +
			"%s0 f32[1,12] = Sigmoid(%e)\n%s f32[2,6] = Reshape(%s0) {Shape=[2,6] NumAxes=-1}\n" + scale + output},
		{"products of half the channels", "%p f32[2,6,1,1] = Pooling(%x) {Method=AVE Global=true}\n%q f32[4,3] = Reshape(%p) {Shape=[4,3] NumAxes=-1}\n" +
			"const %w1 f32[2,3] = rand(1)\nconst %w2 f32[3,2] = rand(2)\n" +
			"%r f32[4,2] = InnerProduct(%q, %w1) {Axis=1}\n%rr f32[4,2] = ReLU(%r)\n%e f32[4,3] = InnerProduct(%rr, %w2) {Axis=1}\n" +
			"%s0 f32[4,3] = Sigmoid(%e)\n%s f32[2,6] = Reshape(%s0) {Shape=[2,6] NumAxes=-1}\n" + scale + output},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Empty(t, FindSqueezeExcite(graph(t, test.body)))
		})
	}
}

// TestFindOnMapOfOne has a map, a gate and a shortcut of one shape, where only
// the order of the inputs tells which is which.
func TestFindOnMapOfOne(t *testing.T) {
	const text = `graph "one"
input %%x f32[1,3,1,1]
input %%other f32[1,3,1,1]
const %%w1 f32[2,3] = rand(1)
const %%w2 f32[3,2] = rand(2)
%%p f32[1,3,1,1] = Pooling(%%x) {Method=AVE Kernel=[1,1] Pad=[0,0] Stride=[1,1]}
%%r f32[1,2] = InnerProduct(%%p, %%w1) {Axis=1}
%%rr f32[1,2] = ReLU(%%r)
%%e f32[1,3] = InnerProduct(%%rr, %%w2) {Axis=1}
%%s0 f32[1,3] = Sigmoid(%%e)
%%s f32[1,3,1,1] = Reshape(%%s0) {Shape=[1,1] Axis=-1}
%%y f32[1,3,1,1] = Axpy(%s)
output %%y
`
	for in, want := range map[string]int{
		"%s, %x, %other": 1,
		"%x, %s, %other": 0,
		"%s, %other, %x": 0,
		"%s, %s, %x":     0,
		"%other, %x, %s": 0,
	} {
		g, err := ir.Parse("one.ir", fmt.Sprintf(text, in), nil)
		require.NoError(t, err)
		require.Len(t, FindSqueezeExcite(g), want, in)
	}
}

// TestFindSeveral finds the blocks of a net in order, and none in a batch of 0.
func TestFindSeveral(t *testing.T) {
	g := graph(t, squeeze+convs+axpy+
		"%p2 f32[2,6,1,1] = Pooling(%y) {Method=AVE Global=true}\n"+
		"%r2 f32[2,2] = InnerProduct(%p2, %fr) {Axis=1}\n%rr2 f32[2,2] = ReLU(%r2)\n%e2 f32[2,6] = InnerProduct(%rr2, %fe) {Axis=1}\n"+
		"%s2 f32[2,6] = Sigmoid(%e2)\n%y2 f32[2,6,5,7] = Scale(%y, %s2) {Dynamic=true}\noutput %y2\n")
	found := FindSqueezeExcite(g)
	require.Len(t, found, 2)
	require.Same(t, g.Value("x"), found[0].Map)
	require.Same(t, g.Value("y"), found[1].Map)

	empty, err := g.Reshape(map[string][]int{"x": {0, 6, 5, 7}, "other": {0, 6, 5, 7}})
	require.NoError(t, err)
	require.Empty(t, FindSqueezeExcite(empty))
}
