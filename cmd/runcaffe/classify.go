package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

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
		Args: cli.Args(cobra.ArbitraryArgs),
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

// classified is what is told of one picture.
type classified struct {
	Image       string                   `json:"image"`
	Predictions []prototxt2go.Prediction `json:"predictions"`
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
		fmt.Fprintf(out, "%s, classes %s\n", net.Graph().Name, orderText(preset))
	}
	results := []classified{}
	failed := 0
	for _, p := range all {
		result, err := c.one(cmd.Context(), classifier, p)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			failed++
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: %v\n", cmd.Root().Name(), err)
		case asJSON:
			results = append(results, result)
		default:
			result.print(out)
		}
	}
	if asJSON {
		report := struct {
			Net     string       `json:"net"`
			Classes string       `json:"classes"`
			Images  []classified `json:"images"`
		}{net.Graph().Name, orderText(preset), results}
		if err := cli.WriteJSON(out, report); err != nil {
			return err
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
		return classified{}, nameIn(p.name, err)
	}
	probabilities, err := classifier.Probabilities(ctx, img)
	if err != nil {
		return classified{}, nameIn(p.name, err)
	}
	return classified{p.name, classifier.Top(probabilities, c.top)}, nil
}

// nameIn names the picture in an error that does not name it yet.
func nameIn(name string, err error) error {
	if bytes.Contains([]byte(err.Error()), []byte(name)) {
		return err
	}
	return fmt.Errorf("%s: %w", name, err)
}

func (r classified) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n", r.Image)
	for _, p := range r.Predictions {
		name := p.Name
		if name == "" {
			name = fmt.Sprintf("class %d", p.Index)
		}
		fmt.Fprintf(w, "  %6.2f %%  %s\n", 100*p.Probability, name)
	}
}
