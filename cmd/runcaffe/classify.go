package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/models/fashion"
)

func newClassify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "classify [IMAGE|DIR|-]…",
		Short: "Name what is in pictures",
		Long: `classify prints the most probable classes of each picture: a JPEG, PNG, WebP or
BMP file, all of a folder, or standard input ("-"). Without --model it runs the
embedded net, which knows clothing; without a picture its sample pictures.`,
		Example: `  runcaffe classify
  runcaffe classify --model SE-ResNet-50.prototxt --weights SE-ResNet-50.caffemodel cat.jpg`,
		Args: cobra.ArbitraryArgs,
	}
	c := &classify{model: addModelFlags(cmd), picture: addPictureFlags(cmd), format: cli.AddFormat(cmd)}
	cmd.Flags().IntVar(&c.top, "top", 5, "how many classes to print")
	cmd.RunE = c.run
	return cmd
}

type classify struct {
	model   *modelFlags
	picture *pictureFlags
	format  *cli.Format
	top     int
}

// classifiedAll is what is told as JSON.
type classifiedAll struct {
	Net string `json:"net"`
	// Classes is how they are named: senet, sorted, names or numbers.
	Classes string       `json:"classes"`
	Images  []classified `json:"images"`
}

// classified is what is told of one picture.
type classified struct {
	Image       string                   `json:"image"`
	Predictions []prototxt2go.Prediction `json:"predictions"`

	// scores says that the net's outputs are no probabilities.
	scores bool
}

func (c *classify) run(cmd *cobra.Command, args []string) error {
	asJSON, err := c.format.JSON()
	if err != nil {
		return err
	}
	if c.top < 1 {
		return cli.Usagef("--top must be positive, have %d", c.top)
	}
	all, err := c.pictures(cmd, args)
	if err != nil {
		return err
	}
	net, err := c.model.load(cmd)
	if err != nil {
		return err
	}
	preset, err := c.picture.apply(cmd, net)
	if err != nil {
		return err
	}
	classifier, err := net.Classifier(preset)
	if err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	if !asJSON {
		if _, err := fmt.Fprintln(out, heading(net, classifier.Classes(), preset)); err != nil {
			return err
		}
		return c.each(cmd, classifier, all, func(r classified) error { return r.print(out) })
	}
	report := classifiedAll{cli.NetName(net.Graph().Name), classNaming(preset), []classified{}}
	failed := c.each(cmd, classifier, all, func(r classified) error {
		report.Images = append(report.Images, r)
		return nil
	})
	if errors.Is(failed, context.Canceled) {
		return failed
	}
	return errors.Join(cli.WriteJSON(out, report), failed)
}

// each classifies the pictures and tells the results. What is wrong with one
// picture does not keep it from the others.
func (c *classify) each(cmd *cobra.Command, classifier *prototxt2go.Classifier, all []picture, tell func(classified) error) error {
	failed, warned := 0, false
	for _, p := range all {
		result, err := c.one(cmd.Context(), classifier, p)
		switch {
		case err == nil:
			if result.scores && !warned {
				cli.Warn(cmd, []string{"this net's outputs are scores, not probabilities: its last layer is no Softmax"})
				warned = true
			}
			if err := tell(result); err != nil {
				return err
			}
		case errors.Is(err, context.Canceled) || len(all) == 1:
			return err
		default:
			failed++
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: %v\n", cmd.Root().Name(), err)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d pictures could not be classified", failed, len(all))
	}
	return nil
}

// pictures lists the pictures to classify: the samples where none is named.
func (c *classify) pictures(cmd *cobra.Command, args []string) ([]picture, error) {
	if len(args) > 0 {
		return pictures(cmd, args)
	}
	if c.model.model != "" {
		return nil, cli.Usagef("name a picture, a folder, or - for standard input")
	}
	samples, err := fashion.Samples()
	if err != nil {
		return nil, err
	}
	var all []picture
	for _, s := range samples {
		all = append(all, picture{s.Name, func() (*imagenet.Image, error) { return imagenet.Decode(bytes.NewReader(s.Data)) }})
	}
	return all, nil
}

func (c *classify) one(ctx context.Context, classifier *prototxt2go.Classifier, p picture) (classified, error) {
	img, err := p.open()
	if err != nil {
		return classified{}, err
	}
	probabilities, err := classifier.Probabilities(ctx, img)
	if err != nil {
		return classified{}, fmt.Errorf("%s: %w", p.name, err)
	}
	if i := slices.IndexFunc(probabilities, isNotFinite); i >= 0 {
		return classified{}, fmt.Errorf("%s: the net's output for class %d is %v", p.name, i, probabilities[i])
	}
	return classified{p.name, classifier.Top(probabilities, c.top), slices.ContainsFunc(probabilities, isNoProbability)}, nil
}

func isNotFinite(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) }

// isNoProbability tells what a net without a Softmax gives. Rounded, a
// probability may lie a little outside.
func isNoProbability(v float32) bool { return v < -1e-5 || v > 1+1e-5 }

// print writes the result for people.
func (r classified) print(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "\n%s\n", r.Image)
	for _, p := range r.Predictions {
		name := p.Name
		if name == "" {
			name = fmt.Sprintf("class %d", p.Index)
		}
		if r.scores {
			fmt.Fprintf(&b, "  %8.4g  %s\n", p.Probability, name)
		} else {
			fmt.Fprintf(&b, "  %6.2f %%  %s\n", 100*p.Probability, name)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}
