package arch

// architecture is all that makes one published net differ from the others.
type architecture struct {
	// name is the file's name, and the net's if its options are not the
	// published ones.
	name string
	// title is the net's name inside the published file.
	title string
	// plain is the net's name without squeeze-and-excitation.
	plain string
	stem  []stemConvolution
	trunk trunk
	// dropout is the ratio of the dropout before the classifier, 0 for none.
	dropout float32
}

// trunk is what lies between the stem and the last pooling.
type trunk interface {
	// stages returns the numbers of the stages, ascending.
	stages() []int
	// build emits the layers that read the bottom, and returns the last top.
	build(b *builder, bottom string) string
}

// stemConvolution is a convolution of the stem with its normalization and ReLU.
type stemConvolution struct {
	name, relu              string
	outputs, kernel, stride int
	// pool is the name of the 3×3 maximum pooling of stride 2 behind it, or "".
	pool string
}

// The table. Depth counts the convolutions and the classifier on the longest way
// that leaves squeeze-and-excitation and shortcuts out: 50 = 1 + 3·(3+4+6+3) + 1.
//
// Block counts of ResNets are those of arXiv:1512.03385, table 1; cardinality and
// width of ResNeXts, 32×4d, those of arXiv:1611.05431, table 1. Both are in
// arXiv:1709.01507, table 1, as well, beside the reduction of 16.
var architectures = []architecture{
	{
		name: "SE-BN-Inception", title: "SE-BN-Inception", plain: "BN-Inception",
		stem: inceptionStem, trunk: inception(inceptionModules),
	},
	{
		name: "SE-ResNet-50", title: "SE-ResNet-50", plain: "ResNet-50",
		stem: resNetStem, trunk: residual{blocks: [4]int{3, 4, 6, 3}, groups: 1, groupWidth: 64, strideAt: reduceConvolution, downsampling: 1},
	},
	{
		name: "SE-ResNet-101", title: "SE-ResNet-101", plain: "ResNet-101",
		stem: resNetStem, trunk: residual{blocks: [4]int{3, 4, 23, 3}, groups: 1, groupWidth: 64, strideAt: reduceConvolution, downsampling: 1},
	},
	{
		name: "SE-ResNet-152", title: "SE-ResNet-152", plain: "ResNet-152",
		stem: resNetStem, trunk: residual{blocks: [4]int{3, 8, 36, 3}, groups: 1, groupWidth: 64, strideAt: reduceConvolution, downsampling: 1},
	},
	{
		name: "SE-ResNeXt-50", title: "SE-ResNeXt-50 (32 x 4d)", plain: "ResNeXt-50",
		stem: resNetStem, trunk: residual{blocks: [4]int{3, 4, 6, 3}, groups: 32, groupWidth: 4, strideAt: spatialConvolution, downsampling: 1},
	},
	{
		name: "SE-ResNeXt-101", title: "SE-ResNeXt-101 (32 x 4d)", plain: "ResNeXt-101",
		stem: resNetStem, trunk: residual{blocks: [4]int{3, 4, 23, 3}, groups: 32, groupWidth: 4, strideAt: spatialConvolution, downsampling: 1},
	},
	// The authors' entry to ILSVRC 2017: ResNeXt-152 of 64×4d in which the first
	// convolution of each block has half the width, three 3×3 convolutions stand
	// for the first 7×7 (hence 154), a 3×3 for each 1×1 shortcut of stride 2, and
	// dropout of 0.2 precedes the classifier (arXiv:1709.01507, appendix).
	{
		name: "SENet-154", title: "SENet", plain: "ResNeXt-154",
		stem: deepStem, trunk: residual{blocks: [4]int{3, 8, 36, 3}, groups: 64, groupWidth: 4, halvedReduce: true, strideAt: spatialConvolution, downsampling: 3},
		dropout: 0.2,
	},
}

var resNetStem = []stemConvolution{
	{name: "conv1/7x7_s2", relu: "conv1/relu_7x7_s2", outputs: 64, kernel: 7, stride: 2, pool: "pool1/3x3_s2"},
}

var deepStem = []stemConvolution{
	{name: "conv1_1/3x3_s2", relu: "conv1_1/relu_3x3_s2", outputs: 64, kernel: 3, stride: 2},
	{name: "conv1_2/3x3", relu: "conv1_2/relu_3x3", outputs: 64, kernel: 3, stride: 1},
	{name: "conv1_3/3x3", relu: "conv1_3/relu_3x3", outputs: 128, kernel: 3, stride: 1, pool: "pool1/3x3_s2"},
}

// Unlike ResNet's, its file names the first ReLU without the stride, and leaves
// strides of 1 unstated.
var inceptionStem = []stemConvolution{
	{name: "conv1/7x7_s2", relu: "conv1/relu_7x7", outputs: 64, kernel: 7, stride: 2, pool: "pool1/3x3_s2"},
	{name: "conv2/3x3_reduce", relu: "conv2/relu_3x3_reduce", outputs: 64, kernel: 1, stride: unstated},
	{name: "conv2/3x3", relu: "conv2/relu_3x3", outputs: 192, kernel: 3, stride: unstated, pool: "pool2/3x3_s2"},
}

// inceptionModules are BN-Inception's (arXiv:1502.03167, figure 5) with the widths
// of the published file. 3c and 4e halve the map: they have neither a 1×1 branch
// nor a projection of what they pool.
var inceptionModules = []inceptionModule{
	{stage: 3, letter: "a", single: 64, reduce3x3: 64, out3x3: 64, reduceDouble: 64, outDouble: 96, pool: "AVE", poolProjection: 32},
	{stage: 3, letter: "b", single: 64, reduce3x3: 64, out3x3: 96, reduceDouble: 64, outDouble: 96, pool: "AVE", poolProjection: 64},
	{stage: 3, letter: "c", halves: true, reduce3x3: 128, out3x3: 160, reduceDouble: 64, outDouble: 96, pool: "MAX"},
	{stage: 4, letter: "a", single: 224, reduce3x3: 64, out3x3: 96, reduceDouble: 96, outDouble: 128, pool: "AVE", poolProjection: 128},
	{stage: 4, letter: "b", single: 192, reduce3x3: 96, out3x3: 128, reduceDouble: 96, outDouble: 128, pool: "AVE", poolProjection: 128},
	{stage: 4, letter: "c", single: 160, reduce3x3: 128, out3x3: 160, reduceDouble: 128, outDouble: 160, pool: "AVE", poolProjection: 128},
	{stage: 4, letter: "d", single: 96, reduce3x3: 128, out3x3: 192, reduceDouble: 160, outDouble: 192, pool: "AVE", poolProjection: 128},
	{stage: 4, letter: "e", halves: true, reduce3x3: 128, out3x3: 192, reduceDouble: 192, outDouble: 256, pool: "MAX"},
	{stage: 5, letter: "a", single: 352, reduce3x3: 192, out3x3: 320, reduceDouble: 160, outDouble: 224, pool: "AVE", poolProjection: 128},
	{stage: 5, letter: "b", single: 352, reduce3x3: 192, out3x3: 320, reduceDouble: 192, outDouble: 224, pool: "MAX", poolProjection: 128},
}
