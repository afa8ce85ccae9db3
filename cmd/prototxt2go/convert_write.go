package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/internal/atomicfile"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/ir"
)

// converted is what is told of the written files.
type converted struct {
	Net       string          `json:"net"`
	Format    string          `json:"format"`
	File      string          `json:"file"`
	DataFile  string          `json:"data_file,omitempty"`
	Bytes     int64           `json:"bytes"`
	IRVersion int             `json:"ir_version"`
	Opset     int             `json:"opset"`
	At        string          `json:"at"`
	Batch     string          `json:"batch,omitempty"`
	DType     string          `json:"dtype"`
	Inputs    []valueShape    `json:"inputs"`
	Outputs   []valueShape    `json:"outputs"`
	Nodes     int             `json:"nodes"`
	Operators map[string]int  `json:"operators"`
	Metadata  []onnx.Property `json:"metadata"`
	Verify    *comparison     `json:"verify,omitempty"`
}

func newConverted(c *convert, g *ir.Graph, m *onnx.Model, metadata []onnx.Property) *converted {
	nodes, operators := m.Nodes()
	return &converted{
		Net: g.Name, Format: c.to, File: c.output, Bytes: m.Size(), IRVersion: onnx.IRVersion, Opset: onnx.OpsetVersion,
		At: c.at, Batch: c.batch, DType: c.dtype, Inputs: shapesOf(g.Inputs), Outputs: shapesOf(g.Outputs),
		Nodes: nodes, Operators: operators, Metadata: metadata,
	}
}

// print writes it for people.
func (c *converted) print(w io.Writer) error {
	files := c.File
	if c.DataFile != "" {
		files += " and " + c.DataFile
	}
	if _, err := fmt.Fprintf(w, "%s: %s, %s bytes\n", files, cli.Counted(c.Nodes, "node"), grouped(c.Bytes)); err != nil {
		return err
	}
	if c.Verify == nil {
		return nil
	}
	return c.Verify.print(w)
}

// write writes the model to its file, or to two where it is too large for one; all
// or nothing.
func (c *convert) write(cmd *cobra.Command, m *onnx.Model, told *converted) error {
	size := m.Size()
	p := newByteProgress(cmd, size)
	defer p.Done()
	if size > c.externalOver {
		return c.writeSplit(cmd, m, p, told)
	}
	if c.output == "-" {
		_, err := m.WriteTo(contextWriter{cmd, cmd.OutOrStdout()})
		return err
	}
	file, err := atomicfile.Create(c.output, c.force)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := m.WriteTo(contextWriter{cmd, io.MultiWriter(file, p)}); err != nil {
		return err
	}
	return file.Commit()
}

// writeSplit writes the model and its weights to files of their own.
func (c *convert) writeSplit(cmd *cobra.Command, m *onnx.Model, p io.Writer, told *converted) error {
	if c.output == "-" {
		return fmt.Errorf("the model has %d bytes, which take a file of their own for the weights: give -o a name", m.Size())
	}
	told.DataFile = c.output + ".data"
	data, err := atomicfile.Create(told.DataFile, c.force)
	if err != nil {
		return err
	}
	defer data.Close()
	file, err := atomicfile.Create(c.output, c.force)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := m.WriteSplit(contextWriter{cmd, file}, contextWriter{cmd, io.MultiWriter(data, p)}, filepath.Base(told.DataFile)); err != nil {
		return err
	}
	if err := data.Commit(); err != nil {
		return err
	}
	return file.Commit()
}

// byteProgress shows how much of a large file is written.
type byteProgress struct {
	*cli.Progress
	written int
}

// largeFile is the size from which writing is shown.
const largeFile = 32 << 20

const megabyte = 1 << 20

func newByteProgress(cmd *cobra.Command, size int64) *byteProgress {
	if size < largeFile {
		return &byteProgress{Progress: &cli.Progress{}}
	}
	return &byteProgress{Progress: cli.NewProgress(cmd, int(size/megabyte), "MB")}
}

// Write implements io.Writer.
func (p *byteProgress) Write(b []byte) (int, error) {
	p.written += len(b)
	p.Add(p.written / megabyte)
	p.written %= megabyte
	return len(b), nil
}
