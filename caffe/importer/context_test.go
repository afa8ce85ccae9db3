package importer

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/fill"
	"github.com/prototxt2go/prototxt2go/ir"
)

// product is a net of one InnerProduct "l" of 3 outputs over 2 elements, with
// random fillers.
func product(params string) string {
	return input("x", 1, 2) + line("l", "InnerProduct", "x", "y",
		"inner_product_param { num_output: 3 weight_filler { type: 'xavier' } bias_filler { type: 'uniform' } } "+params)
}

func TestWeightsErrors(t *testing.T) {
	tests := []struct{ name, blobs, want string }{
		{"other shape", blob(0, 3, 4) + blob(0, 3), "blob 0: w.prototxt has it as 3x4, this net needs 3x2"},
		{"transposed", blob(0, 2, 3) + blob(0, 3), "blob 0: w.prototxt has it as 2x3, this net needs 3x2"},
		{"more axes", blob(0, 1, 1, 3, 2) + blob(0, 3), "blob 0: w.prototxt has it as 1x1x3x2, this net needs 3x2"},
		{"second of other shape", blob(0, 3, 2) + blob(0), "blob 1: w.prototxt has it as (), this net needs 3"},
		{"legacy of other shape", legacyBlob(0, 1, 1, 2, 3) + blob(0, 3), "blob 0: w.prototxt has it as 1x1x2x3, this net needs 3x2"},
		{"none", "", "blob 0: missing from w.prototxt, which has 0 blobs for this layer"},
		{"one too few", blob(0, 3, 2), "blob 1: missing from w.prototxt, which has 1 blob for this layer"},
		{"one too many", blob(0, 3, 2) + blob(0, 3) + blob(0, 1), "w.prototxt has 3 blobs for it, type InnerProduct needs 2 here"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, o := range []Options{{}, {Fill: true}} {
				net := read(t, product(""))
				net.LoadWeights(weights(t, "w.prototxt", line("l", "InnerProduct", "", "", test.blobs)))
				_, err := Import(net, o)
				require.EqualError(t, err, `net.prototxt:2:7: layer "l": `+test.want)
			}
		})
	}
}

// TestBlobsOfALayerWithoutAny shows that blobs which a layer's type does not take
// are an error, as they are a hint at another net.
func TestBlobsOfALayerWithoutAny(t *testing.T) {
	net := read(t, input("x", 1, 2)+line("l", "ReLU", "x", "y", ""))
	net.LoadWeights(weights(t, "w.prototxt", line("l", "ReLU", "", "", blob(0, 1))))
	_, err := Import(net, Options{})
	require.EqualError(t, err, `net.prototxt:2:7: layer "l": w.prototxt has 1 blob for it, type ReLU needs 0 here`)
}

func TestWeights(t *testing.T) {
	net := read(t, product(""))
	net.LoadWeights(
		weights(t, "a.prototxt", line("l", "InnerProduct", "", "", blob(0, 3, 2)+blob(0, 3))),
		weights(t, "b.prototxt", line("other", "InnerProduct", "", "", blob(0, 3, 2))+line("l", "InnerProduct", "", "", blob(10, 3, 2)+blob(20, 3))),
	)
	r := imported(t, net, Options{})
	require.Empty(t, r.Missing)
	require.Empty(t, r.Reshaped)
	require.Len(t, r.Weights, 1)
	require.Same(t, net.Layers[1], r.Weights[0].Layer)
	w := r.Weights[0].Blobs
	require.Equal(t, []string{"l/0", "l/1"}, names(w))
	require.Equal(t, []float32{10, 11, 12, 13, 14, 15}, elements(w[0]))
	require.Equal(t, []float32{20, 21, 22}, elements(w[1]))
	require.Equal(t, "b.prototxt#l/1", w[1].Const.Origin)
}

// TestLegacyWeights takes shapes of always four axes.
func TestLegacyWeights(t *testing.T) {
	net := read(t, product(""))
	net.LoadWeights(weights(t, "w.prototxt", line("l", "InnerProduct", "", "", legacyBlob(0, 1, 1, 3, 2)+legacyBlob(7, 1, 1, 1, 3))))
	r := imported(t, net, Options{})
	require.Equal(t, []string{"l"}, r.Reshaped)
	require.Equal(t, [][]int{{3, 2}, {3}}, weightShapes(r, "l"))
	require.Equal(t, []float32{7, 8, 9}, elements(r.Weights[0].Blobs[1]))

	net = read(t, input("x", 1, 2, 1, 1)+line("l", "Convolution", "x", "y", "convolution_param { num_output: 3 kernel_size: 1 bias_term: false }"))
	net.LoadWeights(weights(t, "w.prototxt", line("l", "Convolution", "", "", legacyBlob(0, 3, 2, 1, 1))))
	require.Empty(t, imported(t, net, Options{}).Reshaped, "a legacy shape that is the same")
}

