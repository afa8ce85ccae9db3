package caffe

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// kept returns the names of the layers that a state selects.
func kept(t *testing.T, n *Net, s State) string {
	selected, err := n.ForState(s)
	require.NoError(t, err)
	var names []string
	for _, l := range selected.Layers {
		names = append(names, l.Name)
	}
	var written []string
	for _, f := range selected.Message.All("layer") {
		written = append(written, f.Value.Message.text("name"))
	}
	require.Equal(t, names, written, "the message has the same layers")
	return strings.Join(names, " ")
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		rules string
		state State
		stays bool
	}{
		{"", State{}, true},
		{"include {}", State{}, true},
		{"exclude {}", State{}, false},
		{"include { phase: TEST }", State{}, true},
		{"include { phase: TEST }", State{Phase: Test}, true},
		{"include { phase: TEST }", State{Phase: Train}, false},
		{"include { phase: TRAIN }", State{}, false},
		{"include { phase: 1 }", State{}, true},
		{"include { phase: DEPLOY }", State{}, false},
		{"exclude { phase: TRAIN }", State{}, true},
		{"exclude { phase: TRAIN }", State{Phase: Train}, false},
		{"include { min_level: 0 }", State{}, true},
		{"include { min_level: 1 }", State{}, false},
		{"include { min_level: 1 }", State{Level: 1}, true},
		{"include { min_level: -2 max_level: -1 }", State{Level: -2}, true},
		{"include { min_level: -2 max_level: -1 }", State{}, false},
		{"include { max_level: 0 }", State{Level: 1}, false},
		{"exclude { max_level: 0 }", State{Level: 1}, true},
		{"include { stage: 'a' }", State{}, false},
		{"include { stage: 'a' }", State{Stages: []string{"b", "a"}}, true},
		{"include { stage: ['a', 'b'] }", State{Stages: []string{"a"}}, false},
		{"include { stage: ['a', 'b'] }", State{Stages: []string{"b", "c", "a"}}, true},
		{"include { not_stage: 'a' }", State{}, true},
		{"include { not_stage: ['a', 'b'] }", State{Stages: []string{"b"}}, false},
		{"include { stage: 'a' not_stage: 'b' }", State{Stages: []string{"a"}}, true},
		{"include { stage: 'a' not_stage: 'b' }", State{Stages: []string{"a", "b"}}, false},
		{"include { phase: TEST stage: 'a' }", State{Stages: []string{"a"}}, true},
		{"include { phase: TEST stage: 'a' }", State{Phase: Train, Stages: []string{"a"}}, false},
		// Of several rules one is enough.
		{"include { phase: TRAIN } include { stage: 'a' }", State{}, false},
		{"include { phase: TRAIN } include { stage: 'a' }", State{Stages: []string{"a"}}, true},
		{"include { phase: TRAIN } include { phase: TEST }", State{}, true},
		{"exclude { phase: TRAIN } exclude { stage: 'a' }", State{Stages: []string{"a"}}, false},
		{"exclude { phase: TRAIN } exclude { stage: 'a' }", State{}, true},
		// A layer's own phase filters nothing.
		{"phase: TRAIN", State{Phase: Test}, true},
		{"phase: TEST", State{Phase: Train}, true},
	} {
		n := readNet(t, `layer { name: "l" `+c.rules+` } layer { name: "end" }`)
		want := "end"
		if c.stays {
			want = "l end"
		}
		require.Equal(t, want, kept(t, n, c.state), "%s in %+v", c.rules, c.state)
	}
}

func TestOwnPhaseIsKept(t *testing.T) {
	n := readNet(t, `layer { name: "a" phase: TRAIN } layer { name: "b" phase: TEST } layer { name: "c" }`)
	require.Equal(t, []Phase{Train, Test, ""}, []Phase{n.Layers[0].Phase, n.Layers[1].Phase, n.Layers[2].Phase})
}

func TestTheNetsOwnStagesCount(t *testing.T) {
	n := readNet(t, `state { phase: TRAIN level: 5 stage: "mine" } layer { name: "a" include { stage: "mine" } } layer { name: "b" include { phase: TRAIN } }
		layer { name: "c" include { min_level: 1 } } layer { name: "d" exclude { stage: ["mine", "given"] } }`)
	require.Equal(t, "a d", kept(t, n, State{}))
	given := make([]string, 1, 9)
	given[0] = "given"
	require.Equal(t, "a b", kept(t, n, State{Phase: Train, Stages: given}))
	require.Empty(t, given[:2][1], "the caller's stages are not written to")
}

func TestBothIncludeAndExclude(t *testing.T) {
	n := readNet(t, "layer { name: \"a\" include {} exclude {} }\nlayer { name: \"b\" }\nlayer { name: \"c\" include { phase: TRAIN } exclude { stage: 'x' } }")
	_, err := n.ForState(State{})
	require.EqualError(t, err, "x.prototxt:1:7: layer \"a\": has both include and exclude rules: Caffe allows either\n"+
		"x.prototxt:3:7: layer \"c\": has both include and exclude rules: Caffe allows either")
}

func TestForStateLeavesTheNetAlone(t *testing.T) {
	n := readNet(t, `layer { name: "a" include { phase: TRAIN } } layer { name: "b" }`)
	before := string(printText(t, n.Message))
	selected, err := n.ForState(State{})
	require.NoError(t, err)
	require.Same(t, n.Layers[1], selected.Layers[0], "layers are shared")
	require.Len(t, n.Layers, 2)
	require.Equal(t, before, string(printText(t, n.Message)))
}
