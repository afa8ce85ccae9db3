package importer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// TestSchemaOfOtherTypes reads each layer's parameters by a user's schema that
// gives one of them a type which the layer does not take.
func TestSchemaOfOtherTypes(t *testing.T) {
	tests := []struct{ layerType, param, message, field string }{
		{"BatchNorm", "batch_norm_param", "BatchNormParameter", "eps"},
		{"Concat", "concat_param", "ConcatParameter", "axis"},
		{"Convolution", "convolution_param", "ConvolutionParameter", "group"},
		{"Dropout", "dropout_param", "DropoutParameter", "dropout_ratio"},
		{"Eltwise", "eltwise_param", "EltwiseParameter", "coeff"},
		{"Flatten", "flatten_param", "FlattenParameter", "axis"},
		{"InnerProduct", "inner_product_param", "InnerProductParameter", "bias_term"},
		{"Pooling", "pooling_param", "PoolingParameter", "kernel_size"},
		{"Power", "power_param", "PowerParameter", "power"},
		{"PReLU", "prelu_param", "PReLUParameter", "channel_shared"},
		{"ReLU", "relu_param", "ReLUParameter", "negative_slope"},
		{"Reshape", "reshape_param", "ReshapeParameter", "axis"},
		{"Scale", "scale_param", "ScaleParameter", "num_axes"},
		{"Softmax", "softmax_param", "SoftmaxParameter", "axis"},
	}
	for _, test := range tests {
		t.Run(test.layerType, func(t *testing.T) {
			s, err := schema.Extend("own.proto", strings.NewReader(fmt.Sprintf("message %s { repeated string %s = 1; }", test.message, test.field)))
			require.NoError(t, err)
			text := input("x", 1) + line("l", test.layerType, "x", "y", fmt.Sprintf("%s { %s: 'a' }", test.param, test.field))
			net, err := caffe.Read("net.prototxt", []byte(text), caffe.Options{Schema: s})
			require.NoError(t, err)
			_, err = Import(net, Options{})
			require.EqualError(t, err, fmt.Sprintf(`net.prototxt:2:7: layer "l": %s: %s is a string in this schema, which the layer does not take`, test.param, test.field))
		})
	}
}
