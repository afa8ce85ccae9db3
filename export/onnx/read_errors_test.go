package onnx

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A bad file is a model of a map x [2,3,4,5], a row r [3], a number one [1], lists
// of integers and these nodes; its output is y.
type badFile struct {
	ir, opset int64
	nodes     []byte
	output    string
}

func (f badFile) bytes() []byte {
	graph := f.nodes
	for _, t := range []tensor{
		{name: "r", kind: typeFloat, dims: []int{3}, source: ir.Splat(2)},
		{name: "one", kind: typeFloat, dims: []int{1}, source: ir.Splat(1)},
		{name: "w", kind: typeFloat, dims: []int{6, 3, 1, 1}, source: ir.Splat(1)},
		{name: "ones", kind: typeInt64, dims: []int{2}, raw: []byte{1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}},
	} {
		message, err := t.inline()
		if err != nil {
			panic(err)
		}
		graph = appendMessage(graph, graphInitializer, message)
	}
	graph = appendValue(graph, graphInput, "x", []int{2, 3, 4, 5})
	graph = appendValue(graph, graphOutput, f.output, []int{2, 3, 4, 5})
	b := appendInt(nil, modelIRVersion, f.ir)
	b = appendMessage(b, modelGraph, graph)
	return appendMessage(b, modelOpsetImport, appendInt(nil, opsetNumber, f.opset))
}

// newNode returns a node that gives y.
func newNode(op string, in []string, attributes ...attribute) []byte {
	var values []*value
	for _, name := range in {
		values = append(values, &value{name: name})
	}
	return appendNode(nil, op, "n", values, []*value{{name: "y"}}, attributes)
}

func TestReadErrors(t *testing.T) {
	x := []string{"x"}
	pool := func(pads ...int) []attribute {
		return []attribute{intsAttribute("kernel_shape", 2, 2), intsAttribute("pads", pads...), intsAttribute("strides", 2, 2)}
	}
	for _, c := range []struct {
		name string
		node []byte
		want string
	}{
		{"unknown operator", newNode("Erf", x), `node "n" (Erf): is not among the operators that are read`},
		{"unknown attribute", newNode("Relu", x, intAttribute("new", 1)), `has the attribute "new", which is not read`},
		{"no input", newNode("Relu", nil), "has 0 inputs, needs 1 to 1"},
		{"unknown value", newNode("Relu", []string{"z"}), `there is no value "z" of float32 here`},
		{"integers as numbers", newNode("Relu", []string{"ones"}), `constant "ones" has elements of type 7`},
		{"a name twice", append(newNode("Relu", x), newNode("Relu", x)...), `output "y": each needs a name of its own`},
		{"other shape than declared", newNode("Flatten", x), `output "y" is f32[2,60], the file declares [2 3 4 5]`},
		{"broadcast in the middle", newNode("Mul", []string{"x", "r"}), "f32[3] is not broadcast over f32[2,3,4,5] along neighbouring axes"},
		{"asymmetric pads", newNode("Conv", []string{"x", "w"}, intsAttribute("kernel_shape", 1, 1), intsAttribute("pads", 0, 1, 0, 0)), "has pads [0 1 0 0], which differ before and behind"},
		{"too few pads", newNode("Conv", []string{"x", "w"}, intsAttribute("kernel_shape", 1, 1), intsAttribute("pads", 0, 1)), `attribute "pads" has 2 entries, needs 4`},
		{"huge stride", newNode("Conv", []string{"x", "w"}, intsAttribute("kernel_shape", 1, 1), attribute(appendInt(appendInt(newAttribute("strides", kindInts), attributeInts, 1<<40), attributeInts, 1))), `attribute "strides": 1099511627776: more than 2^31-1 elements`},
		{"no filters", newNode("Conv", []string{"x", "r"}), "has filters f32[3]"},
		{"no matrix", newNode("Gemm", []string{"x", "w"}), "needs an input of 2 axes, has f32[2,3,4,5]"},
		{"windows of nobody", newNode("MaxPool", x, pool(0, 0, 1, 3)...), "has pads [0 0 1 3], which make other windows"},
		{"negative pads", newNode("MaxPool", x, pool(0, 0, -1, 0)...), "has pads [0 0 -1 0], which make other windows"},
		{"no windows", newNode("AveragePool", x, intsAttribute("kernel_shape", 9, 9)), "kernel [9 9] does not fit"},
		{"negative kernel", newNode("AveragePool", x, intsAttribute("kernel_shape", -1, 9)), "kernel [-1 9] must not be less than 1"},
		{"ceil", newNode("MaxPool", x, append(pool(0, 0, 0, 0), intAttribute("ceil_mode", 1))...), `has the attribute "ceil_mode", which is not read`},
		{"pads of other axes", newNode("Pad", []string{"x", "ones"}), "has pads [1 1] for f32[2,3,4,5]; one row and one column behind a map are read"},
		{"computed pads", newNode("Pad", []string{"x", "x"}), `input "x" is no constant`},
		{"shape of floats", newNode("Reshape", []string{"x", "r"}), `constant "r" is no list of int64`},
		{"shape of too few", newNode("Reshape", []string{"x", "ones"}), "f32[2,3,4,5] has 120 elements, f32[1,1] has 1"},
		{"power of a row", newNode("Pow", []string{"x", "r"}), `constant "r" must be one number, is f32[3]`},
		{"cast to integers", newNode("Cast", x, intAttribute("to", typeInt64)), "is read for a cast to float32 alone"},
		{"modulo of numbers", newNode("Mod", []string{"x", "ones"}), "is read for the places of MaxPool within their map alone"},
		{"comparison with one", newNode("Greater", []string{"x", "one"}), "is read for a comparison with 0 alone"},
		{"choice", newNode("Where", []string{"x", "x", "one"}), "is read for a stochastic pooling alone"},
		{"constant of a list", newNode("ConstantOfShape", []string{"ones"}), "is read for the shape of a value alone"},
		{"mean over all", newNode("ReduceMean", x, intsAttribute("axes", 0, 1, 2, 3)), "is read for means over all axes of f32[2,3,4,5] but one alone"},
		{"mean over one", newNode("ReduceMean", x, intsAttribute("axes", 0, 0, 0)), "is read for means over all axes of f32[2,3,4,5] but one alone"},
		{"slopes of the width", newNode("PRelu", []string{"x", "x"}), "is read for a slope of each channel"},
		{"axis", newNode("Softmax", x, intAttribute("axis", 4)), "axis 4 is not among the 4 axes"},
		{"flatten", newNode("Flatten", x, intAttribute("axis", -5)), "is none of f32[2,3,4,5]"},
		{"input without a value", newNode("Add", []string{"x", ""}), `there is no value "" of float32 here`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := Read("bad.onnx", badFile{IRVersion, OpsetVersion, c.node, "y"}.bytes())
			require.Nil(t, g)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "bad.onnx: ")
		})
	}
}

