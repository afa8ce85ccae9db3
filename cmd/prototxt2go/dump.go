package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func newDump() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "dump NET [WEIGHTS…]",
		Short: "Show a net: its layers, their shapes and what they cost",
		Long: `dump prints a table of the layers of a net, a prototxt or a caffemodel, with the
shape of their tops, parameters and multiply-adds, and what the squeeze-and-
excitation blocks add. Multiply-adds count Convolution, Deconvolution and
InnerProduct; BatchNorm's mean, variance and factor are statistics, not
parameters.

With --at graph it prints the typed graph in text that reads back.`,
		Example: `  prototxt2go dump SE-ResNet-50.prototxt
  prototxt2go dump net.prototxt --shape data=1x3x320x320 --json`,
		Args: cli.SomeArgs("a net: a prototxt, a caffemodel, or - for standard input"),
	}
	d := &dump{net: cli.AddNetFlags(cmd), format: cli.AddFormat(cmd)}
	cmd.Flags().StringVar(&d.at, "at", "source", "where to look: source (the layers) or graph (the nodes)")
	cmd.RunE = d.run
	return cmd
}

type dump struct {
	net    *cli.NetFlags
	format *cli.Format
	at     string
}

func (d *dump) run(cmd *cobra.Command, args []string) error {
	asJSON, err := d.format.JSON()
	if err != nil {
		return err
	}
	if d.at != "source" && d.at != "graph" {
		return cli.Usagef("--at %s: source or graph", d.at)
	}
	net, report, err := load(cmd, d.net, args[0], args[1:])
	if err != nil {
		return err
	}
	r, err := importNet(d.net, net)
	if err != nil {
		return err
	}
	if len(args) > 1 {
		fmt.Fprintln(cmd.ErrOrStderr(), report.Summary(r.Missing, r.Reshaped))
	}
	return d.print(cmd, r, asJSON)
}

func (d *dump) print(cmd *cobra.Command, r *importer.Result, asJSON bool) error {
	out := cmd.OutOrStdout()
	switch {
	case d.at == "graph" && asJSON:
		return cli.WriteJSON(out, graphJSON(r.Graph))
	case d.at == "graph":
		_, err := r.Graph.WriteTo(out)
		return err
	case asJSON:
		return cli.WriteJSON(out, newNetTable(r.Graph))
	default:
		return newNetTable(r.Graph).print(out)
	}
}
