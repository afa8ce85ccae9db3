package arch

import (
	"slices"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// unstated is the value of a number that the published files leave to Caffe's
// default.
const unstated = 0

// builder appends layers to a net. Its methods return the top of what they
// append, which has the layer's name unless they work in place.
type builder struct {
	net        *caffe.Message
	excitation excitation
}

func newBuilder(name string, e excitation) *builder {
	return &builder{net: caffe.NewMessage("NetParameter").Add("name", name), excitation: e}
}

// layer appends a layer and returns its message, for its parameters.
func (b *builder) layer(name, typeName, top string, bottoms ...string) *caffe.Message {
	l := caffe.NewMessage("LayerParameter").Add("name", name).Add("type", typeName).Add("bottom", bottoms).Add("top", top)
	b.net.Add("layer", l)
	return l
}

func (b *builder) input(name string, dims ...int) string {
	shape := caffe.NewMessage("BlobShape").Add("dim", dims)
	b.layer(name, "Input", name).Add("input_param", caffe.NewMessage("InputParameter").Add("shape", shape))
	return name
}

// convolution is one of an odd kernel, padded so that at stride 1 the map keeps
// its size.
type convolution struct {
	outputs, kernel int
	// stride may be unstated.
	stride int
	groups int // 0 is 1
	bias   bool
}

func (b *builder) convolve(name, bottom string, c convolution) string {
	p := caffe.NewMessage("ConvolutionParameter").Add("num_output", c.outputs)
	if !c.bias {
		p.Add("bias_term", false)
	}
	if c.kernel > 1 {
		p.Add("pad", c.kernel/2)
	}
	p.Add("kernel_size", c.kernel)
	if c.groups > 1 {
		p.Add("group", c.groups)
	}
	if c.stride != unstated {
		p.Add("stride", c.stride)
	}
	b.layer(name, "Convolution", name, bottom).Add("convolution_param", p)
	return name
}

// normalized is a convolution with BatchNorm and Scale in place.
func (b *builder) normalized(name, bottom string, c convolution) string {
	b.convolve(name, bottom, c)
	b.layer(name+"/bn", "BatchNorm", name, name).
		Add("batch_norm_param", caffe.NewMessage("BatchNormParameter").Add("use_global_stats", true))
	b.layer(name+"/bn/scale", "Scale", name, name).
		Add("scale_param", caffe.NewMessage("ScaleParameter").Add("bias_term", true))
	return name
}

// relu works in place.
func (b *builder) relu(name, blob string) { b.layer(name, "ReLU", blob, blob) }

type pooling struct {
	method         string // MAX or AVE
	kernel, stride int
	pad            int // 0 is left unstated
}

func (b *builder) pool(name, bottom string, p pooling) string {
	m := caffe.NewMessage("PoolingParameter").Add("pool", p.method).Add("kernel_size", p.kernel).Add("stride", p.stride)
	if p.pad > 0 {
		m.Add("pad", p.pad)
	}
	b.layer(name, "Pooling", name, bottom).Add("pooling_param", m)
	return name
}

// dropout works in place.
func (b *builder) dropout(name, blob string, ratio float32) {
	b.layer(name, "Dropout", blob, blob).
		Add("dropout_param", caffe.NewMessage("DropoutParameter").Add("dropout_ratio", ratio))
}

func (b *builder) innerProduct(name, bottom string, outputs int) string {
	b.layer(name, "InnerProduct", name, bottom).
		Add("inner_product_param", caffe.NewMessage("InnerProductParameter").Add("num_output", outputs))
	return name
}

// excites tells whether the blocks of a stage have squeeze-and-excitation.
func (b *builder) excites(stage int) bool { return slices.Contains(b.excitation.stages, stage) }

// gate appends squeeze and excitation of a map: its channels' means, two fully
// connected layers as 1×1 convolutions with a ReLU between, and a Sigmoid
// (arXiv:1709.01507, equations 2 and 3). It returns the N×C×1×1 gate.
func (b *builder) gate(block, bottom string, channels int) string {
	squeezed := block + "_global_pool"
	b.layer(squeezed, "Pooling", squeezed, bottom).
		Add("pooling_param", caffe.NewMessage("PoolingParameter").Add("pool", "AVE").Add("engine", "CAFFE").Add("global_pooling", true))
	down := b.convolve(block+"_1x1_down", squeezed, convolution{outputs: channels / b.excitation.reduction, kernel: 1, stride: 1, bias: true})
	b.relu(down+"/relu", down)
	up := b.convolve(block+"_1x1_up", down, convolution{outputs: channels, kernel: 1, stride: 1, bias: true})
	b.layer(block+"_prob", "Sigmoid", up, up)
	return up
}
