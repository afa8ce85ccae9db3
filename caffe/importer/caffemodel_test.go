package importer

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// throughBinary writes a net as a caffemodel and reads it back.
func throughBinary(t *testing.T, net *caffe.Net) *caffe.Net {
	var b bytes.Buffer
	warnings, err := net.WriteBinary(&b)
	require.NoError(t, err)
	require.Empty(t, warnings)
	back, err := caffe.Read("net.caffemodel", b.Bytes(), caffe.Options{})
	require.NoError(t, err)
	return back
}

// squeezeExcite is a net with every kind of weight, a squeeze-excitation block
// and blobs that are overwritten in place.
var squeezeExcite = "name: 'small'\n" + input("data", 1, 3, 9, 9) +
	line("conv1", "Convolution", "data", "conv1", "convolution_param { num_output: 8 kernel_size: 3 pad: 1 stride: 2 weight_filler { type: 'msra' } }") +
	line("bn1", "BatchNorm", "conv1", "conv1", "batch_norm_param { eps: 0.001 }") +
	line("scale1", "Scale", "conv1", "conv1", "scale_param { bias_term: true }") +
	line("relu1", "ReLU", "conv1", "conv1", "") +
	line("pool", "Pooling", "conv1", "pool", "pooling_param { pool: AVE global_pooling: true }") +
	line("down", "Convolution", "pool", "down", "convolution_param { num_output: 2 kernel_size: 1 weight_filler { type: 'msra' } }") +
	line("prelu", "PReLU", "down", "down", "") +
	line("up", "Convolution", "down", "up", "convolution_param { num_output: 8 kernel_size: 1 weight_filler { type: 'msra' } }") +
	line("gate", "Sigmoid", "up", "up", "") +
	line("axpy", "Axpy", "up conv1 conv1", "sum", "") +
	line("fc", "InnerProduct", "sum", "fc", "inner_product_param { num_output: 5 weight_filler { type: 'xavier' } }") +
	line("prob", "Softmax", "fc", "prob", "")

// places are what the text of a graph tells of files.
var places = regexp.MustCompile(` at "[^"]*"|file\("[^"]*"`)

// TestCaffemodelAlone shows that a net and the caffemodel made of it are the same
// graph with the same elements.
func TestCaffemodelAlone(t *testing.T) {
	net := read(t, squeezeExcite)
	r := imported(t, net, Options{Fill: true})
	for _, w := range r.Weights {
		for _, v := range w.Blobs {
			w.Layer.Blobs = append(w.Layer.Blobs, &caffe.Blob{Shape: v.Type.Shape, Reader: v.Const.Source})
		}
	}
	back := imported(t, throughBinary(t, net), Options{})
	require.Empty(t, back.Missing)
	require.Empty(t, back.Reshaped)
	require.Equal(t, r.Graph.Fingerprint(), back.Graph.Fingerprint())
	text := places.ReplaceAllString(r.Graph.String(), "")
	require.Equal(t, 14, strings.Count(text, "\nconst "))
	require.Equal(t, text, places.ReplaceAllString(back.Graph.String(), ""))
}
