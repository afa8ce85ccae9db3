package passes_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

const tiny = `graph "tiny"
input %x f32[1,2]
const %dead f32[3,2] = rand(1)
%s f32[1,2] = Sigmoid(%x)
%unused f32[1,3] = InnerProduct(%s, %dead) {Axis=1}
%y f32[1,2] = ReLU(%s)
output %y
`

func TestRunSweeps(t *testing.T) {
	g := parse(t, tiny)
	require.NoError(t, passes.Run(g))
	require.Equal(t, `graph "tiny"
input %x f32[1,2]
%s f32[1,2] = Sigmoid(%x)
%y f32[1,2] = ReLU(%s)
output %y
`, g.String())

	pass := passes.Pass{Name: "leave", Apply: func(g *ir.Graph) error { return g.SetOutputs(g.Value("s")) }}
	require.NoError(t, passes.Run(g, pass))
	require.Len(t, g.Nodes, 1)
}

func TestRunErrors(t *testing.T) {
	reason := errors.New("no reason")
	fails := passes.Pass{Name: "fails", Apply: func(*ir.Graph) error { return reason }}
	err := passes.Run(parse(t, tiny), passes.Default()[0], fails)
	require.EqualError(t, err, "pass fails: no reason")
	require.ErrorIs(t, err, reason)

	breaks := passes.Pass{Name: "breaks", Apply: func(g *ir.Graph) error {
		g.Nodes[0].Op = ir.Split{Outputs: 2}
		return nil
	}}
	err = passes.Run(parse(t, tiny), breaks)
	require.EqualError(t, err, `pass breaks: verify graph: layer "": has 1 outputs, gives 2`)
}

// A graph without a shape that tells elements apart, or without nodes, is one too.
func TestRunOnNothing(t *testing.T) {
	for _, text := range []string{
		"graph \"none\"\n",
		"graph \"input\"\ninput %x f32[1]\noutput %x\n",
		"graph \"constant\"\nconst %x f32[1] = rand(1)\noutput %x\n",
		"graph \"batch of 0\"\ninput %x f32[0,2,3,3]\nconst %c f32[2] = rand(1)\n%y f32[0,2,3,3] = Scale(%x, %c) {Axis=1}\noutput %y\n",
		"graph \"no channels\"\ninput %x f32[2,0]\nconst %c f32[0] = rand(1)\n%y f32[2,0] = Scale(%x, %c, %c) {Axis=1 Bias=true}\n%z f32[2,0] = Scale(%y, %c) {Axis=1}\noutput %z\n",
	} {
		g := parse(t, text)
		require.NoError(t, passes.Run(g, passes.Default()...), text)
		requireSameOutputs(t, parse(t, text), g)
		requireTwiceIsOnce(t, g, passes.Default()...)
	}
}

func BenchmarkDefault(b *testing.B) {
	net := official(b, "SENet-154")
	for b.Loop() {
		g := duplicate(b, net)
		require.NoError(b, passes.Run(g, passes.Default()...))
	}
}
