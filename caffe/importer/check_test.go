package importer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// TestBlobErrors gives all errors of each net. A net's first line is its input x.
func TestBlobErrors(t *testing.T) {
	relu := func(name, bottom, top string) string { return line(name, "ReLU", bottom, top, "") }
	tests := []struct {
		name, text string
		want       []string
	}{
		{"undefined", relu("a", "nowhere", "y"), []string{`net.prototxt:2:7: layer "a": bottom "nowhere" is made by no layer`}},
		{"misspelt", relu("a", "x", "conv1") + relu("b", "conv2", "y"),
			[]string{`net.prototxt:3:7: layer "b": bottom "conv2" is made by no layer (did you mean conv1?)`}},
		{"misspelt, in place", relu("a", "x", "conv1") + relu("b", "con1", "con1"),
			[]string{`net.prototxt:3:7: layer "b": bottom "con1" is made by no layer (did you mean conv1?)`}},
		{"misspelt alike is no hint", relu("a", "conv1", "y") + relu("b", "conv2", "z"), []string{
			`net.prototxt:2:7: layer "a": bottom "conv1" is made by no layer`,
			`net.prototxt:3:7: layer "b": bottom "conv2" is made by no layer`,
		}},
		{"undefined is told once", relu("a", "nowhere", "y") + relu("b", "nowhere", "z"),
			[]string{`net.prototxt:2:7: layer "a": bottom "nowhere" is made by no layer`}},
		{"made twice", relu("a", "x", "y") + relu("b", "x", "y"),
			[]string{`net.prototxt:3:7: layer "b": blob "y" is already made by layer "a" at net.prototxt:2:7`}},
		{"made twice by one layer", line("a", "Split", "x", "y y", ""),
			[]string{`net.prototxt:2:7: layer "a": blob "y" is already made by layer "a" at net.prototxt:2:7`}},
		{"in place at another index", input("z", 1) + line("a", "Eltwise", "x z", "z", ""),
			[]string{`net.prototxt:3:7: layer "a": blob "z" is already made by layer "z" at net.prototxt:2:7`}},
		{"reads its own top", line("a", "Eltwise", "x y", "y", ""),
			[]string{`net.prototxt:2:7: layer "a": bottom "y" is made by the layer itself: the net has a cycle`}},
		{"out of order", relu("a", "z", "y") + relu("b", "x", "z"), []string{
			`net.prototxt:2:7: layer "a": bottom "z" is made only later, by layer "b" at net.prototxt:3:7: the net has a cycle, or its layers are out of order`,
		}},
		{"cycle", relu("a", "z", "y") + relu("b", "y", "z"), []string{
			`net.prototxt:2:7: layer "a": bottom "z" is made only later, by layer "b" at net.prototxt:3:7: the net has a cycle, or its layers are out of order`,
		}},
		{"overwritten while another reads", relu("a", "x", "y") + relu("b", "x", "x"),
			[]string{`net.prototxt:3:7: layer "b": blob "x" is overwritten in place, but layer "a" reads it too: Caffe refuses that ("produced by multiple sources")`}},
		{"unknown type", line("a", "Convolutoin", "x", "y", ""),
			[]string{`net.prototxt:2:7: layer "a": layer type "Convolutoin" is not supported (did you mean Convolution?)`}},
		{"unknown type unlike any", line("a", "Quux", "x", "y", ""),
			[]string{`net.prototxt:2:7: layer "a": layer type "Quux" is not supported`}},
		{"all at once", line("a", "Quux", "nowhere", "y", "") + relu("b", "y", "x") + line("c", "Eltwise", "y void", "w", ""), []string{
			`net.prototxt:2:7: layer "a": layer type "Quux" is not supported`,
			`net.prototxt:2:7: layer "a": bottom "nowhere" is made by no layer`,
			`net.prototxt:3:7: layer "b": blob "x" is already made by layer "x" at net.prototxt:1:7`,
			`net.prototxt:4:7: layer "c": bottom "void" is made by no layer`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			importError(t, input("x", 2, 3)+test.text, strings.Join(test.want, "\n"))
		})
	}
}

// TestBlobErrorsAreOfLayers shows that a caller can find the layer of each.
func TestBlobErrorsAreOfLayers(t *testing.T) {
	_, err := Import(read(t, line("a", "ReLU", "nowhere", "y", "")), Options{})
	var layer *caffe.LayerError
	require.ErrorAs(t, err, &layer)
	require.Equal(t, "a", layer.Layer.Name)
}

// TestInPlaceThenRead shows what Caffe allows: reading a blob after it was
// overwritten means the new value, however often.
func TestInPlaceThenRead(t *testing.T) {
	r := importText(t, input("x", 2, 3)+line("a", "ReLU", "x", "x", "")+line("b", "ReLU", "x", "y", "")+line("c", "Eltwise", "x y x", "z", ""))
	require.Equal(t, []string{"x"}, names(nodes(r, "b")[0].In))
	require.Equal(t, []string{"x", "y", "x"}, names(nodes(r, "c")[0].In))
	require.Equal(t, "a", r.Graph.Value("x").Def.Name)
}
