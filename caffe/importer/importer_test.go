package importer

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestTypes(t *testing.T) {
	types := Types()
	require.True(t, slices.IsSorted(types))
	for _, want := range []string{"Axpy", "BatchNorm", "Convolution", "Input", "PReLU"} {
		require.Contains(t, types, want)
	}
	require.PanicsWithValue(t, "importer: layer type Axpy registered twice", func() { register("Axpy", importAxpy) })
}

// TestOwnLayerInPlaceOfBuiltin shows that a caller's function comes first, and
// that a nil one is none.
func TestOwnLayerInPlaceOfBuiltin(t *testing.T) {
	net := read(t, input("x", 2, 3)+line("l", "ReLU", "x", "y", ""))
	abs := func(c *Context) error { return c.Emit(ir.Sigmoid{}, c.Bottoms...) }
	r := imported(t, net, Options{Layers: map[string]Func{"ReLU": abs}})
	require.Equal(t, ir.Op(ir.Sigmoid{}), nodes(r, "l")[0].Op)
	r = imported(t, net, Options{Layers: map[string]Func{"ReLU": nil}})
	require.Equal(t, ir.Op(ir.ReLU{}), nodes(r, "l")[0].Op)
}

func TestInPlaceNames(t *testing.T) {
	relu := func(name, bottom, top string) string { return line(name, "ReLU", bottom, top, "") }
	tests := []struct {
		name, text string
		want       []string // the values that nodes make
	}{
		{"last value has the blob's name", relu("a", "x", "y") + relu("b", "y", "y") + relu("c", "y", "y"), []string{"y@a", "y@b", "y"}},
		{"input overwritten", relu("a", "x", "x"), []string{"x"}},
		{"layers of one name", relu("a", "x", "y") + relu("a", "y", "y") + relu("a", "y", "y"), []string{"y@a", "y@a#2", "y"}},
		{"a later blob has the name", relu("a", "x", "y") + relu("b", "y", "y") + relu("c", "y", "y@a"), []string{"y@a#2", "y", "y@a"}},
		{"an earlier blob has the name", relu("c", "x", "y@a") + relu("a", "y@a", "y") + relu("b", "y", "y"), []string{"y@a", "y@a#2", "y"}},
		{"both names are taken", relu("c", "x", "y@a") + relu("d", "y@a", "y@a#2") + relu("a", "y@a#2", "y") + relu("b", "y", "y"),
			[]string{"y@a", "y@a#2", "y@a#3", "y"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := importText(t, input("x", 2, 3)+test.text)
			var made []string
			for _, n := range r.Graph.Nodes {
				made = append(made, n.Out[0].Name)
			}
			require.Equal(t, test.want, made)
		})
	}
	r := importText(t, input("x", 2, 3)+relu("a", "x", "x"))
	require.Equal(t, []string{"x@x"}, names(r.Graph.Inputs))
	require.Equal(t, []string{"x"}, names(r.Graph.Outputs))
}

// TestConstantNames shows that a constant gives way to blobs and to constants of
// a layer of the same name.
func TestConstantNames(t *testing.T) {
	r := importText(t, input("x", 2, 3)+line("l", "Scale", "x", "y", "")+line("l", "Scale", "y", "z", "")+line("m", "ReLU", "z", "l/0", ""))
	require.Equal(t, []string{"l/0#2", "l/0#3"}, names(r.Graph.Consts))
	require.Equal(t, "m", r.Graph.Value("l/0").Def.Name)
}

// TestOutputs shows that what nobody reads is an output, in the order in which it
// is made.
func TestOutputs(t *testing.T) {
	split := line("s", "Split", "x", "s1 s2 s3", "")
	r := importText(t, input("x", 2, 3)+input("unused", 1)+split+line("b", "ReLU", "s2", "b", "")+line("a", "ReLU", "b", "b", ""))
	require.Equal(t, []string{"unused", "s1", "s3", "b"}, names(r.Graph.Outputs))
	require.Equal(t, "a", r.Graph.Outputs[3].Def.Name)
}

// siamese is a net whose layers a and b share their weights by name.
func siamese(second, paramsA, paramsB string) string {
	return input("x", 1, 2, 1, 1) + input("z", 1, 2, 1, 1) +
		line("a", "InnerProduct", "x", "ya", "inner_product_param { num_output: 4 bias_term: false } param { name: 'w' } "+paramsA) +
		line("b", "InnerProduct", "z", "yb", second+" param { name: 'w' "+paramsB+" }")
}

const sameShape = "inner_product_param { num_output: 4 bias_term: false }"

