package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/prototxt2go/prototxt2go/models/fashion"
	"github.com/prototxt2go/prototxt2go/npy"
)

// run runs the program in this process.
func run(ctx context.Context, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	root := newRoot()
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(args)
	err = root.ExecuteContext(ctx)
	return out.String(), errs.String(), err
}

// samplePicture writes an embedded picture to a file.
func samplePicture(t *testing.T) string {
	samples, err := fashion.Samples()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), samples[0].Name)
	require.NoError(t, os.WriteFile(file, samples[0].Data, 0o600))
	return file
}

// TestInterrupted shows that every command ends with its context, leaves no file,
// and tells nothing as a result.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	picture := samplePicture(t)
	list := filepath.Join(filepath.Dir(picture), "val.txt")
	require.NoError(t, os.WriteFile(list, []byte(filepath.Base(picture)+" 0\n"), 0o600))
	for _, args := range [][]string{
		{"classify", "--json", picture, picture},
		{"classify", picture, picture},
		{"eval", "--list", list},
		{"run", "--image", picture, "--output-dir", filepath.Join(dir, "out")},
	} {
		stdout, stderr, err := run(ctx, args...)
		require.ErrorIs(t, err, context.Canceled, args)
		require.Empty(t, stderr, args)
		require.NotContains(t, stdout, "%", args)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestOfficialNetAtAnotherSize gives an official net an array of 256 by 256: the
// error names the pooling of fixed size and the product that has weights for what
// it gives at 224 by 224.
func TestOfficialNetAtAnotherSize(t *testing.T) {
	net := reftest.Path(t, "official", "SE-ResNet-50.prototxt")
	const want = `layer "pool5/7x7_s1" pools a fixed 7x7 and layer "classifier" has weights for 1x1 of it: this net is made for data as `
	dir := t.TempDir()
	array := filepath.Join(dir, "x.npy")
	var b bytes.Buffer
	require.NoError(t, npy.Write(&b, []int{2, 3, 256, 256}, make([]float32, 2*3*256*256)))
	require.NoError(t, os.WriteFile(array, b.Bytes(), 0o600))
	_, _, err := run(t.Context(), "run", "--model", net, "--fill", "--input", array, "--output-dir", dir)
	require.ErrorContains(t, err, want+"2x3x224x224")
	_, _, err = run(t.Context(), "classify", "--model", net, "--fill", "--shape", "data=1x3x256x256", samplePicture(t))
	require.ErrorContains(t, err, want+"1x3x224x224")
}

// TestImageIsThePreprocessedPicture holds the input that --image makes against
// the reference data's, which comes from OpenCV.
func TestImageIsThePreprocessedPicture(t *testing.T) {
	dir := t.TempDir()
	net := filepath.Join(dir, "net.prototxt")
	require.NoError(t, os.WriteFile(net, []byte(`
		layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 224 dim: 224 } } }
		layer { name: "relu" type: "ReLU" bottom: "data" top: "y" }`), 0o600))
	_, _, err := run(t.Context(), "run", "--model", net, "--image", reftest.Path(t, "reference", "cat256.png"), "--blob", "data", "--output-dir", dir)
	require.NoError(t, err)
	got, err := npy.ReadFile(filepath.Join(dir, "data.npy"))
	require.NoError(t, err)
	require.Equal(t, []int{1, 3, 224, 224}, got.Shape)
	cat, err := npy.ReadFile(reftest.Path(t, "reference", "cat256.npy"))
	require.NoError(t, err)
	mean := []float32{104, 117, 123}
	for c := range 3 {
		for y := range 224 {
			for x := range 224 {
				want := cat.Data[((y+16)*256+x+16)*3+2-c] - mean[c]
				require.Equal(t, want, got.Data[(c*224+y)*224+x])
			}
		}
	}
}

// TestEvalCrops labels noise with what ten crops say: with ten crops all of that is
// right, whatever the batch, and with one crop not.
func TestEvalCrops(t *testing.T) {
	net := filepath.Join(t.TempDir(), "net.prototxt")
	require.NoError(t, os.WriteFile(net, []byte(`name: "Crops"
		layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 3 dim: 4 dim: 4 } } }
		layer { name: "fc" type: "InnerProduct" bottom: "data" top: "fc" inner_product_param { num_output: 10 } }
		layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }`), 0o600))
	n, err := prototxt2go.Open(net, prototxt2go.Options{Fill: true})
	require.NoError(t, err)
	preset := n.Preset()
	preset.Preprocess.ResizeShorter = 6
	c, err := n.Classifier(preset)
	require.NoError(t, err)
	const count = 20
	rng := rand.New(rand.NewPCG(1, 2))
	var images []*imagenet.Image
	for range count {
		img := &imagenet.Image{Width: 8, Height: 8, Pix: make([]uint8, 8*8*3)}
		for i := range img.Pix {
			img.Pix[i] = uint8(rng.UintN(256))
		}
		images = append(images, img)
	}
	answers, err := c.Batch(t.Context(), images, true)
	require.NoError(t, err)
	all := labelled{count, func(i int) (*imagenet.Image, int, error) {
		return images[i], imagenet.TopK(answers[i], 1)[0].Index, nil
	}}
	for _, batch := range []int{1, 7, count, 100} {
		s, err := (&eval{tenCrop: true}).measure(t.Context(), c, all, batch, &cli.Progress{})
		require.NoError(t, err)
		require.Equal(t, []int{count, count, count}, []int{s.Images, s.Top1, s.Top5})
		require.Positive(t, s.PerSecond)
	}
	s, err := (&eval{}).measure(t.Context(), c, all, 7, &cli.Progress{})
	require.NoError(t, err)
	require.Equal(t, count, s.Images)
	require.Less(t, s.Top1, count)
}

func TestBatchSize(t *testing.T) {
	net, err := prototxt2go.Default(prototxt2go.Options{})
	require.NoError(t, err)
	p := net.Preset()
	require.Equal(t, 7, (&eval{batch: 7}).batchSize(p))
	require.Equal(t, 127, (&eval{}).batchSize(p), "100,000 by 28·28")
	require.Equal(t, 12, (&eval{tenCrop: true}).batchSize(p))
	p.Preprocess = imagenet.SENet()
	require.Equal(t, 1, (&eval{}).batchSize(p))
}
