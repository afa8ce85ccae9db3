package importer

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func inputTypes(r *Result) map[string][]int {
	shapes := map[string][]int{}
	for _, v := range r.Graph.Inputs {
		shapes[v.Name] = v.Type.Shape
	}
	return shapes
}

func TestInput(t *testing.T) {
	tests := []struct {
		name, text string
		want       map[string][]int
	}{
		{"one", line("i", "Input", "", "a", "input_param { shape { dim: [1, 3, 4, 4] } }"), map[string][]int{"a": {1, 3, 4, 4}}},
		{"one shape for all", line("i", "Input", "", "a b", "input_param { shape { dim: [2, 3] } }"), map[string][]int{"a": {2, 3}, "b": {2, 3}}},
		{"a shape each", line("i", "Input", "", "a b", "input_param { shape { dim: 2 } shape { dim: 5 } }"), map[string][]int{"a": {2}, "b": {5}}},
		{"scalar", line("i", "Input", "", "a", "input_param { shape {} }"), map[string][]int{"a": {}}},
		{"empty batch", line("i", "Input", "", "a", "input_param { shape { dim: [0, 3] } }"), map[string][]int{"a": {0, 3}}},
		{"two layers", input("a", 1) + input("b", 2), map[string][]int{"a": {1}, "b": {2}}},
		{"of the net, input_dim", "input: 'a' input_dim: [1, 3, 2, 2]\n" + line("r", "ReLU", "a", "b", ""), map[string][]int{"a": {1, 3, 2, 2}}},
		{"of the net, input_shape", "input: 'a' input: 'c' input_shape { dim: 1 } input_shape { dim: 9 }\n" + line("r", "ReLU", "a", "b", ""),
			map[string][]int{"a": {1}, "c": {9}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, inputTypes(importText(t, test.text)))
		})
	}
}

func TestInputErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no shape", line("i", "Input", "", "a", ""), `net.prototxt:1:7: layer "i": input "a" has no shape: give one, such as a=1x3x224x224`},
		{"shapes for one top of two", line("i", "Input", "", "a b c", "input_param { shape { dim: 2 } shape { dim: 5 } }"),
			`net.prototxt:1:7: layer "i": input_param has 2 shapes for 3 tops`},
		{"more shapes than tops", line("i", "Input", "", "a", "input_param { shape { dim: 2 } shape { dim: 5 } }"),
			`net.prototxt:1:7: layer "i": input_param has 2 shapes for 1 tops`},
		{"negative", line("i", "Input", "", "a", "input_param { shape { dim: [-1, 3] } }"),
			`net.prototxt:1:7: layer "i": input "a": shape f32[-1,3] has a negative axis`},
		{"2^31", line("i", "Input", "", "a", "input_param { shape { dim: 2147483648 } }"),
			`net.prototxt:1:7: layer "i": input_param: dim cannot be 2147483648: it is out of range`},
		{"too large", line("i", "Input", "", "a", "input_param { shape { dim: [65536, 65536] } }"),
			`net.prototxt:1:7: layer "i": input "a": shape f32[65536,65536]: more than 2^31-1 elements`},
		{"no top", line("i", "Input", "", "", ""), `net.prototxt:1:7: layer "i": type Input makes 1 top, the layer names 0`},
		{"top without a name", `layer { name: "i" type: "Input" top: "" input_param { shape { dim: 1 } } }`,
			`net.prototxt:1:7: layer "i": input "": a value needs a name`},
		{"a bottom", input("x", 1) + line("i", "Input", "x", "a", ""), `net.prototxt:2:7: layer "i": type Input needs 0 bottoms, has 1`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { importError(t, test.text, test.want) })
	}
}
