package importer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/ir"
)

// line writes a layer on a line of its own. Its brace is in column 7, which is
// where errors find it. Blobs are separated by spaces.
func line(name, layerType, bottoms, tops, rest string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "layer { name: %q type: %q", name, layerType)
	for _, bottom := range strings.Fields(bottoms) {
		fmt.Fprintf(&b, " bottom: %q", bottom)
	}
	for _, top := range strings.Fields(tops) {
		fmt.Fprintf(&b, " top: %q", top)
	}
	return b.String() + " " + rest + " }\n"
}

// input writes an Input layer of the blob's name.
func input(blob string, dims ...int) string {
	var b strings.Builder
	for _, d := range dims {
		fmt.Fprintf(&b, " dim: %d", d)
	}
	return line(blob, "Input", "", blob, "input_param { shape {"+b.String()+" } }")
}

func read(t testing.TB, text string) *caffe.Net {
	net, err := caffe.Read("net.prototxt", []byte(text), caffe.Options{})
	require.NoError(t, err)
	return net
}

// weights reads a net that is loaded for its blobs, under a file's name.
func weights(t testing.TB, file, text string) *caffe.Net {
	net, err := caffe.Read(file, []byte(text), caffe.Options{})
	require.NoError(t, err)
	return net
}

// blob writes a blob of ascending numbers from first on.
func blob(first float32, dims ...int) string {
	var shape strings.Builder
	for _, d := range dims {
		fmt.Fprintf(&shape, " dim: %d", d)
	}
	return fmt.Sprintf(" blobs { shape {%s } %s }", shape.String(), ascending(first, dims))
}

// legacyBlob writes a blob as Caffe did before shapes had any number of axes.
func legacyBlob(first float32, num, channels, height, width int) string {
	return fmt.Sprintf(" blobs { num: %d channels: %d height: %d width: %d %s }",
		num, channels, height, width, ascending(first, []int{num, channels, height, width}))
}

func ascending(first float32, dims []int) string {
	var b strings.Builder
	for i := range ir.F32(dims...).Count() {
		fmt.Fprintf(&b, " data: %v", first+float32(i))
	}
	return b.String()
}

func imported(t testing.TB, net *caffe.Net, o Options) *Result {
	r, err := Import(net, o)
	require.NoError(t, err)
	require.NoError(t, r.Graph.Verify())
	return r
}

func importText(t testing.TB, text string) *Result {
	return imported(t, read(t, text), Options{})
}

func importError(t testing.TB, text, want string) {
	r, err := Import(read(t, text), Options{})
	require.EqualError(t, err, want)
	require.Nil(t, r)
}

// nodes returns the nodes that a layer became.
func nodes(r *Result, layer string) []*ir.Node {
	var found []*ir.Node
	for _, n := range r.Graph.Nodes {
		if n.Name == layer {
			found = append(found, n)
		}
	}
	return found
}

func names(values []*ir.Value) []string {
	var all []string
	for _, v := range values {
		all = append(all, v.Name)
	}
	return all
}

func elements(v *ir.Value) []float32 {
	all := make([]float32, v.Type.Count())
	v.Const.Source.Read(all, 0)
	return all
}

// layerTest is a net of an input x, maybe others, and one layer "l".
type layerTest struct {
	name    string
	x       []int
	others  string // more layers, before l
	bottoms string // x unless set
	tops    string // y unless set
	params  string
	op      ir.Op   // what l becomes
	shapes  [][]int // of the weights
	out     []int   // the shape of the first top
	err     string  // the error behind `net.prototxt:LINE:7: layer "l": `
}

func (test layerTest) text(layerType string) (text string, lineNumber int) {
	if test.bottoms == "" {
		test.bottoms = "x"
	}
	if test.tops == "" {
		test.tops = "y"
	}
	before := input("x", test.x...) + test.others
	return before + line("l", layerType, test.bottoms, test.tops, test.params), strings.Count(before, "\n") + 1
}

// testLayer imports each net, with constant fillers, and compares what comes out.
func testLayer(t *testing.T, layerType string, tests []layerTest) {
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text, lineNumber := test.text(layerType)
			if test.err != "" {
				importError(t, text, fmt.Sprintf("net.prototxt:%d:7: layer \"l\": %s", lineNumber, test.err))
				return
			}
			r := importText(t, text)
			made := nodes(r, "l")
			require.Len(t, made, 1)
			require.Equal(t, test.op, made[0].Op)
			require.Equal(t, ir.F32(test.out...).String(), made[0].Out[0].Type.String())
			require.Equal(t, fmt.Sprintf("net.prototxt:%d:7", lineNumber), made[0].Source)
			require.Equal(t, test.shapes, weightShapes(r, "l"))
		})
	}
}

func weightShapes(r *Result, layer string) [][]int {
	for _, w := range r.Weights {
		if w.Layer.Name != layer {
			continue
		}
		var shapes [][]int
		for _, v := range w.Blobs {
			shapes = append(shapes, v.Type.Shape)
		}
		return shapes
	}
	return nil
}
