package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/export/onnx"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

func newConvert() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "convert --to onnx NET [WEIGHTS…] -o OUT.onnx",
		Short: "Write a net in another format",
		Long: `convert writes a net and its weights as an ONNX model of IR version 8 and operator
set 17, which computes in float32. BatchNorm and Scale are folded into the weights,
unless --at graph keeps a node for each layer.

The file tells the SHA-256 of the files it was made from, how pictures are prepared,
and what the outputs mean, under "preprocess." and "classes.". A model of more than
2 GB has its weights in OUT.onnx.data beside it.

--dtype fp16 stores filters and matrices as float16; they are widened when the model
is loaded. --verify reads the written file back and runs it beside the net, on
pseudo-random inputs: each blob that both have must be the same within 1e-3 of its
largest number.`,
		Example: `  prototxt2go convert --to onnx SE-ResNet-50.prototxt SE-ResNet-50.caffemodel -o SE-ResNet-50.onnx
  prototxt2go convert --to onnx net.caffemodel -o net.onnx --batch dynamic --verify`,
		Args: cli.SomeArgs("a net: a prototxt, a caffemodel, or - for standard input"),
	}
	c := &convert{net: cli.AddNetFlags(cmd), format: cli.AddFormat(cmd)}
	flags := cmd.Flags()
	flags.StringVar(&c.to, "to", "", "the format: "+strings.Join(targets, ", "))
	flags.StringVarP(&c.output, "output", "o", "", "the file to write; - is standard output")
	flags.StringVar(&c.at, "at", "fused", "what to write: graph (the layers) or fused (folded and fused)")
	flags.StringVar(&c.batch, "batch", "", "batch of the inputs: a number, or dynamic, which leaves it open; the net's unless given")
	flags.StringVar(&c.dtype, "dtype", "fp32", "how weights are stored: fp32 or fp16")
	flags.BoolVar(&c.verify, "verify", false, "read the file back and compare what it computes")
	flags.BoolVar(&c.fill, "fill", false, "give weights that no file has the deterministic fill")
	flags.Int64Var(&c.externalOver, "external-over", onnx.MaxFile, "put weights in a file of their own where the model has more `bytes`")
	flags.BoolVar(&c.force, "force", false, "replace files that are there")
	cli.Complete(cmd, "to", targets...)
	cli.Complete(cmd, "at", "graph", "fused")
	cli.Complete(cmd, "dtype", "fp32", "fp16")
	cmd.RunE = c.run
	return cmd
}

// targets are the formats that a net is converted to.
var targets = []string{"onnx"}

type convert struct {
	net          *cli.NetFlags
	format       *cli.Format
	to           string
	output       string
	at           string
	batch        string
	dtype        string
	verify       bool
	fill         bool
	externalOver int64
	force        bool
}

func (c *convert) run(cmd *cobra.Command, args []string) error {
	asJSON, err := c.check()
	if err != nil {
		return err
	}
	net, err := c.open(args[0], args[1:])
	if err != nil {
		return err
	}
	cli.Warn(cmd, net.Warnings())
	source, err := c.batched(net.Graph())
	if err != nil {
		return err
	}
	written, err := c.prepared(source)
	if err != nil {
		return err
	}
	metadata, err := c.metadata(net.Preset(), args)
	if err != nil {
		return err
	}
	m, err := onnx.Convert(written, onnx.Options{Dynamic: c.batch == "dynamic", Version: cli.Version(), Metadata: metadata})
	if err != nil {
		return err
	}
	told := newConverted(c, written, m, metadata)
	if err := c.write(cmd, m, told); err != nil || c.output == "-" {
		return err
	}
	if c.verify {
		if told.Verify, err = c.compare(cmd.Context(), source, written); err != nil {
			return err
		}
	}
	if asJSON {
		return cli.WriteJSON(cmd.OutOrStdout(), told)
	}
	return told.print(cmd.OutOrStdout())
}

// check looks at the flags, and reports whether JSON is asked for.
func (c *convert) check() (bool, error) {
	asJSON, err := c.format.JSON()
	switch {
	case err != nil:
		return false, err
	case c.to == "":
		return false, cli.Usagef("--to is missing: the format, %s", strings.Join(targets, ", "))
	case !slices.Contains(targets, c.to):
		return false, cli.Usagef("--to %s: there are %s", c.to, strings.Join(targets, ", "))
	case c.output == "":
		return false, cli.Usagef("-o is missing: the file to write")
	case c.output == "-" && (asJSON || c.verify):
		return false, cli.Usagef("-o - takes neither --json nor --verify")
	case c.at != "graph" && c.at != "fused":
		return false, cli.Usagef("--at %s: there are graph, fused", c.at)
	case c.dtype != "fp32" && c.dtype != "fp16":
		return false, cli.Usagef("--dtype %s: there are fp32, fp16", c.dtype)
	}
	if n, err := strconv.Atoi(c.batch); c.batch != "" && c.batch != "dynamic" && (err != nil || n < 1) {
		return false, cli.Usagef("--batch %s: a positive number or dynamic", c.batch)
	}
	return asJSON, nil
}

// open reads the net, ready to be run by plain functions.
func (c *convert) open(model string, weights []string) (*prototxt2go.Net, error) {
	o := prototxt2go.Options{Weights: weights, Fill: c.fill, Reference: true}
	var err error
	if o.State, err = c.net.State(); err != nil {
		return nil, err
	}
	if o.Shapes, err = c.net.InputShapes(); err != nil {
		return nil, err
	}
	if o.Schema, err = c.net.ReadSchema(); err != nil {
		return nil, err
	}
	net, err := prototxt2go.Open(model, o)
	if err != nil {
		return nil, cli.ShapeHint(err)
	}
	return net, nil
}

// batched returns a copy of the graph with the batch that is asked for: of the
// first input, and of those whose first axis is as long.
func (c *convert) batched(g *ir.Graph) (*ir.Graph, error) {
	n, err := strconv.Atoi(c.batch)
	if err != nil {
		return g.Reshape(nil)
	}
	shapes := map[string][]int{}
	for _, v := range g.Inputs {
		shape, first := v.Type.Shape, g.Inputs[0].Type.Shape
		if len(shape) > 0 && len(first) > 0 && shape[0] == first[0] {
			shapes[v.Name] = append([]int{n}, shape[1:]...)
		}
	}
	r, err := g.Reshape(shapes)
	if err != nil {
		return nil, fmt.Errorf("--batch %s: %w", c.batch, err)
	}
	return r, nil
}

// prepared returns the graph to write, which shares nothing but constants with the
// given one.
func (c *convert) prepared(source *ir.Graph) (*ir.Graph, error) {
	g, err := source.Reshape(nil)
	if err != nil {
		return nil, err
	}
	if c.at == "fused" {
		if err := passes.Run(g, passes.Default()...); err != nil {
			return nil, err
		}
	}
	if c.dtype == "fp16" {
		return onnx.Halve(g)
	}
	return g, nil
}
