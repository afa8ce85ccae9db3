package main

import (
	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func newRoot() *cobra.Command {
	return cli.Root(&cobra.Command{
		Use:   "runcaffe",
		Short: "Run Caffe models without Caffe",
		Long: `runcaffe runs Caffe models, the official SENets above all, without Caffe.

Try 'runcaffe classify': it runs the embedded net on its embedded pictures.`,
	}, newClassify(), newRun(), newEval(), newBench())
}
