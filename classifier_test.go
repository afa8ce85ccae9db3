package prototxt2go

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/models/fashion"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// photo returns a picture whose pixels differ.
func photo(width, height int) *imagenet.Image {
	img := &imagenet.Image{Width: width, Height: height, Pix: make([]uint8, 3*width*height)}
	for i := range img.Pix {
		img.Pix[i] = uint8(i * i * 31 / 7)
	}
	return img
}

func TestClassifierErrors(t *testing.T) {
	const input = `layer { name: "in" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 4 dim: 4 } } } `
	const second = `layer { name: "in2" type: "Input" top: "more" input_param { shape { dim: 1 dim: 3 dim: 4 dim: 4 } } } `
	const pool = `layer { name: "p" type: "Pooling" bottom: "data" top: "p" pooling_param { pool: AVE global_pooling: true } } `
	for _, c := range []struct {
		name, net string
		change    func(*Preset)
		want      string
	}{
		{"two inputs", input + second + `layer { name: "s" type: "Eltwise" bottom: "data" bottom: "more" top: "s" }`, nil,
			`a picture needs a net with one input N×C×H×W; this one has "data" f32[1,3,4,4], "more" f32[1,3,4,4]`},
		{"a vector", strings.Replace(input, "dim: 4 dim: 4", "", 1) + `layer { name: "r" type: "ReLU" bottom: "data" top: "r" }`, nil,
			`a picture needs a net with one input N×C×H×W; this one has "data" f32[1,3]`},
		{"maps", input + `layer { name: "r" type: "ReLU" bottom: "data" top: "r" }`, nil,
			`classes need a net with one output N×C of probabilities; this one has "r" f32[1,3,4,4]`},
		{"two outputs", input + pool + `layer { name: "r" type: "ReLU" bottom: "p" top: "r" } layer { name: "q" type: "ReLU" bottom: "p" top: "q" }`, nil,
			`classes need a net with one output N×C of probabilities; this one has "r" f32[1,3,1,1], "q" f32[1,3,1,1]`},
		{"nothing but an input", input, nil, `classes need a net with one output N×C of probabilities; this one has "data" f32[1,3,4,4]`},
		{"five channels", strings.Replace(input, "dim: 3", "dim: 5", 1) + pool, nil, `pictures of 3 channels do not fit input "data" of 5`},
		{"grey", input + pool, func(p *Preset) { p.Preprocess.Gray = true }, `pictures of 1 channels do not fit input "data" of 3`},
		{"names", input + pool, func(p *Preset) { p.Classes = imagenet.SENetOrder() }, `there are 1000 class names, but output "p" has 3 classes`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := open(t, c.net, Options{})
			p := n.Preset()
			if c.change != nil {
				c.change(&p)
			}
			_, err := n.Classifier(p)
			require.ErrorContains(t, err, c.want)
			if c.change == nil {
				_, err = n.Classify(t.Context(), photo(8, 8), 5)
				require.ErrorContains(t, err, c.want)
			}
		})
	}
}

func classifier(t *testing.T, text string) *Classifier {
	n := open(t, text, Options{Fill: true})
	p := n.Preset()
	p.Preprocess.Scale = 1. / 64
	c, err := n.Classifier(p)
	require.NoError(t, err)
	return c
}

// TestBatch shows that a picture's answer is the same alone and in a batch, is the
// net's own for the prepared picture, and is cut from outputs of N×C×1×1 too.
func TestBatch(t *testing.T) {
	conv := strings.Replace(smallNet, `type: "InnerProduct" bottom: "pool" top: "fc" inner_product_param { num_output: 5 }`,
		`type: "Convolution" bottom: "pool" top: "fc" convolution_param { num_output: 5 kernel_size: 1 }`, 1)
	for _, text := range []string{smallNet, conv} {
		c := classifier(t, text)
		require.Equal(t, 5, c.Classes())
		images := []*imagenet.Image{photo(9, 13), photo(20, 8), photo(6, 6)}
		all, err := c.Batch(t.Context(), images, false)
		require.NoError(t, err)
		require.Len(t, all, 3)
		for i, img := range images {
			alone, err := c.Probabilities(t.Context(), img)
			require.NoError(t, err)
			require.Equal(t, alone, all[i])
			data, err := c.preset.Preprocess.Tensor(img)
			require.NoError(t, err)
			out := forward(t, c.net, &tensor.Tensor{Shape: []int{1, 3, 6, 6}, Data: data})
			require.Equal(t, out["prob"].Data, alone)
		}
		require.NotEqual(t, all[0], all[1])
	}
}