func TestMissingWeights(t *testing.T) {
	net := read(t, product("")+line("bn", "BatchNorm", "y", "z", ""))
	_, err := Import(net, Options{})
	require.EqualError(t, err, `net.prototxt:2:7: layer "l": blob 0: no weights are given and its filler "xavier" is random: give the weights, or ask for the deterministic fill`)

	net.Name = "n"
	r := imported(t, net, Options{Fill: true})
	require.Equal(t, []string{"l", "bn"}, r.Missing)
	w := r.Graph.Value("l/0")
	require.Equal(t, "fill#n/l/0", w.Const.Origin)
	want := make([]float32, 6)
	fill.Deterministic("n", "l", "InnerProduct", 0, []int{3, 2}).Read(want, 0)
	require.Equal(t, want, elements(w))
	require.Equal(t, []float32{1, 1, 1}, elements(r.Graph.Value("bn/1")))
}

// TestMissingWeightsOfConstantFillers names the layers that no file has.
func TestMissingWeightsOfConstantFillers(t *testing.T) {
	net := read(t, input("x", 1, 2)+line("a", "Scale", "x", "y", "")+line("b", "Scale", "y", "z", ""))
	net.LoadWeights(weights(t, "w.prototxt", line("b", "Scale", "", "", blob(5, 2))))
	r := imported(t, net, Options{})
	require.Equal(t, []string{"a"}, r.Missing)
	require.Equal(t, []float32{1, 1}, elements(r.Graph.Value("a/0")))
	require.Empty(t, r.Graph.Value("a/0").Const.Origin)
	require.Equal(t, []float32{5, 6}, elements(r.Graph.Value("b/0")))
}

func TestBilinearFiller(t *testing.T) {
	r := importText(t, input("x", 1, 1, 4, 4)+
		line("l", "Convolution", "x", "y", "convolution_param { num_output: 1 kernel_size: 2 bias_term: false weight_filler { type: 'bilinear' } }"))
	require.Equal(t, []float32{1, 0, 0, 0}, elements(r.Graph.Value("l/0")))
	require.Equal(t, "filler#l/0", r.Graph.Value("l/0").Const.Origin)
	require.Equal(t, []string{"l"}, r.Missing)
	importError(t, input("x", 1, 1, 4, 4)+
		line("l", "Convolution", "x", "y", "convolution_param { num_output: 1 kernel_h: 2 kernel_w: 3 weight_filler { type: 'bilinear' } }"),
		`net.prototxt:2:7: layer "l": blob 0: the bilinear filler is for square kernels of 4 axes, not for 1x1x2x3`)
}

// TestCount gives numbers of things in words.
func TestCount(t *testing.T) {
	for want, got := range map[string]string{
		"0 tops":            count(0, 0, "top"),
		"1 top":             count(1, 1, "top"),
		"2 tops":            count(2, 2, "top"),
		"0 to 1 top":        count(0, 1, "top"),
		"1 to 2 tops":       count(1, 2, "top"),
		"at least 1 bottom": count(1, math.MaxInt, "bottom"),
		"at least 2 tops":   count(2, math.MaxInt, "top"),
	} {
		require.Equal(t, want, got)
	}
}

// own imports a net of one layer of the caller's type, "Mine".
func own(t *testing.T, params, tops string, f Func) (*Result, error) {
	net := read(t, input("x", 2, 3)+line("l", "Mine", "x", tops, params))
	return Import(net, Options{Layers: map[string]Func{"Mine": f}})
}

func TestOwnLayer(t *testing.T) {
	r, err := own(t, "relu_param { negative_slope: 0.5 }", "y z", func(c *Context) error {
		if err := c.Arity(1, 1, 2); err != nil {
			return err
		}
		var p struct{ NegativeSlope float32 }
		if err := c.Layer.Decode("relu_param", &p); err != nil {
			return err
		}
		slope, err := c.Weight([]int{3}, Filler{Type: "constant", Value: p.NegativeSlope})
		if err != nil {
			return err
		}
		if err := c.EmitTops(1, ir.PReLU{}, c.Bottoms[0], slope); err != nil {
			return err
		}
		return c.Emit(ir.Sigmoid{}, c.Bottoms...)
	})
	require.NoError(t, err)
	require.NoError(t, r.Graph.Verify())
	made := nodes(r, "l")
	require.Len(t, made, 2)
	require.Equal(t, ir.Op(ir.PReLU{}), made[0].Op)
	require.Equal(t, ir.Op(ir.Sigmoid{}), made[1].Op)
	require.Equal(t, []string{"y", "z"}, names(r.Graph.Outputs))
	require.Equal(t, []float32{0.5, 0.5, 0.5}, elements(made[0].In[1]))
	require.Equal(t, []string{"l"}, r.Missing)
}

