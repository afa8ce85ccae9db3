package onnx

import (
	"fmt"
	"io"
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

// MaxFile is the largest file that readers of protobuf take, in bytes. A larger
// model has its weights in a file of their own.
const MaxFile = math.MaxInt32

// align is what the place of weights in a file of their own is a multiple of, so
// that readers may map them.
const align = 4096

// externalFrom is the size from which elements go to the file of weights.
const externalFrom = 1024

// Write writes a graph as a model in one file. Errors are those of Convert and
// WriteTo.
func Write(w io.Writer, g *ir.Graph, o Options) error {
	m, err := Convert(g, o)
	if err != nil {
		return err
	}
	_, err = m.WriteTo(w)
	return err
}

// Size returns the bytes of the model in one file.
func (m *Model) Size() int64 {
	graph := m.graphSize()
	return int64(len(m.head())+len(appendHead(nil, modelGraph, graph))+len(m.tail())) + graph
}

func (m *Model) graphSize() int64 {
	size := int64(len(m.graph))
	for i := range m.tensors {
		_, n := m.tensors[i].message()
		size += int64(len(appendHead(nil, graphInitializer, n))) + n
	}
	return size
}

// WriteTo writes the model as one file, of Size bytes; one of more than MaxFile is
// an error. Weights are read from their sources in blocks. It implements
// io.WriterTo.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	if size := m.Size(); size > MaxFile {
		return 0, fmt.Errorf("write onnx: %d bytes are more than one file may have (%d)", size, MaxFile)
	}
	c := &countingWriter{w: w}
	c.write(appendHead(m.head(), modelGraph, m.graphSize()))
	c.write(m.graph)
	elements := tensorWriter{w: c}
	for i := range m.tensors {
		t := &m.tensors[i]
		message, size := t.message()
		c.write(append(appendHead(nil, graphInitializer, size), message...))
		if c.err == nil {
			c.err = elements.write(t)
		}
	}
	c.write(m.tail())
	if c.err != nil {
		return c.n, fmt.Errorf("write onnx: %w", c.err)
	}
	return c.n, nil
}

// WriteSplit writes the model without its weights to w and the weights to data:
// each tensor of externalFrom bytes and more, at a multiple of 4096 bytes. The file
// of data must lie beside that of w under the given name.
func (m *Model) WriteSplit(w, data io.Writer, name string) error {
	graph := m.graph[:len(m.graph):len(m.graph)]
	c := &countingWriter{w: data}
	external := tensorWriter{w: c}
	for i := range m.tensors {
		t := &m.tensors[i]
		if t.size() < externalFrom {
			message, err := t.inline()
			if err != nil {
				return fmt.Errorf("write onnx: %w", err)
			}
			graph = appendMessage(graph, graphInitializer, message)
			continue
		}
		c.write(make([]byte, -c.n&(align-1)))
		graph = appendMessage(graph, graphInitializer, t.reference(name, c.n))
		if c.err == nil {
			c.err = external.write(t)
		}
	}
	if c.err != nil {
		return fmt.Errorf("write onnx weights: %w", c.err)
	}
	c = &countingWriter{w: w}
	c.write(appendMessage(m.head(), modelGraph, graph))
	c.write(m.tail())
	if c.err != nil {
		return fmt.Errorf("write onnx: %w", c.err)
	}
	return nil
}

// countingWriter counts what it writes, and keeps the first error.
type countingWriter struct {
	w   io.Writer
	n   int64
	err error
}

// Write implements io.Writer.
func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (c *countingWriter) write(p []byte) {
	if c.err == nil {
		_, c.err = c.Write(p)
	}
}
