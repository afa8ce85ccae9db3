package onnx

import (
	"errors"
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

// Options say how a graph is written. The zero value serves.
type Options struct {
	// Dynamic leaves the batch open: the first axis of the first input, and of
	// those that are as long there, is named N. Everything else is as in the
	// graph.
	Dynamic bool
	// Version is the producer's.
	Version string
	// Metadata is kept in the file, in this order.
	Metadata []Property
}

// Property is a text under a key.
type Property struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

const producer = "prototxt2go"

// Model is a converted graph, ready to be written, any number of times and by many
// goroutines at once. The graph must not change meanwhile.
type Model struct {
	options Options
	graph   []byte // fields of GraphProto but for the tensors
	tensors []tensor
	nodes   int
	ops     map[string]int
}

// Check returns an error unless all of a graph can be written. The error names
// each layer that cannot, as an *ir.NodeError in the graph's order.
func Check(g *ir.Graph) error {
	_, err := Convert(g, Options{})
	return err
}

// Convert makes a model of a graph. It reads the statistics of BatchNorm, but no
// weights. Every layer that cannot be written is reported, as an *ir.NodeError in
// the graph's order: ops that have no emitter, values without elements, and with
// Dynamic what hangs on the batch in a way that ONNX cannot state.
func Convert(g *ir.Graph, o Options) (*Model, error) {
	if err := g.Verify(); err != nil {
		return nil, fmt.Errorf("convert to onnx: verify graph: %w", err)
	}
	s, err := newShapes(g, o.Dynamic)
	if err != nil {
		return nil, fmt.Errorf("convert to onnx: %w", err)
	}
	b := newBuilder(g, s)
	var errs []error
	for _, n := range g.Nodes {
		if err := b.node(n); err != nil {
			errs = append(errs, &ir.NodeError{Node: n, Err: err})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("convert to onnx: %w", err)
	}
	return &Model{options: o, graph: b.finish(), tensors: b.tensors, nodes: b.count, ops: b.ops}, nil
}

// Nodes returns the number of nodes, and how many there are of each operator. The
// map must not be changed.
func (m *Model) Nodes() (int, map[string]int) { return m.nodes, m.ops }

// head returns the fields of ModelProto before the graph.
func (m *Model) head() []byte {
	b := appendInt(nil, modelIRVersion, IRVersion)
	b = appendString(b, modelProducerName, producer)
	return appendString(b, modelProducerVersion, m.options.Version)
}

// tail returns the fields behind the graph.
func (m *Model) tail() []byte {
	b := appendMessage(nil, modelOpsetImport, appendInt(appendString(nil, opsetDomain, ""), opsetNumber, OpsetVersion))
	for _, p := range m.options.Metadata {
		b = appendEntry(b, modelMetadata, p.Key, p.Value)
	}
	return b
}