// TestOwnLayerMisused shows that a wrong function is an error at its layer.
func TestOwnLayerMisused(t *testing.T) {
	relu := func(c *Context, n int) error { return c.EmitTops(n, ir.ReLU{}, c.Bottoms...) }
	stray, err := ir.New("").AddInput("x", ir.F32(2, 3))
	require.NoError(t, err)
	tests := []struct {
		name string
		f    Func
		want string
	}{
		{"makes none", func(*Context) error { return nil }, "type Mine makes 0 tops, the layer names 2"},
		{"makes one", func(c *Context) error { return relu(c, 1) }, "type Mine makes 1 top, the layer names 2"},
		{"makes three", func(c *Context) error { return relu(c, 3) }, "type Mine makes 3 more tops, the layer names 2"},
		{"makes fewer than none", func(c *Context) error { return relu(c, -1) }, "type Mine makes -1 more tops, the layer names 2"},
		{"an op of one output for all", func(c *Context) error { return c.Emit(ir.ReLU{}, c.Bottoms...) }, "has 2 outputs, gives 1"},
		{"a node without outputs", func(c *Context) error { return relu(c, 0) }, "has 0 outputs, gives 1"},
		{"a third input", func(c *Context) error {
			for range 2 {
				if err := c.Input([]int{1}); err != nil {
					return err
				}
			}
			return c.Input([]int{1})
		}, "type Mine makes 1 more top, the layer names no more"},
		{"wrong arity", func(c *Context) error { return c.Arity(2, 3, 2) }, "type Mine needs 2 to 3 bottoms, has 1"},
		{"a value of another graph", func(c *Context) error { return c.EmitTops(1, ir.ReLU{}, stray) }, "input 0 is not of this graph"},
		{"no value", func(c *Context) error { return c.EmitTops(1, ir.ReLU{}, nil) }, "input 0 is not of this graph"},
		{"weights of a bad shape", func(c *Context) error { _, err := c.Weight([]int{-1}, Filler{}); return err },
			"blob 0: shape f32[-1] has a negative axis"},
		{"parameters that no schema has", func(c *Context) error { return c.Layer.Decode("mine_param", &struct{}{}) },
			"no schema has the parameters mine_param of type Mine: give the fork's caffe.proto"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := own(t, "", "y z", test.f)
			require.EqualError(t, err, `net.prototxt:2:7: layer "l": `+test.want)
			require.Nil(t, r)
		})
	}
}

// TestOwnInputs shows that a caller's type can bring inputs, for the caller to
// shape.
func TestOwnInputs(t *testing.T) {
	net := read(t, line("d", "Data", "", "data label", "")+line("l", "ReLU", "data", "y", ""))
	o := Options{
		Layers: map[string]Func{"Data": func(c *Context) error {
			if err := c.Input(nil); err != nil {
				return err
			}
			return c.Input([]int{1})
		}},
		Shapes: map[string][]int{"data": {1, 3, 8, 8}},
	}
	r := imported(t, net, o)
	require.Equal(t, map[string][]int{"data": {1, 3, 8, 8}, "label": {1}}, inputTypes(r))
	require.Equal(t, []string{"label", "y"}, names(r.Graph.Outputs))
}

// TestBlobsWithoutAFile takes blobs that a caller has put into the net.
func TestBlobsWithoutAFile(t *testing.T) {
	net := read(t, input("x", 1, 2)+line("l", "Scale", "x", "y", ""))
	net.Layers[1].Blobs = []*caffe.Blob{{Shape: []int{2}, Reader: fill.Constant(4)}}
	require.Equal(t, []float32{4, 4}, elements(imported(t, net, Options{}).Graph.Value("l/0")))
	net.Layers[1].Blobs[0].Shape = []int{3}
	_, err := Import(net, Options{})
	require.ErrorContains(t, err, `layer "l": blob 0: `)
	require.ErrorContains(t, err, "has it as 3, this net needs 2")
}
