package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func newEval() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval --list FILE | --idx-images FILE --idx-labels FILE",
		Short: "Measure a net's top-1 and top-5 accuracy",
		Long: `eval runs a net over labelled pictures and counts how often the label is the most
probable class, and among the five most probable. The pictures come from a
validation list, a line "FILE LABEL" each, or from idx files, gzipped or not.
Without --model it measures the embedded net.`,
		Example: `  runcaffe eval --model SENet-154.caffemodel --list val.txt --images val/
  runcaffe eval --idx-images t10k-images-idx3-ubyte.gz --idx-labels t10k-labels-idx1-ubyte.gz`,
		Args: cli.NoArgs,
	}
	e := &eval{model: addModelFlags(cmd), picture: addPictureFlags(cmd), format: cli.AddFormat(cmd), source: addSourceFlags(cmd)}
	flags := cmd.Flags()
	flags.BoolVar(&e.tenCrop, "ten-crop", false, "average over the corners, the centre and their mirrors")
	flags.IntVar(&e.batch, "batch", 0, "pictures in one run; 0 chooses by the size of the input")
	cmd.RunE = e.run
	return cmd
}

type eval struct {
	model   *modelFlags
	picture *pictureFlags
	format  *cli.Format
	source  *sourceFlags
	tenCrop bool
	batch   int
}

// score counts right answers.
type score struct {
	Images    int     `json:"images"`
	Top1      int     `json:"top1_correct"`
	Top5      int     `json:"top5_correct"`
	PerSecond float64 `json:"images_per_second"`
}

func (e *eval) run(cmd *cobra.Command, _ []string) error {
	asJSON, err := e.format.JSON()
	if err != nil {
		return err
	}
	if err := e.source.check(); err != nil {
		return err
	}
	if e.batch < 0 {
		return cli.Usagef("--batch must be positive, or 0 for a choice by the size of the input, have %d", e.batch)
	}
	net, err := e.model.load(cmd)
	if err != nil {
		return err
	}
	preset, err := e.picture.apply(cmd, net)
	if err != nil {
		return err
	}
	classifier, err := net.Classifier(preset)
	if err != nil {
		return err
	}
	all, err := e.source.read(preset, classifier.Classes())
	if err != nil {
		return err
	}
	progress := cli.NewProgress(cmd, all.count, "images")
	s, err := e.measure(cmd.Context(), classifier, all, e.batchSize(preset), progress)
	progress.Done()
	if err != nil {
		return err
	}
	if asJSON {
		return cli.WriteJSON(cmd.OutOrStdout(), s)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s", heading(net, classifier.Classes(), preset), s)
	return err
}

// String gives the score for people.
func (s score) String() string {
	percent := func(n int) float64 { return 100 * float64(n) / float64(s.Images) }
	return fmt.Sprintf("top-1  %6.2f %%  (%d of %d)\ntop-5  %6.2f %%  (%d of %d)\n%.1f images/s\n",
		percent(s.Top1), s.Top1, s.Images, percent(s.Top5), s.Top5, s.Images, s.PerSecond)
}

// batchElements is about how many input elements make a batch that is worth
// running as one.
const batchElements = 100_000

func (e *eval) batchSize(p prototxt2go.Preset) int {
	if e.batch > 0 {
		return e.batch
	}
	crops := 1
	if e.tenCrop {
		crops = 10
	}
	return max(1, batchElements/(p.Preprocess.Len()*crops))
}

// measure classifies all pictures, so many in one run.
func (e *eval) measure(ctx context.Context, c *prototxt2go.Classifier, all labelled, batch int, progress *cli.Progress) (score, error) {
	var s score
	start := time.Now()
	for first := 0; first < all.count; first += batch {
		var images []*imagenet.Image
		var labels []int
		for i := first; i < min(first+batch, all.count); i++ {
			img, label, err := all.at(i)
			if err != nil {
				return s, err
			}
			images, labels = append(images, img), append(labels, label)
		}
		probabilities, err := c.Batch(ctx, images, e.tenCrop)
		if err != nil {
			return s, err
		}
		for i, label := range labels {
			s.count(probabilities[i], label)
		}
		progress.Add(len(images))
	}
	s.PerSecond = float64(s.Images) / time.Since(start).Seconds()
	return s, nil
}

func (s *score) count(probabilities []float32, label int) {
	s.Images++
	for i, p := range imagenet.TopK(probabilities, 5) {
		if p.Index == label {
			s.Top5++
			if i == 0 {
				s.Top1++
			}
		}
	}
}
