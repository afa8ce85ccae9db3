package ir

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// tail is the end of a net of fixed size, as the official SENets have it, with
// 4 channels; the stem stands for what makes 7×7 of 224×224.
const tail = `graph "tail"
input %data f32[1,3,224,224]
const %w f32[4,3,32,32] = splat(1)
const %c f32[4] = splat(2)
const %fc f32[5,4] = rand(1)
%stem f32[1,4,7,7] = Convolution(%data, %w) {Axis=1 Kernel=[32,32] Pad=[0,0] Stride=[32,32] Dilation=[1,1] Group=1} layer "stem"
%pool f32[1,4,1,1] = Pooling(%stem) {Method=AVE Kernel=[7,7] Pad=[0,0] Stride=[1,1]} layer "pool5/7x7_s1" at "net.prototxt:7:1"
%scale f32[1,4,1,1] = Scale(%pool, %c) {Axis=1} layer "scale"
%a f32[1,4,1,1], %b f32[1,4,1,1] = Split(%scale) {Outputs=2} layer "split"
%drop f32[1,4,1,1] = Dropout(%b) {Ratio=0.2 ScaleTrain=true} layer "drop"
%flat f32[1,4] = Flatten(%drop) {Axis=1 EndAxis=-1} layer "flat"
%fc6 f32[1,5] = InnerProduct(%flat, %fc) {Axis=1} layer "classifier" at "net.prototxt:9:1"
output %fc6
output %a
`

func TestReshape(t *testing.T) {
	g := parse(t, tail)
	before := g.String()
	r, err := g.Reshape(map[string][]int{"data": {6, 3, 223, 225}})
	require.ErrorContains(t, err, "layer \"pool5/7x7_s1\"")
	require.Nil(t, r)

	r, err = g.Reshape(map[string][]int{"data": {6, 3, 224, 230}})
	require.NoError(t, err)
	require.NoError(t, r.Verify())
	require.Equal(t, []int{6, 5}, r.Value("fc6").Type.Shape)
	require.Equal(t, before, g.String(), "the graph itself stays")
	require.Len(t, r.Consts, len(g.Consts))
	for i, v := range r.Consts {
		require.NotSame(t, g.Consts[i], v)
		require.Same(t, g.Consts[i].Const, v.Const)
	}
	for i, n := range r.Nodes {
		require.NotSame(t, g.Nodes[i], n)
		require.Equal(t, g.Nodes[i].Name, n.Name)
		require.Equal(t, g.Nodes[i].Source, n.Source)
		require.Equal(t, g.Nodes[i].Op, n.Op)
	}

	back, err := r.Reshape(map[string][]int{"data": {1, 3, 224, 224}})
	require.NoError(t, err)
	require.Equal(t, before, back.String())
	same, err := g.Reshape(nil)
	require.NoError(t, err)
	require.Equal(t, before, same.String())
}

func TestReshapeOwnsShapes(t *testing.T) {
	shape := []int{2, 2}
	r, err := parse(t, small).Reshape(map[string][]int{"x": shape})
	require.NoError(t, err)
	shape[0] = 9
	require.Equal(t, []int{2, 2}, r.Inputs[0].Type.Shape)
}

