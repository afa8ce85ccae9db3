package arch

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// inception is the trunk of BN-Inception: its modules, whose stages are 3 to 5.
type inception []inceptionModule

// inceptionModule is up to four branches over one map, concatenated in the order
// of these fields. Convolutions have a BatchNorm and a ReLU each.
type inceptionModule struct {
	stage  int
	letter string
	// halves gives the branches' last layers stride 2.
	halves bool
	// single is the width of the branch of one 1×1 convolution, 0 for none.
	single int
	// reduce3x3 and out3x3 are the widths of a 1×1 and a 3×3 convolution.
	reduce3x3, out3x3 int
	// reduceDouble and outDouble are the widths of a 1×1 and of each of two 3×3
	// convolutions.
	reduceDouble, outDouble int
	// pool is the method of the 3×3 pooling.
	pool string
	// poolProjection is the width of the 1×1 convolution behind it, 0 for none:
	// the pooled map itself is concatenated.
	poolProjection int
}

// stemOutputs is how many channels the first module reads.
const stemOutputs = 192

func (in inception) stages() []int { return []int{3, 4, 5} }

func (in inception) build(b *builder, bottom string) string {
	channels := stemOutputs
	for _, m := range in {
		bottom = m.build(b, bottom, channels)
		channels = m.outputs(channels)
	}
	return bottom
}

// outputs returns how many channels the module gives.
func (m inceptionModule) outputs(inputs int) int {
	pooled := m.poolProjection
	if pooled == 0 {
		pooled = inputs
	}
	return m.single + m.out3x3 + m.outDouble + pooled
}

func (m inceptionModule) build(b *builder, bottom string, inputs int) string {
	name := fmt.Sprintf("inception_%d%s", m.stage, m.letter)
	concat := name + "/concat"
	branches := m.branches(b, name, bottom)
	b.layer(concat, "Concat", concat, branches...)
	if !b.excites(m.stage) {
		return concat
	}
	gate := b.gate(name, concat, m.outputs(inputs))
	return m.excite(b, name, concat, gate)
}

// branches appends the branches and returns their tops.
func (m inceptionModule) branches(b *builder, name, bottom string) []string {
	stride := unstated
	if m.halves {
		stride = 2
	}
	unit := func(label, bottom string, c convolution) string {
		blob := b.normalized(name+"/"+label, bottom, c)
		b.relu(name+"/relu_"+label, blob)
		return blob
	}
	var tops []string
	if m.single > 0 {
		tops = append(tops, unit("1x1", bottom, convolution{outputs: m.single, kernel: 1}))
	}
	blob := unit("3x3_reduce", bottom, convolution{outputs: m.reduce3x3, kernel: 1})
	tops = append(tops, unit("3x3", blob, convolution{outputs: m.out3x3, kernel: 3, stride: stride}))
	blob = unit("double3x3_reduce", bottom, convolution{outputs: m.reduceDouble, kernel: 1})
	blob = unit("double3x3a", blob, convolution{outputs: m.outDouble, kernel: 3})
	tops = append(tops, unit("double3x3b", blob, convolution{outputs: m.outDouble, kernel: 3, stride: stride}))
	blob = m.pooling(b, name, bottom)
	if m.poolProjection > 0 {
		blob = unit("pool_proj", blob, convolution{outputs: m.poolProjection, kernel: 1})
	}
	return append(tops, blob)
}

// pooling appends the module's pooling. Where it halves the map it is not
// padded: Caffe rounds pooling up, so that it gives the size that the padded
// convolutions give.
func (m inceptionModule) pooling(b *builder, name, bottom string) string {
	if m.halves {
		return b.pool(name+"/pool/3x3_s2", bottom, pooling{method: m.pool, kernel: 3, stride: 2})
	}
	return b.pool(name+"/pool", bottom, pooling{method: m.pool, kernel: 3, stride: 1, pad: 1})
}

// excite appends the product of map and gate. Scale wants the gate as N×C.
func (m inceptionModule) excite(b *builder, name, bottom, gate string) string {
	reshaped := name + "_prob_reshape"
	shape := caffe.NewMessage("BlobShape").Add("dim", []int{0, 0})
	b.layer(reshaped, "Reshape", reshaped, gate).
		Add("reshape_param", caffe.NewMessage("ReshapeParameter").Add("shape", shape))
	output := name + "/output"
	b.layer(name+"_scale", "Scale", output, bottom, reshaped).
		Add("scale_param", caffe.NewMessage("ScaleParameter").Add("axis", 0).Add("bias_term", false))
	return output
}
