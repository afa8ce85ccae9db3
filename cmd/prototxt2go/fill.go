package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

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
		Args:    cli.OneArg("a net: a prototxt, a caffemodel, or - for standard input"),
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
	switch {
	case f.output == "":
		return cli.Usagef("-o is missing: the caffemodel to write")
	case f.output == "-" && asJSON:
		return cli.Usagef("standard output takes either -o - or --json")
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
	told, err := f.write(cmd, net, r)
	out := cmd.OutOrStdout()
	switch {
	case err != nil || f.output == "-":
		return err
	case asJSON:
		return cli.WriteJSON(out, told)
	}
	_, err = fmt.Fprintf(out, "%s: %s with %s weights\nsha256 of the weights: %s\n",
		told.File, cli.Counted(told.Layers, "layer"), grouped(int64(told.Numbers)), told.SHA256)
	return err
}

// write fills the net and writes it, all of it or nothing.
func (f *fillNet) write(cmd *cobra.Command, net *caffe.Net, r *importer.Result) (filled, error) {
	if f.output == "-" {
		return f.writeTo(cmd, cmd.OutOrStdout(), net, r)
	}
	file, err := atomicfile.Create(f.output, f.force)
	if err != nil {
		return filled{}, err
	}
	defer file.Close()
	told, err := f.writeTo(cmd, file, net, r)
	if err != nil {
		return told, err
	}
	return told, file.Commit()
}

func (f *fillNet) writeTo(cmd *cobra.Command, w io.Writer, net *caffe.Net, r *importer.Result) (filled, error) {
	told := filled{Net: net.Name, File: f.output, Layers: len(r.Weights)}
	h := sha256.New()
	var err error
	if told.Numbers, err = attach(r, contextWriter{cmd, h}); err != nil {
		return told, err
	}
	told.SHA256 = hex.EncodeToString(h.Sum(nil))
	warnings, err := net.WriteBinary(contextWriter{cmd, w})
	cli.Warn(cmd, warnings.Summary())
	return told, err
}

// attach gives the net's layers the weights of the graph, writes all of them to h,
// as little-endian float32 in the order of the net, and returns how many numbers
// they are.
func attach(r *importer.Result, h io.Writer) (count int, err error) {
	for _, w := range r.Weights {
		w.Layer.Blobs = nil
		for _, v := range w.Blobs {
			b := &caffe.Blob{Shape: v.Type.Shape, Reader: v.Const.Source}
			w.Layer.Blobs = append(w.Layer.Blobs, b)
			count += b.Count()
			if err := b.WriteFloats(h); err != nil {
				return count, err
			}
		}
	}
	return count, nil
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
