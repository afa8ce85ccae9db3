package main

import (
	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func newRoot() *cobra.Command {
	return cli.Root(&cobra.Command{
		Use:   "prototxt2go",
		Short: "Take Caffe models out of Caffe",
		Long: `prototxt2go shows what is in a Caffe model, makes the published SENets, and fills
a net with weights that anyone can make again. To run models see runcaffe.`,
	}, newConvert(), newDump(), newFill(), newNew())
}