func TestReshapeErrors(t *testing.T) {
	const fixed = `; layer "pool5/7x7_s1" pools a fixed 7x7 and layer "classifier" has weights for 1x1 of it: this net is made for data as `
	for _, test := range []struct {
		shapes map[string][]int
		want   string
	}{
		{
			map[string][]int{"data": {1, 3, 256, 256}},
			`reshape: net.prototxt:9:1: layer "classifier": needs weights f32[5,16] for an input f32[1,16] from axis 1 on, has f32[5,4]` + fixed + "1x3x224x224",
		},
		{
			map[string][]int{"data": {8, 3, 160, 160}},
			`reshape: net.prototxt:7:1: layer "pool5/7x7_s1": kernel [7 7] does not fit into f32[8,4,5,5] with pad [0 0]` + fixed + "8x3x224x224",
		},
		{
			map[string][]int{"data": {1, 1, 224, 224}},
			`reshape: layer "stem": needs weights f32[4,1,32,32] for an input f32[1,1,224,224], has f32[4,3,32,32]`,
		},
		{map[string][]int{"date": {1}, "b": {2}}, `reshape: "b", "date": no such input; the graph has "data"`},
		{map[string][]int{"data": {-1}}, `reshape: input "data": shape f32[-1] has a negative axis`},
		{map[string][]int{"data": {1 << 16, 1 << 16}}, `reshape: input "data": shape f32[65536,65536]: more than 2^31-1 elements`},
	} {
		_, err := parse(t, tail).Reshape(test.shapes)
		require.EqualError(t, err, test.want)
	}
	var nodeErr *NodeError
	_, err := parse(t, tail).Reshape(map[string][]int{"data": {1, 3, 256, 256}})
	require.ErrorAs(t, err, &nodeErr)
	require.Equal(t, "classifier", nodeErr.Node.Name)

	_, err = New("empty").Reshape(map[string][]int{"data": nil})
	require.EqualError(t, err, `reshape: "data": no such input; the graph has none`)
}

// TestReshapeHintOfBatch gives the graph's own shape where the net does not take
// the batch asked for.
func TestReshapeHintOfBatch(t *testing.T) {
	g := parse(t, `graph "g"
input %data f32[2,3,4,4]
input %other f32[2,3]
const %fc f32[5,3] = splat(1)
%pool f32[2,3,1,1] = Pooling(%data) {Method=AVE Kernel=[4,4] Pad=[0,0] Stride=[1,1]} layer "pool"
%y f32[2,5] = InnerProduct(%pool, %fc) {Axis=1} layer "fc"
%flat f32[2,3] = Reshape(%pool) {Shape=[2,3] NumAxes=-1} layer "flat"
%sum f32[2,3] = Eltwise(%flat, %other) layer "sum"
output %y
output %sum
`)
	_, err := g.Reshape(map[string][]int{"data": {7, 3, 5, 5}})
	require.ErrorContains(t, err, `layer "pool" pools a fixed 4x4 and layer "fc" has weights for 1x1 of it: this net is made for data as 2x3x4x4, other as 2x3`)
}

// TestReshapeNoHint keeps to the plain reason where no fixed pooling is behind it.
func TestReshapeNoHint(t *testing.T) {
	for name, text := range map[string]string{
		"no pooling": `graph "g"
input %data f32[1,3,4,4]
const %fc f32[5,48] = splat(1)
%y f32[1,5] = InnerProduct(%data, %fc) {Axis=1} layer "fc"
output %y
`,
		"pooling without a product": `graph "g"
input %data f32[1,3,12,12]
const %w f32[3,3,1,1] = splat(1)
const %fc f32[5,3] = splat(1)
%pool f32[1,3,1,1] = Pooling(%data) {Method=AVE Kernel=[12,12] Pad=[0,0] Stride=[1,1]} layer "pool"
%conv f32[1,3,1,1] = Convolution(%pool, %w) {Axis=1 Kernel=[1,1] Pad=[0,0] Stride=[1,1] Dilation=[1,1] Group=1}
%y f32[1,5] = InnerProduct(%conv, %fc) {Axis=1} layer "fc"
output %y
`,
		"two inputs": `graph "g"
input %data f32[1,3,4,4]
const %fc f32[5,3] = splat(1)
%pool f32[1,3,1,1] = Pooling(%data) {Method=AVE Kernel=[4,4] Pad=[0,0] Stride=[1,1]} layer "pool"
%sum f32[1,3,1,1] = Eltwise(%pool, %pool) {Operation=SUM}
%y f32[1,5] = InnerProduct(%sum, %fc) {Axis=1} layer "fc"
output %y
`,
	} {
		t.Run(name, func(t *testing.T) {
			for _, side := range []int{3, 5} {
				_, err := parse(t, text).Reshape(map[string][]int{"data": {1, 3, side, side}})
				require.Error(t, err)
				require.NotContains(t, err.Error(), ";")
			}
		})
	}
}
