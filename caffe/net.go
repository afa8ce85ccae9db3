package caffe

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
	"github.com/prototxt2go/prototxt2go/internal/mmapfile"
)

// Net is a net as Caffe names things: layers that read bottoms and write tops.
type Net struct {
	Name string
	// File is the name of the file, as errors give it.
	File   string
	Layers []*Layer
	// Message is all that the file says, upgraded to the layers of today.
	Message *Message
	// Warnings tell what was kept without being understood.
	Warnings Problems
}

// Layer is one layer of a net.
type Layer struct {
	Name    string
	Type    string
	Bottoms []string
	Tops    []string
	// Phase is the layer's own phase, or "".
	Phase Phase
	// Params are the layer's param {} messages: one for each blob, or fewer.
	Params []ParamSpec
	// Blobs are the layer's weights, if any are known.
	Blobs []*Blob
	// Weights names the file that the blobs come from, or "" where none gave
	// any, not even none.
	Weights string
	Pos     Pos
	Message *Message
}

// ParamSpec says how a blob is shared and learnt.
type ParamSpec struct {
	// Name is the name under which layers share the blob, or "".
	Name string
	// ShareMode is STRICT (the same shape) or PERMISSIVE (the same count).
	ShareMode string
}

// Errorf returns an error at the layer, which it names.
func (l *Layer) Errorf(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &LayerError{l, err}
}

func (l *Layer) problem(format string, args ...any) Problem {
	return problemf(l.Pos, "layer %q: %s", l.Name, fmt.Sprintf(format, args...))
}

// LayerError is an error at a layer.
type LayerError struct {
	Layer *Layer
	Err   error
}

// Error implements error.
func (e *LayerError) Error() string { return e.Layer.problem("%v", e.Err).Error() }

// Unwrap returns what is wrong.
func (e *LayerError) Unwrap() error { return e.Err }

// Options say how to read a net. The zero value serves.
type Options struct {
	// Schema is the schema of text files; nil is schema.Text().
	Schema *schema.Schema
}

// ReadFile reads a net: a prototxt, or a caffemodel, which holds its layers. The
// file "-" is standard input. A caffemodel is mapped, and its blobs stay there.
func ReadFile(path string, o Options) (*Net, error) {
	if path == "-" {
		data, err := io.ReadAll(os.Stdin)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return Read("standard input", data, o)
	}
	data, err := mmapfile.Read(path)
	if err != nil {
		return nil, err
	}
	return Read(path, data, o)
}

// Read reads a net from a file's bytes, which must not change afterwards. By the
// extension .caffemodel or .prototxt of the name, else by the bytes themselves,
// they are taken as binary or text.
func Read(name string, data []byte, o Options) (*Net, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", name)
	}
	if bytes.HasPrefix(data, []byte("\x89HDF")) {
		return nil, fmt.Errorf("%s: HDF5 weights are not supported: save them as a .caffemodel", name)
	}
	if isBinary(name, data) {
		m, err := DecodeMessage(name, data, schema.BVLC().Message("NetParameter"))
		if err != nil {
			return nil, err
		}
		return newNet(name, m, nil)
	}
	s := o.Schema
	if s == nil {
		s = schema.Text()
	}
	m, warnings, err := ParseMessage(name, data, s.Message("NetParameter"))
	if err != nil {
		return nil, err
	}
	return newNet(name, m, warnings)
}

// isBinary tells a caffemodel from a prototxt.
func isBinary(name string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".caffemodel", ".binaryproto":
		return true
	case ".prototxt", ".pbtxt", ".txt":
		return false
	}
	start := data[:min(len(data), 512)]
	for len(start) > 0 {
		r, n := utf8.DecodeRune(start)
		if r == utf8.RuneError && n == 1 && len(start) >= utf8.UTFMax || r < ' ' && !strings.ContainsRune("\t\n\v\f\r", r) {
			return true
		}
		start = start[n:]
	}
	return false
}

// NewNet returns the net that a NetParameter message of today's layers says.
func NewNet(m *Message) (*Net, error) { return newNet(m.Pos.fileName(), m, nil) }

func (p Pos) fileName() string {
	if p.File == nil {
		return ""
	}
	return p.File.Name
}

func newNet(name string, m *Message, warnings Problems) (*Net, error) {
	u := &upgrader{}
	m = u.net(m)
	if err := u.problems.Err(); err != nil {
		return nil, err
	}
	warnings = append(slices.Clip(warnings), u.warnings...)
	n := &Net{Name: m.text("name"), File: name, Message: m, Warnings: warnings}
	for _, f := range m.Fields {
		if f.Name != "layer" {
			continue
		}
		l, err := newLayer(f.Value.Message)
		if err != nil {
			return nil, err
		}
		n.Layers = append(n.Layers, l)
	}
	if len(n.Layers) == 0 {
		return nil, fmt.Errorf("%s: there is no layer in it: is it a net?", name)
	}
	return n, nil
}

func newLayer(m *Message) (*Layer, error) {
	l := &Layer{Pos: m.Pos, Message: m, Name: m.text("name"), Type: m.text("type"), Phase: Phase(m.text("phase"))}
	for _, f := range m.Fields {
		switch f.Name {
		case "bottom":
			l.Bottoms = append(l.Bottoms, f.Value.Text)
		case "top":
			l.Tops = append(l.Tops, f.Value.Text)
		case "param":
			l.Params = append(l.Params, ParamSpec{f.Value.Message.text("name"), f.Value.Message.text("share_mode")})
		case "blobs":
			b, err := f.blob()
			if err != nil {
				return nil, l.Errorf("blob %d: %w", len(l.Blobs), err)
			}
			l.Blobs = append(l.Blobs, b)
			l.Weights = m.Pos.fileName()
		}
	}
	return l, nil
}

// blob returns the blob of a field: of a binary file as it lies, of text from its
// numbers.
func (f Field) blob() (*Blob, error) {
	if f.Value.Kind == BlobValue {
		return f.Value.Blob, nil
	}
	m := f.Value.Message
	var p struct {
		Num, Channels, Height, Width *int
		Shape                        struct{ Dim []int }
		Data, DoubleData             []float32
	}
	if err := m.Decode(&p); err != nil {
		return nil, err
	}
	b := &Blob{Shape: p.Shape.Dim, Pos: m.Pos, Reader: literal(p.Data)}
	if legacy := []*int{p.Num, p.Channels, p.Height, p.Width}; slices.ContainsFunc(legacy, func(d *int) bool { return d != nil }) {
		b.Legacy, b.Shape = true, make([]int, 4)
		for i, d := range legacy {
			if d != nil {
				b.Shape[i] = *d
			}
		}
	}
	data := p.Data
	if len(p.DoubleData) > 0 {
		data = p.DoubleData
		b.Reader = literal(data)
	}
	if slices.ContainsFunc(b.Shape, func(d int) bool { return d < 0 }) {
		return nil, fmt.Errorf("its shape %s has a negative axis", ShapeString(b.Shape))
	}
	if count, ok := checkedCount(b.Shape); !ok || count != len(data) {
		return nil, fmt.Errorf("its shape is %s, but its data has %d elements", ShapeString(b.Shape), len(data))
	}
	return b, nil
}
