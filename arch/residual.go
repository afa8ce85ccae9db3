package arch

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// residual is the trunk of ResNets and ResNeXts: four stages, conv2_x to conv5_x,
// of bottleneck blocks (1×1 reduce, 3×3, 1×1 increase, plus a shortcut). Every
// stage has twice the widths of the one before, and but for the first halves the
// map in its first block.
type residual struct {
	blocks [4]int
	// groups and groupWidth are cardinality and width of conv2_x's 3×3
	// convolutions, as in "32×4d"; a ResNet is 1×64d.
	groups, groupWidth int
	// halvedReduce gives the reducing convolution half the channels of the 3×3
	// one, not as many.
	halvedReduce bool
	strideAt     strided
	// downsampling is the kernel of the shortcuts that halve the map. conv2_1's,
	// which keeps it, is 1×1 always; and all are named "1x1_proj" nevertheless.
	downsampling int
}

// strided is the convolution that halves the map in the first block of a stage.
type strided int

const (
	// reduceConvolution is the first 1×1, as in the original ResNets.
	reduceConvolution strided = iota
	// spatialConvolution is the 3×3.
	spatialConvolution
)

// increasedOutputs is how many channels the blocks of conv2_x give.
const increasedOutputs = 256

func (r residual) stages() []int { return []int{2, 3, 4, 5} }

func (r residual) build(b *builder, bottom string) string {
	for i, stage := range r.stages() {
		for n := range r.blocks[i] {
			bottom = r.block(b, stage, n+1, bottom)
		}
	}
	return bottom
}

// block appends the nth block of a stage, counted from 1.
func (r residual) block(b *builder, stage, n int, bottom string) string {
	name := fmt.Sprintf("conv%d_%d", stage, n)
	outputs := increasedOutputs << (stage - 2)
	stride := 1
	if n == 1 && stage > 2 {
		stride = 2
	}
	residue := r.bottleneck(b, name, bottom, stage, stride)
	gate := ""
	if b.excites(stage) {
		gate = b.gate(name, residue, outputs)
	}
	shortcut := bottom
	if n == 1 {
		shortcut = r.projection(b, name, bottom, convolution{outputs: outputs, stride: stride})
	}
	if gate != "" {
		b.layer(name, "Axpy", name, gate, residue, shortcut)
	} else {
		b.layer(name, "Eltwise", name, residue, shortcut).
			Add("eltwise_param", caffe.NewMessage("EltwiseParameter").Add("operation", "SUM"))
	}
	b.relu(name+"/relu", name)
	return name
}

// bottleneck appends a block's three convolutions, of which the last has no ReLU.
func (r residual) bottleneck(b *builder, name, bottom string, stage, stride int) string {
	width := r.groups * r.groupWidth << (stage - 2)
	reduce := convolution{outputs: width, kernel: 1, stride: 1}
	if r.halvedReduce {
		reduce.outputs /= 2
	}
	spatial := convolution{outputs: width, kernel: 3, stride: 1, groups: r.groups}
	if r.strideAt == reduceConvolution {
		reduce.stride = stride
	} else {
		spatial.stride = stride
	}
	blob := b.normalized(name+"_1x1_reduce", bottom, reduce)
	b.relu(blob+"/relu", blob)
	blob = b.normalized(name+"_3x3", blob, spatial)
	b.relu(blob+"/relu", blob)
	return b.normalized(name+"_1x1_increase", blob, convolution{outputs: increasedOutputs << (stage - 2), kernel: 1, stride: 1})
}

// projection appends the shortcut of the first block of a stage, and sets the
// kernel by the stride.
func (r residual) projection(b *builder, name, bottom string, c convolution) string {
	c.kernel = 1
	if c.stride > 1 {
		c.kernel = r.downsampling
	}
	return b.normalized(name+"_1x1_proj", bottom, c)
}
