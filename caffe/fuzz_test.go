package caffe

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// textSeeds cover the grammar of text format and the three ages of nets.
var textSeeds = []string{
	"name: \"n\" input: 'data' input_dim: [1, 0x3, 017, 224]\nlayer { name: \"c\" type: \"Convolution\" bottom: \"data\" top: \"c\"\n  convolution_param: < num_output: 8; kernel_size: 3, bias_term: false weight_filler { std: 1e-3 } > }",
	"\xef\xbb\xbflayer {\r\n  name: 'a' \"b\"  # comment\r\n  relu_param { negative_slope: .1f }\r\n  pooling_param { pool: 1 engine: CUDNN }\r\n}\r\n",
	"layers { layer { name: \"pad\" type: \"padding\" pad: 2 } bottom: \"d\" top: \"p\" }\nlayers { layer { type: \"conv\" kernelsize: 5 } bottom: \"p\" top: \"c\" }",
	"layers { type: DATA data_param { scale: 0.5 mirror: 1 } include { phase: TRAIN not_stage: \"x\" } blobs_lr: 1. blobs_lr: -inf weight_decay: nan }",
	"layer [ { name: \"a\" }, < name: \"b\" > ] input_shape { dim: -1 dim: -0x8000000000000000 }",
	"layer { blobs { shape { dim: 2 } data: [1, 2] } blobs { num: 1 channels: 1 height: 1 width: 1 double_data: 0.1 } type: \"BatchNorm\" param {} param {} param {} }",
	"unknown_param { a: b c { d: \"\\303\\251\\x41\\u00e9\\ud83d\\ude00\\U0001f600\" } e: [1, 2.5, -x] }",
	"layer { pooling_param { pool: 7 } loss_param { normalize: t ignore_label: -  2147483648 } }",
	"force_backward: 0x1 debug_info: 00 state { level: 2147483648 }",
	"layer { name: \"a } layer { top: 5 num_output: NUM } } >",
	"a:'\\", "a:-", "[", "a{", "a:[", "a b c", "a: \"\\q\" b: 1",
}

// FuzzText reads any text: no panic, no endless loop, and what is read says the
// same after printing.
func FuzzText(f *testing.F) {
	for _, s := range textSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, _, err := ParseMessage("fuzz.prototxt", text, schema.Text().Message("NetParameter"))
		if err != nil {
			var problems Problems
			require.ErrorAs(t, err, &problems)
			require.LessOrEqual(t, len(problems), maxProblems+1)
			return
		}
		printed := printText(t, m)
		again, _, err := ParseMessage("printed.prototxt", printed, m.Type)
		require.NoError(t, err, "%s", printed)
		require.True(t, m.Equal(again), "%s", printed)
		require.Equal(t, string(printed), string(printText(t, again)))
		useNet(t, "fuzz.prototxt", text)
	})
}

func printText(t *testing.T, m *Message) []byte {
	var b bytes.Buffer
	require.NoError(t, Print(&b, m))
	return b.Bytes()
}

// useNet takes a net through all that can be done with it.
func useNet(t *testing.T, name string, data []byte) {
	n, err := Read(name, data, Options{})
	if err != nil {
		return
	}
	for _, l := range n.Layers {
		for _, b := range l.Blobs {
			if b.Count() > 0 {
				b.Read(make([]float32, 1), b.Count()-1)
			}
		}
	}
	test, err := n.ForState(State{})
	if err != nil {
		return
	}
	_, err = test.WriteBinary(io.Discard)
	require.NoError(t, err)
	test.LoadWeights(n)
}

// FuzzWire reads any bytes: no panic, and what is read can be printed and used.
func FuzzWire(f *testing.F) {
	for _, s := range wireSeeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := DecodeMessage("fuzz.caffemodel", data, schema.BVLC().Message("NetParameter"))
		if err != nil {
			require.Contains(t, err.Error(), "fuzz.caffemodel: offset 0x")
			return
		}
		printText(t, m)
		useNet(t, "fuzz.caffemodel", data)
	})
}

// FuzzTextAgainstProtobuf reads texts that Google's protobuf accepts, which mean
// the same to us. Not the other way round: unknown fields and enum values, colons
// before braces and stray separators are ours alone. One thing is only Google's:
// its Go code takes 0f and 1f for a bool, which C++ and we do not.
func FuzzTextAgainstProtobuf(f *testing.F) {
	for _, s := range textSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		google, err := googleText(text)
		if err != nil || floatBool.Match(text) {
			return
		}
		sameText(t, "fuzz.prototxt", text, google)
	})
}

var floatBool = regexp.MustCompile(`0*[01][fF]`)

// blobRefusals are the reasons for which we refuse what is valid protobuf: blobs
// that Caffe could not load either.
var blobRefusals = []string{"its data has", "is no axis of a blob", "is no float", "are no whole number of"}

// FuzzWireAgainstProtobuf reads bytes that Google's protobuf accepts. We refuse
// them for the state of a blob alone, and else read the same.
func FuzzWireAgainstProtobuf(f *testing.F) {
	for _, s := range wireSeeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		google, err := googleWire(data)
		if err != nil {
			return
		}
		m, err := DecodeMessage("fuzz.caffemodel", data, schema.BVLC().Message("NetParameter"))
		if err != nil {
			var p Problem
			require.True(t, errors.As(err, &p))
			refused := false
			for _, reason := range blobRefusals {
				refused = refused || strings.Contains(p.Message, reason)
			}
			require.True(t, refused, "%v", err)
			return
		}
		sameMessage(t, "net", google.ProtoReflect(), m)
	})
}
