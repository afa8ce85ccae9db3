package onnx_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/ir"
)

// graphs are small graphs for what the nets that Caffe has answered do not have, by
// name. Each is text behind its first line.
var graphs = map[string]string{
	"max outside": `
input %x f32[2,3,9,8]
%y f32[2,3,4,3], %mask f32[2,3,4,3] = Pooling(%x) {Kernel=[2,2] Pad=[0,0] Stride=[3,3] Mask=true} layer "pool"
output %y
output %mask`,
	"max outside on both axes": `
input %x f32[1,2,5,9]
%y f32[1,2,3,4], %mask f32[1,2,3,4] = Pooling(%x) {Kernel=[1,2] Pad=[0,0] Stride=[3,3] Mask=true} layer "pool"
%z f32[1,2,3,4] = ReLU(%y) layer "relu"
output %z
output %mask`,
	"max with pads": `
input %x f32[2,3,8,13]
%y f32[2,3,5,8], %mask f32[2,3,5,8] = Pooling(%x) {Kernel=[3,4] Pad=[1,3] Stride=[2,2] Mask=true} layer "pool"
output %y
output %mask`,
	"max of all with mask": `
input %x f32[2,3,4,5]
%y f32[2,3,1,1], %mask f32[2,3,1,1] = Pooling(%x) {Global=true Mask=true} layer "pool"
output %y
output %mask`,
	"max that leaves windows out": `
input %x f32[1,2,10,10]
%y f32[1,2,3,1] = Pooling(%x) {Kernel=[3,2] Pad=[1,1] Stride=[4,11]} layer "pool"
output %y`,
	"average outside": `
input %x f32[2,3,9,8]
%y f32[2,3,4,3] = Pooling(%x) {Method=AVE Kernel=[2,2] Pad=[0,0] Stride=[3,3]} layer "pool"
output %y`,
	"average far outside": `
input %x f32[1,2,5,9]
%y f32[1,2,3,4] = Pooling(%x) {Method=AVE Kernel=[1,2] Pad=[0,0] Stride=[3,3]} layer "pool"
output %y`,
	"average beyond the padding": `
input %x f32[2,3,8,13]
%y f32[2,3,5,8] = Pooling(%x) {Method=AVE Kernel=[3,4] Pad=[1,3] Stride=[2,2]} layer "pool"
output %y`,
	"average beyond the map": `
input %x f32[2,3,8,7]
%y f32[2,3,4,3] = Pooling(%x) {Method=AVE Kernel=[3,3] Pad=[0,0] Stride=[2,2]} layer "pool"
output %y`,
	"average with a kernel beyond the map": `
input %x f32[2,3,2,2]
%y f32[2,3,1,1] = Pooling(%x) {Method=AVE Kernel=[5,3] Pad=[0,0] Stride=[4,4]} layer "pool"
output %y`,
	"stochastic": `
input %x f32[2,3,8,7]
%y f32[2,3,4,3] = Pooling(%x) {Method=STOCHASTIC Kernel=[3,3] Pad=[0,0] Stride=[2,2]} layer "pool"
output %y`,
	"stochastic outside": `
input %x f32[2,3,9,8]
%y f32[2,3,4,3] = Pooling(%x) {Method=STOCHASTIC Kernel=[2,2] Pad=[0,0] Stride=[3,3]} layer "pool"
output %y`,
	"stochastic of all": `
input %x f32[2,7,3,3]
%y f32[2,7,1,1] = Pooling(%x) {Method=STOCHASTIC Global=true} layer "pool"
output %y`,
	"stored statistics": `
input %x f32[2,3,4,5]
input %flat f32[2,3]
input %one f32[3]
const %m f32[3] = [0.5, -3, 2]
const %v f32[3] = [1, 0, 4]
const %f f32[1] = [2]
const %none f32[1] = [0]
%y f32[2,3,4,5] = BatchNorm(%x, %m, %v, %f) {Eps=0.001 UseGlobalStats=true} layer "bn"
%z f32[2,3,4,5] = BatchNorm(%x, %m, %v, %none) {Eps=0.001 UseGlobalStats=true} layer "bn"
%yflat f32[2,3] = BatchNorm(%flat, %m, %v, %f) {Eps=0.001 UseGlobalStats=true} layer "flat"
%yone f32[3] = BatchNorm(%one, %m, %v, %f) {Eps=0.001 UseGlobalStats=true} layer "one"
output %y
output %z
output %yflat
output %yone`,
	"batch statistics": `
input %x f32[2,3,4,5]
input %line f32[2,3,9]
input %flat f32[5,3]
input %one f32[3]
const %s f32[3] = splat(1)
const %f f32[1] = [1]
%y f32[2,3,4,5] = BatchNorm(%x, %s, %s, %f) {Eps=0.001} layer "bn"
%yline f32[2,3,9] = BatchNorm(%line, %s, %s, %f) {Eps=0.001} layer "line"
%yflat f32[5,3] = BatchNorm(%flat, %s, %s, %f) {Eps=0.001} layer "flat"
%yone f32[3] = BatchNorm(%one, %s, %s, %f) {Eps=0.001} layer "one"
output %y
output %yline
output %yflat
output %yone`,
	"scales": `
input %x f32[2,3,4,5]
input %all f32[2,3,4,5]
input %scalar f32[]
input %middle f32[3,4]
input %last f32[5]
const %c f32[3] = [2, -1, 0.5]
const %k f32[] = [3]
const %b f32[] = [-0.25]
%a f32[2,3,4,5] = Scale(%x, %all) {Dynamic=true} layer "a"
%s f32[2,3,4,5] = Scale(%a, %scalar) {Dynamic=true Axis=9} layer "s"
%m f32[2,3,4,5] = Scale(%s, %middle) {Dynamic=true Axis=1} layer "m"
%l f32[2,3,4,5] = Scale(%m, %last) {Dynamic=true Axis=-1} layer "l"
%ch f32[2,3,4,5] = Scale(%l, %c, %c) {Axis=1 Bias=true ReLU=true} layer "ch"
%y f32[2,3,4,5] = Scale(%ch, %k, %b) {Bias=true} layer "k"
output %l
output %y`,
	"one constant in two shapes": `
input %x f32[2,3,4,5]
input %flat f32[2,3]
const %c f32[3] = [2, -1, 0.5]
%y f32[2,3,4,5] = Scale(%x, %c) {Axis=1} layer "s"
%z f32[2,3] = Scale(%flat, %c) {Axis=1} layer "s"
%p f32[2,3,4,5] = PReLU(%y, %c) layer "p"
%q f32[2,3] = PReLU(%z, %c) layer "p"
output %p
output %q
output %c`,
	"powers": `
input %x f32[2,3]
%sq f32[2,3] = Power(%x) {Power=2 Scale=1} layer "sq"
%root f32[2,3] = Power(%sq) {Power=0.5 Scale=3 Shift=0.5} layer "root"
%inverse f32[2,3] = Power(%root) {Power=-1 Scale=1} layer "inverse"
%same f32[2,3] = Power(%inverse) {Power=1 Scale=1} layer "same"
%constant f32[2,3] = Power(%x) {Power=3 Shift=-2} layer "constant"
%one f32[2,3] = Power(%x) {Scale=3 Shift=-2} layer "one"
output %same
output %constant
output %one`,
	"activations": `
input %x f32[2,3,4]
const %shared f32[] = [0.25]
const %single f32[1] = [-0.5]
%p f32[2,3,4] = PReLU(%x, %shared) {ChannelShared=true} layer "p"
%q f32[2,3,4] = PReLU(%p, %single) {ChannelShared=true} layer "q"
%l f32[2,3,4] = ReLU(%q) {NegativeSlope=-0.1} layer "l"
%s f32[2,3,4] = Sigmoid(%l) layer "s"
%front f32[2,3,4] = Softmax(%s) {} layer "front"
%back f32[2,3,4] = Softmax(%s) {Axis=-1} layer "back"
output %front
output %back`,
	"products": `
input %x f32[2,3,4,5]
const %w0 f32[7,120] = rand(1)
const %w2 f32[20,6] = rand(2)
const %b f32[6] = rand(3)
const %w1 f32[4,60] = rand(4)
%all f32[7] = InnerProduct(%x, %w0) {} layer "all"
%some f32[2,3,6] = InnerProduct(%x, %w2, %b) {Axis=-2 Transpose=true Bias=true ReLU=true} layer "some"
%row f32[2,4] = InnerProduct(%x, %w1) {Axis=1} layer "row"
output %all
output %some
output %row`,
	"convolutions": `
input %x f32[2,3,4,7]
input %w f32[2,3,2,3]
const %line f32[6,2,3] = rand(1)
const %b f32[6] = rand(2)
const %whole f32[5,2,2,2,2] = rand(3)
const %point f32[4,7] = rand(4)
const %dilated f32[6,1,2,3] = rand(5)
%computed f32[2,2,3,5] = Convolution(%x, %w) {Axis=1 Kernel=[2,3] Pad=[0,0] Stride=[1,1] Dilation=[1,1] Group=1} layer "computed"
%rows f32[2,3,6,3] = Convolution(%x, %line, %b) {Axis=2 Kernel=[3] Pad=[1] Stride=[3] Dilation=[1] Group=2 Bias=true} layer "rows"
%volume f32[5,2,3,6] = Convolution(%x, %whole) {Axis=0 Kernel=[2,2,2] Pad=[0,0,0] Stride=[1,1,1] Dilation=[1,1,1] Group=1} layer "volume"
%points f32[2,3,4,4] = Convolution(%x, %point) {Axis=3 Kernel=[] Pad=[] Stride=[] Dilation=[] Group=1} layer "points"
%sum f32[2,3,4,4] = Convolution(%x, %point, %points) {Axis=3 Kernel=[] Pad=[] Stride=[] Dilation=[] Group=1 Residual=true ReLU=true} layer "sum"
%grouped f32[2,6,5,5] = Convolution(%x, %dilated, %b) {Axis=1 Kernel=[2,3] Pad=[2,1] Stride=[1,1] Dilation=[3,2] Group=3 Bias=true} layer "grouped"
output %computed
output %rows
output %volume
output %sum
output %grouped`,
	"joins": `
input %a f32[2,3]
input %b f32[2,3]
input %c f32[2,3]
%product f32[2,3] = Eltwise(%a, %b, %c) {ReLU=true} layer "product"
%single f32[2,3] = Eltwise(%a) {Operation=SUM} layer "single"
%sum f32[2,3] = Eltwise(%a, %b) {Operation=SUM Coeff=[0.5,-1] ReLU=true} layer "sum"
%many f32[2,3] = Eltwise(%a, %b, %c) {Operation=SUM Coeff=[1,2,-0.25]} layer "many"
%largest f32[2,3] = Eltwise(%a, %b, %c) {Operation=MAX} layer "largest"
%joined f32[8,3] = Concat(%product, %sum, %many, %largest) {Axis=-2} layer "joined"
output %single
output %joined`,
	"shapes": `
input %x f32[2,3,4,5]
%f f32[2,60] = Flatten(%x) {Axis=1 EndAxis=-1} layer "f"
%g f32[2,12,5] = Flatten(%x) {Axis=1 EndAxis=2} layer "g"
%h f32[2,1,12,5] = Flatten(%g) {Axis=1} layer "h"
%r f32[2,3,20] = Reshape(%h) {Shape=[2,3,-1] NumAxes=-1} layer "r"
%s f32[2,3,20,1] = Reshape(%r) {Shape=[1] Axis=-1} layer "s"
%t f32[2,3,20,1], %u f32[2,3,20,1] = Split(%s) {Outputs=2} layer "t"
%d f32[2,3,20,1] = Dropout(%t) {Ratio=0.3} layer "d"
%e f32[2,3,20,1] = Dropout(%u) {Ratio=0.3 ScaleTrain=true} layer "e"
output %f
output %d
output %e`,
	"excitations": `
input %x f32[2,6,5,4]
input %shortcut f32[2,6,5,4]
input %gate f32[2,6]
input %pixel f32[2,6,1,1]
const %w1 f32[3,6] = rand(1)
const %b1 f32[3] = rand(2)
const %w2 f32[6,3] = rand(3)
const %b2 f32[6] = rand(4)
%bare f32[2,6,5,4] = SqueezeExcite(%x, %w1, %w2) layer "bare"
%all f32[2,6,5,4] = SqueezeExcite(%x, %w1, %b1, %w2, %b2, %shortcut) {ReduceBias=true ExpandBias=true Residual=true ReLU=true} layer "all"
%flat f32[2,6,5,4] = Axpy(%gate, %x, %shortcut) {ReLU=true} layer "flat"
%square f32[2,6,5,4] = Axpy(%pixel, %x, %shortcut) layer "square"
output %bare
output %all
output %flat
output %square`,
	"inputs and constants as outputs": `
input %x f32[2,3]
input %"not used" f32[4]
const %c f32[2,3] = [1,2,3,4,5,6]
%y f32[2,3] = Eltwise(%x, %c) {Operation=SUM} layer "y"
%z f32[2,3] = ReLU(%c) layer "z"
output %x
output %c
output %y
output %z`,
	"names": `
input %"a b" f32[2,3]
input %"Y#2" f32[2,3]
const %"Y/Mul" f32[] = [2]
const %"s/scale" f32[] = [3]
%Y f32[2,3] = Power(%"a b") {Power=2 Scale=0.5 Shift=1} layer "s"
%Z f32[2,3] = Scale(%Y, %"Y/Mul", %"s/scale") {Bias=true} layer "s"
%W f32[2,3] = Eltwise(%Z, %"Y#2") {} layer ""
output %W`,
}

