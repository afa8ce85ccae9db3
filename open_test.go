package prototxt2go

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// smallNet takes any batch, and any size down to 3 by 3.
const smallNet = `name: "Small"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 6 dim: 6 } } }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" convolution_param { num_output: 4 kernel_size: 3 } }
layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" }
layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool" pooling_param { pool: AVE global_pooling: true } }
layer { name: "fc" type: "InnerProduct" bottom: "pool" top: "fc" inner_product_param { num_output: 5 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
`

// write writes a file for the test and returns its path.
func write(t *testing.T, name, text string) string {
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// open opens a net of this text.
func open(t *testing.T, text string, o Options) *Net {
	n, err := Open(write(t, "net.prototxt", text), o)
	require.NoError(t, err)
	return n
}

// ramp returns a tensor of numbers that differ.
func ramp(shape ...int) *tensor.Tensor {
	x := tensor.New(shape...)
	for i := range x.Data {
		x.Data[i] = float32(i%37)/16 - 1
	}
	return x
}

func TestOpenWeights(t *testing.T) {
	const net = `name: "W"
		layer { name: "in" type: "Input" top: "x" input_param { shape { dim: 1 dim: 2 } } }
		layer { name: "a" type: "InnerProduct" bottom: "x" top: "a" inner_product_param { num_output: 1 bias_term: false } }
		layer { name: "b" type: "InnerProduct" bottom: "x" top: "b" inner_product_param { num_output: 1 bias_term: false weight_filler { type: "constant" value: 5 } } }`
	weights := func(layer, data string) string {
		return write(t, layer+".prototxt", `layer { name: "`+layer+`" type: "InnerProduct" blobs { shape { dim: 1 dim: 2 } data: [`+data+`] } }`)
	}
	first, second, other := weights("a", "1, 2"), weights("a", "10, 20"), weights("c", "7, 7")
	answer := func(o Options) (a, b float32, warnings []string) {
		n := open(t, net, o)
		out, err := n.Forward(t.Context(), map[string]*tensor.Tensor{"x": {Shape: []int{1, 2}, Data: []float32{1, 1}}})
		require.NoError(t, err)
		return out["a"].Data[0], out["b"].Data[0], n.Warnings()
	}

	a, b, warnings := answer(Options{Weights: []string{first}})
	require.Equal(t, []float32{3, 10}, []float32{a, b})
	require.Len(t, warnings, 1)
	require.Contains(t, warnings[0], first)
	require.Contains(t, warnings[0], "(b)")

	a, _, _ = answer(Options{Weights: []string{first, second}})
	require.EqualValues(t, 30, a, "a later file replaces what an earlier one gave")
	a, _, warnings = answer(Options{Weights: []string{second, first, other}})
	require.EqualValues(t, 3, a)
	require.Len(t, warnings, 1)
	require.Contains(t, warnings[0], "1 layer is not in the net and was ignored (c)")

	a, b, _ = answer(Options{})
	require.Equal(t, []float32{0, 10}, []float32{a, b}, "fillers: zeros, and the constant")
	filledA, filledB, _ := answer(Options{Fill: true})
	require.NotEqual(t, []float32{0, 10}, []float32{filledA, filledB})
	a, b, _ = answer(Options{Fill: true, Weights: []string{first}})
	require.Equal(t, []float32{3, filledB}, []float32{a, b}, "weights go before the fill")

	_, err := Open(write(t, "net.prototxt", net), Options{Weights: []string{"absent.caffemodel"}})
	require.ErrorIs(t, err, os.ErrNotExist)
	wide := write(t, "wide.prototxt", `layer { name: "a" blobs { shape { dim: 1 dim: 3 } data: [1, 2, 3] } }`)
	_, err = Load(write(t, "net.prototxt", net), wide)
	require.ErrorContains(t, err, `layer "a": blob 0: `+wide+` has it as 1x3, this net needs 1x2`)
	_, err = Load("absent.prototxt")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestOpenState(t *testing.T) {
	const net = `layer { name: "in" type: "Input" top: "x" input_param { shape { dim: 1 } } }
		layer { name: "a" type: "ReLU" bottom: "x" top: "test" include { phase: TEST } }
		layer { name: "b" type: "ReLU" bottom: "x" top: "train" include { phase: TRAIN } }
		layer { name: "c" type: "ReLU" bottom: "x" top: "staged" include { stage: "s" } }`
	for want, state := range map[string]caffe.State{
		"test":         {},
		"train":        {Phase: caffe.Train},
		"test staged":  {Stages: []string{"s"}},
		"train staged": {Phase: caffe.Train, Stages: []string{"s"}},
	} {
		var outputs []string
		for _, v := range open(t, net, Options{State: state}).Graph().Outputs {
			outputs = append(outputs, v.Name)
		}
		require.Equal(t, want, strings.Join(outputs, " "))
	}
}

// TestOpenPhase normalises two numbers, which in training their own mean and
// deviation do.
func TestOpenPhase(t *testing.T) {
	const net = `layer { name: "in" type: "Input" top: "x" input_param { shape { dim: 2 dim: 1 } } }
		layer { name: "bn" type: "BatchNorm" bottom: "x" top: "y" }`
	x := map[string]*tensor.Tensor{"x": {Shape: []int{2, 1}, Data: []float32{10, 30}}}
	out, err := open(t, net, Options{State: caffe.State{Phase: caffe.Train}}).Forward(t.Context(), x)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float32{-1, 1}, out["y"].Data, 1e-6)
	// Filled statistics have mean 0 and variance 1.
	out, err = open(t, net, Options{Fill: true}).Forward(t.Context(), x)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float32{10, 30}, out["y"].Data, 1e-3)
}

