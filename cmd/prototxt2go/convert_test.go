package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// TestConvertMetadata holds what a file tells to the files and to the preset.
func TestConvertMetadata(t *testing.T) {
	file := filepath.Join(t.TempDir(), "net.caffemodel")
	require.NoError(t, os.WriteFile(file, []byte("abc"), 0o666))
	sum := onnx.Property{Key: "sha256:net.caffemodel", Value: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}
	c := &convert{}

	senet := prototxt2go.Preset{Name: "SE-ResNet-50", Preprocess: imagenet.SENet(), Classes: imagenet.SENetOrder()}
	have, err := c.metadata(senet, []string{"-", file})
	require.NoError(t, err)
	names := have[len(have)-1]
	require.Equal(t, []onnx.Property{
		sum,
		{Key: "preset", Value: "SE-ResNet-50"},
		{Key: "preprocess.resize_shorter", Value: "256"},
		{Key: "preprocess.crop", Value: "224x224"},
		{Key: "preprocess.channels", Value: "BGR"},
		{Key: "preprocess.mean", Value: "104,117,123"},
		{Key: "preprocess.scale", Value: "1"},
		{Key: "classes.order", Value: "senet"},
	}, have[:len(have)-1])
	require.Equal(t, "classes.names", names.Key)
	require.True(t, strings.HasPrefix(names.Value, `["kit fox, Vulpes macrotis",`), names.Value[:40])

	clothing, err := prototxt2go.Default(prototxt2go.Options{Reference: true})
	require.NoError(t, err)
	have, err = c.metadata(clothing.Preset(), nil)
	require.NoError(t, err)
	require.Equal(t, []onnx.Property{
		{Key: "preset", Value: "SE-ResNet-14-Fashion"},
		{Key: "preprocess.resize", Value: "28x28"},
		{Key: "preprocess.crop", Value: "28x28"},
		{Key: "preprocess.channels", Value: "gray"},
		{Key: "preprocess.mean", Value: "73"},
		{Key: "preprocess.scale", Value: "0.0111"},
		{Key: "classes.names", Value: `["T-shirt/top","Trouser","Pullover","Dress","Coat","Sandal","Shirt","Sneaker","Bag","Ankle boot"]`},
	}, have)

	have, err = c.metadata(prototxt2go.Preset{}, []string{file})
	require.NoError(t, err)
	require.Equal(t, []onnx.Property{sum}, have)
	_, err = c.metadata(prototxt2go.Preset{}, []string{file + "x"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestLargestError(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		want, have []float32
		error      float64
	}{
		{[]float32{1, -2, 3}, []float32{1, -2, 3}, 0},
		{[]float32{1, -4, 3}, []float32{1, -4, 2}, 0.25},
		{[]float32{nan, inf, 2}, []float32{nan, inf, 1}, 0.5},
		{[]float32{nan, 1}, []float32{1, 1}, math.Inf(1)},
		{[]float32{inf, 1}, []float32{1, 1}, math.Inf(1)},
		{[]float32{0, 0}, []float32{0, 1}, math.Inf(1)},
		{[]float32{0, 0}, []float32{0}, math.Inf(1)},
	} {
		x := func(data []float32) *tensor.Tensor { return &tensor.Tensor{Shape: []int{len(data)}, Data: data} }
		one := []float32{1}
		told := largestError(
			map[string]*tensor.Tensor{"same": x(one), "blob": x(c.want)},
			map[string]*tensor.Tensor{"same": x(one), "blob": x(c.have)})
		require.Equal(t, 2, told.Blobs)
		require.Equal(t, c.error, told.MaxError)
		require.Equal(t, "blob", told.Blob)
	}
	told := largestError(map[string]*tensor.Tensor{"a": tensor.New(1)}, nil)
	require.True(t, math.IsInf(told.MaxError, 1))
}