func TestReadBadFiles(t *testing.T) {
	good := badFile{IRVersion, OpsetVersion, newNode("Relu", []string{"x"}), "y"}
	_, err := Read("good.onnx", good.bytes())
	require.NoError(t, err)

	other := good
	other.opset = 18
	_, err = Read("bad.onnx", other.bytes())
	require.EqualError(t, err, "bad.onnx: is a model of IR version 8 with operator set 18; 8 with 17 is read")
	other = good
	other.output = "z"
	_, err = Read("bad.onnx", other.bytes())
	require.EqualError(t, err, `bad.onnx: output: there is no value "z" of float32 here`)

	bad := 0
	for n := range good.bytes() {
		if _, err := Read("bad.onnx", good.bytes()[:n]); err != nil {
			bad++
		}
	}
	require.Equal(t, len(good.bytes()), bad, "no part of a file is a file")
	_, err = Read("bad.onnx", []byte{0x3a, 0x7f})
	require.EqualError(t, err, "bad.onnx: offset 0x0: field 7: unexpected EOF")
	_, err = Read("bad.onnx", appendInt(nil, modelGraph, 3))
	require.ErrorContains(t, err, "field 7 has the wire type 0, needs 2")

	many := good
	for range maxNodes {
		many.nodes = append(many.nodes, newNode("Relu", []string{"x"})...)
	}
	_, err = Read("bad.onnx", many.bytes())
	require.EqualError(t, err, "bad.onnx: has 65537 nodes; 65536 may be")
}

// TestReadScaledStatistics reads a BatchNormalization with a scale and a bias, which
// this package does not write, and attributes packed, as newer writers have them.
func TestReadScaledStatistics(t *testing.T) {
	packed := appendMessage(newAttribute("axes", kindInts), attributeInts, []byte{0, 2, 3})
	nodes := newNode("BatchNormalization", []string{"x", "r", "r", "r", "r"}, floatAttribute("epsilon", 0.5))
	nodes = appendNode(nodes, "ReduceMean", "mean", []*value{{name: "y"}}, []*value{{name: "z"}}, []attribute{packed})
	nodes = appendNode(nodes, "Mul", "n", []*value{{name: "x"}, {name: "z"}}, []*value{{name: "p"}}, nil)
	g, err := Read("file.onnx", badFile{IRVersion, OpsetVersion, nodes, "p"}.bytes())
	require.NoError(t, err)
	y := g.Value("y")
	require.Equal(t, ir.Scale{Axis: 1, Bias: true}, y.Def.Op)
	require.Equal(t, ir.BatchNorm{Eps: 0.5, UseGlobalStats: true}, y.Def.In[0].Def.Op)
	require.Equal(t, []int{1, 3, 1, 1}, g.Value("z").Type.Shape)
	require.Equal(t, ir.Scale{Axis: 1, Dynamic: true}, g.Value("p").Def.Op)
}
