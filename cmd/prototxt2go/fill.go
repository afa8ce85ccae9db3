package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/atomicfile"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func newFill() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fill NET -o W.caffemodel",
		Short: "Fill a net with deterministic weights",
		Long: `fill writes a caffemodel with weights that anyone can make again, bit for bit:
each depends on the names of the net and the layer, the blob and the place in it
alone. Layers that --stats has keep what it gives them, such as the statistics
of BatchNorm.`,
		Example: `  prototxt2go fill SE-ResNet-50.prototxt -o SE-ResNet-50.caffemodel`,
		Args:    cli.Args(cobra.ExactArgs(1)),
	}
	f := &fillNet{net: cli.AddNetFlags(cmd), format: cli.AddFormat(cmd)}
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "", "the caffemodel to write; - is standard output")
	flags.StringSliceVar(&f.stats, "stats", nil, "`caffemodels` whose layers keep their weights")
	flags.BoolVar(&f.force, "force", false, "replace a file that is there")
	cmd.RunE = f.run
	return cmd
}

type fillNet struct {
	net    *cli.NetFlags
	format *cli.Format
	output string
	stats  []string
	force  bool
}

// filled is what is told of the written file.
type filled struct {
	Net     string `json:"net"`
	File    string `json:"file"`
	Layers  int    `json:"layers_with_weights"`
	Numbers int    `json:"weights"`
	SHA256  string `json:"weights_sha256"`
}

func (f *fillNet) run(cmd *cobra.Command, args []string) error {
	asJSON, err := f.format.JSON()
	if err != nil {
		return err
	}
	if f.output == "" {
		return cli.Usagef("-o is missing: the caffemodel to write")
	}
	net, report, err := load(cmd, f.net, args[0], f.stats)
	if err != nil {
		return err
	}
	r, err := importNet(f.net, net)
	if err != nil {
		return err
	}
	if len(report.Ignored) > 0 {
		cli.Warn(cmd, []string{report.Summary(nil, r.Reshaped)})
	}
	told := filled{Net: net.Name, File: f.output, Layers: len(r.Weights)}
	told.Numbers, told.SHA256 = attach(r)
	warnings, err := f.write(cmd, net)
	if err != nil {
		return err
	}
	cli.Warn(cmd, warnings.Summary())
	out := cmd.OutOrStdout()
	switch {
	case f.output == "-":
		return nil
	case asJSON:
		return cli.WriteJSON(out, told)
	}
	_, err = fmt.Fprintf(out, "%s: %d layers with %s weights\nsha256 of the weights: %s\n", told.File, told.Layers, grouped(int64(told.Numbers)), told.SHA256)
	return err
}

// attach gives the net's layers the weights of the graph, and returns how many
// numbers they are and the SHA-256 of all of them, as little-endian float32 in
// the order of the net.
func attach(r *importer.Result) (count int, sum string) {
	h := sha256.New()
	for _, w := range r.Weights {
		w.Layer.Blobs = nil
		for _, v := range w.Blobs {
			b := &caffe.Blob{Shape: v.Type.Shape, Reader: v.Const.Source}
			w.Layer.Blobs = append(w.Layer.Blobs, b)
			count += b.Count()
			// A hash takes all that is written to it.
			_ = b.WriteFloats(h)
		}
	}
	return count, hex.EncodeToString(h.Sum(nil))
}

func (f *fillNet) write(cmd *cobra.Command, net *caffe.Net) (caffe.Problems, error) {
	if f.output == "-" {
		return net.WriteBinary(contextWriter{cmd, os.Stdout})
	}
	file, err := atomicfile.Create(f.output, f.force)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	warnings, err := net.WriteBinary(contextWriter{cmd, file})
	if err != nil {
		return nil, err
	}
	return warnings, file.Commit()
}

// contextWriter ends writing when the command is interrupted.
type contextWriter struct {
	cmd *cobra.Command
	w   io.Writer
}

// Write implements io.Writer.
func (c contextWriter) Write(b []byte) (int, error) {
	if err := c.cmd.Context().Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}