func TestSharedWeights(t *testing.T) {
	own := line("a", "InnerProduct", "", "", blob(0, 4, 2))
	other := line("b", "InnerProduct", "", "", blob(50, 4, 2))
	first, last := []float32{0, 1, 2, 3, 4, 5, 6, 7}, []float32{50, 51, 52, 53, 54, 55, 56, 57}
	tests := []struct {
		name, weights string
		want          []float32
		origin        string
	}{
		{"of the first layer", own, first, "w.prototxt#a/0"},
		{"of the second layer", other, last, "w.prototxt#b/0"},
		{"of both: Caffe copies the second over the first", own + other, last, "w.prototxt#b/0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			net := read(t, siamese(sameShape, "", ""))
			net.LoadWeights(weights(t, "w.prototxt", test.weights))
			r := imported(t, net, Options{})
			require.Empty(t, r.Missing)
			a, b := r.Graph.Value("a/0"), r.Graph.Value("b/0")
			require.NotNil(t, a.Const)
			require.Same(t, a.Const, b.Const)
			require.Equal(t, test.want, elements(b))
			require.Equal(t, test.origin, a.Const.Origin)
		})
	}
}

func TestSharedFillers(t *testing.T) {
	r := imported(t, read(t, siamese(sameShape, "", "")), Options{Fill: true})
	require.Equal(t, []string{"a"}, r.Missing)
	require.Same(t, r.Graph.Value("a/0").Const, r.Graph.Value("b/0").Const)
	require.Equal(t, "fill#/a/0", r.Graph.Value("b/0").Const.Origin)
}

func TestSharedShapes(t *testing.T) {
	transposed := "inner_product_param { num_output: 4 bias_term: false transpose: true }"
	smaller := "inner_product_param { num_output: 3 bias_term: false }"
	tests := []struct{ name, second, paramsB, want string }{
		{"strict is the default", transposed, "", `shared as "w", which is 4x2, but this layer needs 2x4`},
		{"strict", transposed, "share_mode: STRICT", `shared as "w", which is 4x2, but this layer needs 2x4`},
		{"permissive, other count", smaller, "share_mode: PERMISSIVE", `shared as "w", which is 4x2, but this layer needs 3x2`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			importError(t, siamese(test.second, "", test.paramsB), `net.prototxt:4:7: layer "b": blob 0: `+test.want)
		})
	}
	r := importText(t, siamese(transposed, "", "share_mode: PERMISSIVE"))
	require.Same(t, r.Graph.Value("a/0").Const, r.Graph.Value("b/0").Const)
	require.Equal(t, []int{2, 4}, r.Graph.Value("b/0").Type.Shape)
}

// TestSharedBlobsMustFit shows that a file's blob has the shape of its layer,
// even where the layer shares another's.
func TestSharedBlobsMustFit(t *testing.T) {
	net := read(t, siamese(sameShape, "", ""))
	net.LoadWeights(weights(t, "w.prototxt", line("a", "InnerProduct", "", "", blob(0, 4, 2))+line("b", "InnerProduct", "", "", blob(0, 4, 3))))
	_, err := Import(net, Options{})
	require.EqualError(t, err, `net.prototxt:4:7: layer "b": blob 0: w.prototxt has it as 4x3, this net needs 4x2`)
}

// TestSharedWithinALayer shares a layer's two blobs.
func TestSharedWithinALayer(t *testing.T) {
	r := importText(t, input("x", 1, 2)+line("l", "Scale", "x", "y", "scale_param { bias_term: true } param { name: 'w' } param { name: 'w' }"))
	require.Same(t, r.Graph.Value("l/0").Const, r.Graph.Value("l/1").Const)
	require.Equal(t, []float32{1, 1}, elements(r.Graph.Value("l/1")))
}

// fixed is a net of a product whose weights fit a map of 2×2, after a bare input.
func fixed(before string) string {
	return before + line("l", "InnerProduct", "data", "y", "inner_product_param { num_output: 1 bias_term: false }") + line("r", "ReLU", "y", "y", "")
}

