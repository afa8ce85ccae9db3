package main

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/arch"
	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/internal/atomicfile"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func newNew() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Write the prototxt of a published SENet, or a variant of it",
		Long: `new writes the prototxt of one of the published architectures:

  ` + strings.Join(arch.Names(), "\n  ") + `

with another reduction, with SE blocks in some stages only, or without any, which
gives the ResNet, ResNeXt or BN-Inception itself.`,
		Example: `  prototxt2go new SE-ResNet-50 -o SE-ResNet-50.prototxt
  prototxt2go new SE-ResNet-50 --se-stages none | prototxt2go dump -`,
		Args:              cli.OneArg("the name of an architecture: " + strings.Join(arch.Names(), ", ")),
		ValidArgsFunction: cobra.FixedCompletions(arch.Names(), cobra.ShellCompDirectiveNoFileComp),
	}
	n := &newNet{}
	flags := cmd.Flags()
	flags.IntVar(&n.reduction, "reduction", 16, "reduction of the SE blocks")
	flags.StringVar(&n.stages, "se-stages", "", "stages with SE blocks, such as 2,3,4, or none; all unless given")
	flags.StringVarP(&n.output, "output", "o", "-", "the prototxt to write; - is standard output")
	flags.BoolVar(&n.force, "force", false, "replace a file that is there")
	cmd.RunE = n.run
	return cmd
}

type newNet struct {
	reduction int
	stages    string
	output    string
	force     bool
}

func (n *newNet) run(cmd *cobra.Command, args []string) error {
	o, err := n.options(cmd)
	if err != nil {
		return err
	}
	net, err := arch.New(args[0], o)
	if err != nil {
		return cli.Usagef("%w", err)
	}
	var text bytes.Buffer
	if err := caffe.Print(&text, net.Message); err != nil {
		return err
	}
	if n.output == "-" {
		_, err := cmd.OutOrStdout().Write(text.Bytes())
		return err
	}
	return atomicfile.WriteFile(n.output, text.Bytes(), n.force)
}

func (n *newNet) options(cmd *cobra.Command) (arch.Options, error) {
	var o arch.Options
	if n.reduction < 1 {
		return o, cli.Usagef("--reduction must be positive, have %d", n.reduction)
	}
	if cmd.Flags().Changed("reduction") {
		o.Reduction = n.reduction
	}
	switch n.stages {
	case "":
	case "none":
		o.NoSE = true
	default:
		for _, part := range strings.Split(n.stages, ",") {
			stage, err := strconv.Atoi(strings.TrimSpace(part))
			if err != nil {
				return o, cli.Usagef("--se-stages %s: stages are numbers such as 2,3,4, or none", n.stages)
			}
			o.SEStages = append(o.SEStages, stage)
		}
	}
	return o, nil
}