// TestTenCrop shows that the answer for ten crops is the mean of their answers.
func TestTenCrop(t *testing.T) {
	c := classifier(t, smallNet)
	images := []*imagenet.Image{photo(9, 13), photo(20, 8)}
	all, err := c.Batch(t.Context(), images, true)
	require.NoError(t, err)
	for i, img := range images {
		crops, err := c.preset.Preprocess.TenCrop(img)
		require.NoError(t, err)
		require.Len(t, crops, 10)
		sums := make([]float64, 5)
		for _, data := range crops {
			out := forward(t, c.net, &tensor.Tensor{Shape: []int{1, 3, 6, 6}, Data: data})
			for j, p := range out["prob"].Data {
				sums[j] += float64(p)
			}
		}
		for j, s := range sums {
			require.Equal(t, float32(s/10), all[i][j])
		}
		single, err := c.Probabilities(t.Context(), img)
		require.NoError(t, err)
		require.NotEqual(t, single, all[i])
	}
}

func TestBatchErrors(t *testing.T) {
	c := classifier(t, smallNet)
	_, err := c.Batch(t.Context(), nil, false)
	require.EqualError(t, err, "a batch needs a picture")
	c.preset.Preprocess.ResizeShorter = 0
	for _, tenCrop := range []bool{false, true} {
		_, err = c.Batch(t.Context(), []*imagenet.Image{photo(9, 9), photo(5, 5)}, tenCrop)
		require.ErrorContains(t, err, "smaller than the crop")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.Probabilities(ctx, photo(9, 9))
	require.ErrorIs(t, err, context.Canceled)
	c.preset.Preprocess.CropH, c.preset.Preprocess.CropW = 2, 2
	_, err = c.Probabilities(t.Context(), photo(9, 9))
	require.ErrorContains(t, err, `layer "conv"`)
}

// TestTop names classes where the preset does, and only as many as there are.
func TestTop(t *testing.T) {
	c := classifier(t, smallNet)
	probabilities := []float32{0.1, 0.4, 0.1, 0.35, 0.05}
	require.Equal(t, []Prediction{{1, "", 0.4}, {3, "", 0.35}}, c.Top(probabilities, 2))
	c.preset.Classes = &imagenet.Classes{Names: []string{"a", "b", "c", "d", "e"}}
	require.Equal(t, []Prediction{{1, "b", 0.4}, {3, "d", 0.35}, {0, "a", 0.1}}, c.Top(probabilities, 3))
	require.Len(t, c.Top(probabilities, 50), 5)
	require.Empty(t, c.Top(probabilities, 0))
}

// TestClassifySamples names all embedded pictures as their files do.
func TestClassifySamples(t *testing.T) {
	n, err := Default(Options{})
	require.NoError(t, err)
	samples, err := fashion.Samples()
	require.NoError(t, err)
	require.Len(t, samples, 10)
	for _, s := range samples {
		img, err := imagenet.Decode(bytes.NewReader(s.Data))
		require.NoError(t, err)
		predictions, err := n.Classify(t.Context(), img, 3)
		require.NoError(t, err)
		require.Len(t, predictions, 3)
		require.Equal(t, int(s.Name[0]-'0'), predictions[0].Index, s.Name)
		require.Equal(t, fashion.Classes().Names[predictions[0].Index], predictions[0].Name)
	}
}