func TestOpenSchema(t *testing.T) {
	const net = `layer { name: "in" type: "Input" top: "x" input_param { shape { dim: 1 } } }
		layer { name: "a" type: "ReLU" bottom: "x" top: "y" relu_param { negative_slop: 0.5 mine: 3 } }`
	n := open(t, net, Options{})
	require.Len(t, n.Warnings(), 2)
	require.Contains(t, n.Warnings()[0], "net.prototxt:2:68: ReLUParameter has no field negative_slop (did you mean negative_slope?)")
	mine, err := schema.Extend("mine.proto", strings.NewReader(`message ReLUParameter { optional int32 mine = 100; optional float negative_slop = 101; }`))
	require.NoError(t, err)
	require.Empty(t, open(t, net, Options{Schema: mine}).Warnings())
}

func TestOpenShapes(t *testing.T) {
	n := open(t, smallNet, Options{Fill: true, Shapes: map[string][]int{"data": {2, 3, 9, 7}}})
	require.Equal(t, []int{2, 3, 9, 7}, n.Graph().Inputs[0].Type.Shape)
	require.Equal(t, []int{2, 5}, n.Graph().Outputs[0].Type.Shape)
	require.Equal(t, 9, n.Preset().Preprocess.CropH)
	require.Equal(t, 7, n.Preset().Preprocess.CropW)

	const bare = `input: "x" layer { name: "fc" type: "InnerProduct" bottom: "x" top: "y" inner_product_param { num_output: 2 } }`
	require.Equal(t, []int{4, 2}, open(t, bare, Options{Shapes: map[string][]int{"x": {4, 3}}}).Graph().Outputs[0].Type.Shape)
	_, err := Open(write(t, "net.prototxt", bare), Options{})
	require.ErrorContains(t, err, `input "x" has no shape`)
	_, err = Open(write(t, "net.prototxt", smallNet), Options{Shapes: map[string][]int{"dta": {1, 3, 6, 6}}})
	require.ErrorContains(t, err, `"dta": no such input; the graph has "data"`)
	_, err = Open(write(t, "net.prototxt", smallNet), Options{Shapes: map[string][]int{"data": {1, 3, 2, 2}}})
	require.ErrorContains(t, err, `layer "conv"`)
	_, err = Open(write(t, "net.prototxt", smallNet), Options{Shapes: map[string][]int{"data": {1, 3, 1 << 20, 1 << 20}}})
	require.ErrorContains(t, err, "more than 2^31-1 elements")
}

func TestDefault(t *testing.T) {
	n, err := Default(Options{})
	require.NoError(t, err)
	require.Empty(t, n.Warnings())
	require.Equal(t, "SE-ResNet-14-Fashion", n.Graph().Name)
	p := n.Preset()
	require.Equal(t, "SE-ResNet-14-Fashion", p.Name)
	require.True(t, p.Preprocess.Gray)
	require.Equal(t, []int{28, 28}, []int{p.Preprocess.CropH, p.Preprocess.CropW})
	require.Equal(t, "Sandal", p.Classes.Names[5])
	require.Empty(t, p.Classes.Order)
}

// TestAssumedPreset shows what is assumed of nets that are not known.
func TestAssumedPreset(t *testing.T) {
	p := open(t, smallNet, Options{}).Preset()
	require.Empty(t, p.Name)
	require.Nil(t, p.Classes)
	require.Equal(t, []float32{104, 117, 123}, p.Preprocess.Mean)
	require.True(t, p.Preprocess.BGR)
	require.Equal(t, []int{6, 6, 7}, []int{p.Preprocess.CropH, p.Preprocess.CropW, p.Preprocess.ResizeShorter})

	p = open(t, smallNet, Options{Shapes: map[string][]int{"data": {1, 3, 224, 192}}}).Preset()
	require.Equal(t, 256, p.Preprocess.ResizeShorter, "as 256 is to 224")

	grey := strings.Replace(smallNet, "dim: 1 dim: 3", "dim: 1 dim: 1", 1)
	p = open(t, grey, Options{}).Preset()
	require.True(t, p.Preprocess.Gray)
	require.Empty(t, p.Preprocess.Mean)
	require.Equal(t, []int{6, 6}, []int{p.Preprocess.FitH, p.Preprocess.FitW})

	thousand := strings.Replace(smallNet, "num_output: 5", "num_output: 1000", 1)
	require.Equal(t, "sorted", open(t, thousand, Options{}).Preset().Classes.Order)

	vector := strings.Replace(thousand, "dim: 6 dim: 6", "", 1)
	vector = strings.Replace(vector, `type: "Convolution" bottom: "data" top: "conv" convolution_param { num_output: 4 kernel_size: 3 }`, `type: "InnerProduct" bottom: "data" top: "conv" inner_product_param { num_output: 4 }`, 1)
	vector = strings.Replace(vector, `type: "Pooling" bottom: "conv" top: "pool" pooling_param { pool: AVE global_pooling: true }`, `type: "ReLU" bottom: "conv" top: "pool"`, 1)
	p = open(t, vector, Options{}).Preset()
	require.Zero(t, p.Preprocess.CropH)
	require.NotNil(t, p.Classes)
}