func parse(t testing.TB, text string) *ir.Graph {
	t.Helper()
	g, err := ir.Parse("test.ir", "graph \"test\""+text, nil)
	require.NoError(t, err)
	return g
}

// TestReadGraphs reads the small graphs back, as they are and with weights of
// float16.
func TestReadGraphs(t *testing.T) {
	for name, text := range graphs {
		t.Run(name, func(t *testing.T) {
			g := parse(t, text)
			require.NoError(t, onnx.Check(g))
			inputs := randomInputs(g)
			requireNear(t, execute(t, g, inputs), execute(t, roundTrip(t, g, onnx.Options{}), inputs), roundTripTolerance)
			halved, err := onnx.Halve(g)
			require.NoError(t, err)
			requireNear(t, execute(t, halved, inputs), execute(t, roundTrip(t, halved, onnx.Options{}), inputs), roundTripTolerance)
		})
	}
}

// runtimeTolerance allows for sums of some hundred products in float32.
const runtimeTolerance = 1e-5

// TestRuntimesAnswerGraphs holds onnxruntime to the reference executor on the small
// graphs, as they are and with weights of float16, and has ONNX's checker look.
func TestRuntimesAnswerGraphs(t *testing.T) {
	node(t)
	dir := t.TempDir()
	var jobs []*job
	var written []*ir.Graph
	var paths []string
	for name, text := range graphs {
		g := parse(t, text)
		halved, err := onnx.Halve(g)
		require.NoError(t, err)
		for suffix, g := range map[string]*ir.Graph{"": g, ".fp16": halved} {
			path := filepath.Join(dir, strings.ReplaceAll(name, " ", "_")+suffix+".onnx")
			writeModel(t, path, g, onnx.Options{})
			written, paths = append(written, g), append(paths, path)
			jobs = append(jobs, &job{path, []*jobRun{newRun(t, randomInputs(g), names(g.Outputs)...)}})
		}
	}
	runModels(t, jobs)
	for i, g := range written {
		t.Run(filepath.Base(paths[i]), func(t *testing.T) {
			requireNear(t, execute(t, g, randomInputs(g)), jobs[i].Runs[0].results, runtimeTolerance)
		})
	}
	checkModels(t, paths)
}