func TestShapes(t *testing.T) {
	bare := "input: 'data'\n"
	small, large := map[string][]int{"data": {1, 1, 2, 2}}, map[string][]int{"data": {1, 1, 3, 3}}
	tests := []struct {
		name, before string
		shapes       map[string][]int
		want         []int
		err          string
	}{
		{name: "bare", before: bare, shapes: small, want: []int{1, 1, 2, 2}},
		{name: "bare without a shape", before: bare, err: `net.prototxt:1:1: layer "input": input "data" has no shape: give one, such as data=1x3x224x224`},
		{name: "bare with a shape that does not fit", before: bare, shapes: large,
			err: `net.prototxt:2:7: layer "l": blob 0: w.prototxt has it as 1x4, this net needs 1x9`},
		{name: "own", before: input("data", 5, 1, 2, 2), want: []int{5, 1, 2, 2}},
		{name: "other batch", before: input("data", 5, 1, 2, 2), shapes: small, want: []int{1, 1, 2, 2}},
		{name: "own does not fit the weights", before: input("data", 1, 3, 224, 224), shapes: small, want: []int{1, 1, 2, 2}},
		{name: "given does not fit the weights", before: input("data", 1, 1, 2, 2), shapes: large,
			err: `reshape: net.prototxt:2:7: layer "l": needs weights f32[1,9] for an input f32[1,1,3,3] from axis 1 on, has f32[1,4]`},
		{name: "neither fits", before: input("data", 1, 3, 224, 224), shapes: large,
			err: `net.prototxt:2:7: layer "l": blob 0: w.prototxt has it as 1x4, this net needs 1x9`},
		{name: "negative", before: input("data", 1, 1, 2, 2), shapes: map[string][]int{"data": {-1}},
			err: `reshape: input "data": shape f32[-1] has a negative axis`},
		{name: "too large", before: bare, shapes: map[string][]int{"data": {1 << 20, 1 << 20}},
			err: `net.prototxt:1:1: layer "input": input "data": shape f32[1048576,1048576]: more than 2^31-1 elements`},
		{name: "unknown name", before: input("data", 1, 1, 2, 2), shapes: map[string][]int{"dta": {1}},
			err: `reshape: "dta": no such input; the graph has "data"`},
		{name: "a blob that is no input", before: input("data", 1, 1, 2, 2), shapes: map[string][]int{"y": {1}},
			err: `reshape: "y": no such input; the graph has "data"`},
		{name: "unknown name beside a bare one", before: bare, shapes: map[string][]int{"data": {1, 1, 2, 2}, "dta": {1}},
			err: `reshape: "dta": no such input; the graph has "data"`},
		{name: "unknown name beside one that makes the weights fit", before: input("data", 1, 3, 224, 224),
			shapes: map[string][]int{"data": {1, 1, 2, 2}, "dta": {1}}, err: `reshape: "dta": no such input; the graph has "data"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			net := read(t, fixed(test.before))
			net.LoadWeights(weights(t, "w.prototxt", line("l", "InnerProduct", "", "", blob(1, 1, 4))))
			r, err := Import(net, Options{Shapes: test.shapes})
			if test.err != "" {
				require.EqualError(t, err, test.err)
				require.Nil(t, r)
				return
			}
			require.NoError(t, err)
			require.NoError(t, r.Graph.Verify())
			require.Equal(t, test.want, r.Graph.Value("data").Type.Shape)
			require.Same(t, r.Graph.Value("l/0"), r.Weights[0].Blobs[0], "weights are those of the graph")
		})
	}
}

// TestShapesAreCopied shows that the caller's shapes stay the caller's.
func TestShapesAreCopied(t *testing.T) {
	for _, before := range []string{"input: 'x'\n", input("x", 7, 7)} {
		shape := []int{2, 3}
		r := imported(t, read(t, before+line("l", "ReLU", "x", "y", "")), Options{Shapes: map[string][]int{"x": shape}})
		shape[0] = 9
		require.Equal(t, []int{2, 3}, r.Graph.Value("x").Type.Shape)
		require.Equal(t, []int{2, 3}, r.Graph.Value("y").Type.Shape)
	}
}

// TestShapesOfOverwrittenInput takes the blob's name for the input, whose value
// has another.
func TestShapesOfOverwrittenInput(t *testing.T) {
	for _, before := range []string{"input: 'x'\n", input("x", 7, 7)} {
		r := imported(t, read(t, before+line("l", "ReLU", "x", "x", "")), Options{Shapes: map[string][]int{"x": {2, 3}}})
		require.Equal(t, []int{2, 3}, r.Graph.Value("x").Type.Shape)
	}
}

// TestNetIsNotChanged shows that importing changes neither the net nor what an
// earlier import gave.
func TestNetIsNotChanged(t *testing.T) {
	net := read(t, squeezeExcite)
	first := imported(t, net, Options{Fill: true})
	text := first.Graph.String()
	second := imported(t, net, Options{Fill: true, Shapes: map[string][]int{"data": {4, 3, 9, 9}}})
	require.Equal(t, text, first.Graph.String())
	require.Equal(t, []int{4, 5}, second.Graph.Value("prob").Type.Shape)
	require.Equal(t, text, imported(t, net, Options{Fill: true}).Graph.String())
}
