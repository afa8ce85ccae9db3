package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
)

// pictureFlags say how pictures become the net's input and what its classes are.
type pictureFlags struct {
	classes  string
	mean     []float32
	meanFile string
	scale    float32
	resize   int
	fit      bool
	rgb      bool
}

func addPictureFlags(cmd *cobra.Command) *pictureFlags {
	f := &pictureFlags{}
	flags := cmd.Flags()
	flags.StringVar(&f.classes, "classes", "", "class names: senet or sorted order of ImageNet, or a `FILE` with a name a line")
	flags.Float32SliceVar(&f.mean, "mean", nil, "what is subtracted from each channel, as `B,G,R`, or R,G,B with --rgb, or one for all")
	flags.Lookup("mean").DefValue = ""
	flags.StringVar(&f.meanFile, "mean-file", "", "a mean image, such as imagenet_mean.`binaryproto`")
	flags.Float32Var(&f.scale, "scale", 1, "what multiplies the pixels after the mean")
	flags.IntVar(&f.resize, "resize", 0, "length to which the shorter side is resized before the crop; 0 for no resize")
	flags.BoolVar(&f.fit, "fit", false, "resize the whole picture to the input, without a crop")
	flags.BoolVar(&f.rgb, "rgb", false, "the input is RGB, not BGR")
	return f
}

// check returns an error of usage for flags that exclude each other and for values
// that no picture can take.
func (f *pictureFlags) check(cmd *cobra.Command) error {
	flags := cmd.Flags()
	switch scale := float64(f.scale); {
	case flags.Changed("mean") && f.meanFile != "":
		return cli.Usagef("give either --mean or --mean-file")
	case flags.Changed("resize") && f.fit:
		return cli.Usagef("give either --resize or --fit")
	case scale == 0 || math.IsNaN(scale) || math.IsInf(scale, 0):
		return cli.Usagef("--scale must be a number other than 0, have %v", f.scale)
	case f.resize < 0:
		return cli.Usagef("--resize must be positive, or 0 for no resize, have %d", f.resize)
	}
	return nil
}

// apply returns the net's preset as the flags change it. What is assumed of a net
// that is not known is told as warnings.
func (f *pictureFlags) apply(cmd *cobra.Command, net *prototxt2go.Net) (prototxt2go.Preset, error) {
	p := net.Preset()
	if err := f.check(cmd); err != nil {
		return p, err
	}
	if err := f.applyClasses(cmd, &p); err != nil {
		return p, err
	}
	f.applyPixels(cmd, &p.Preprocess)
	if n := len(p.Preprocess.Mean); n > 1 && n != p.Preprocess.Channels() {
		return p, cli.Usagef("--mean has %d numbers, the input %d channels", n, p.Preprocess.Channels())
	}
	if f.meanFile != "" {
		return p, f.applyMeanFile(cmd, &p.Preprocess)
	}
	if p.Name == "" && p.Preprocess.CropH > 0 && !cmd.Flags().Changed("mean") {
		cli.Warn(cmd, []string{"how this net wants its pictures is not known: assuming " + pixelText(&p.Preprocess) + " (see --mean, --scale, --rgb, --resize, --fit)"})
	}
	return p, nil
}

// applyPixels applies the flags about pixels but for the mean file.
func (f *pictureFlags) applyPixels(cmd *cobra.Command, p *imagenet.Preprocess) {
	flags := cmd.Flags()
	if flags.Changed("mean") {
		p.Mean = f.mean
	}
	if flags.Changed("scale") {
		p.Scale = f.scale
	}
	if flags.Changed("resize") {
		p.ResizeShorter, p.FitH, p.FitW = f.resize, 0, 0
	}
	if f.fit {
		p.ResizeShorter, p.FitH, p.FitW = 0, p.CropH, p.CropW
	}
	if f.rgb {
		p.BGR = false
	}
}

// pixelText says what becomes of pixels.
func pixelText(p *imagenet.Preprocess) string {
	channels := "RGB"
	switch {
	case p.Gray:
		channels = "grey"
	case p.BGR:
		channels = "BGR"
	}
	mean := []string{"0"}
	if len(p.Mean) > 0 {
		mean = nil
		for _, m := range p.Mean {
			mean = append(mean, strconv.FormatFloat(float64(m), 'g', -1, 32))
		}
	}
	scale := p.Scale
	if scale == 0 {
		scale = 1
	}
	size := ""
	switch {
	case p.ResizeShorter > 0:
		size = fmt.Sprintf(", the shorter side at %d", p.ResizeShorter)
	case p.FitH > 0:
		size = fmt.Sprintf(", all of it at %dx%d", p.FitH, p.FitW)
	}
	return fmt.Sprintf("%s, mean %s, scale %v%s", channels, strings.Join(mean, ","), scale, size)
}

func (f *pictureFlags) applyClasses(cmd *cobra.Command, p *prototxt2go.Preset) error {
	switch f.classes {
	case "":
		if p.Name == "" && p.Classes != nil {
			cli.Warn(cmd, []string{"the order of this net's classes is not known: assuming that of sorted WordNet ids (see --classes)"})
		}
		return nil
	case imagenet.OrderSENet:
		p.Classes = imagenet.SENetOrder()
		return nil
	case imagenet.OrderSorted:
		p.Classes = imagenet.SortedOrder()
		return nil
	}
	file, err := os.Open(f.classes)
	if err != nil {
		return fmt.Errorf("--classes is senet, sorted or a file%s: %w", nearest.Hint(f.classes, []string{imagenet.OrderSENet, imagenet.OrderSorted}), err)
	}
	defer file.Close()
	if p.Classes, err = imagenet.ClassesFromFile(file); err != nil {
		return fmt.Errorf("%s: %w", f.classes, err)
	}
	return nil
}

// applyMeanFile subtracts the mean image of a binaryproto: its blob is C×H×W with
// or without an axis of 1 before. Pictures are resized to its size unless flags
// say how.
func (f *pictureFlags) applyMeanFile(cmd *cobra.Command, p *imagenet.Preprocess) error {
	data, err := os.ReadFile(f.meanFile)
	if err != nil {
		return err
	}
	blob, err := caffe.ReadMean(f.meanFile, data)
	if err != nil {
		return err
	}
	shape := blob.Shape
	for len(shape) > 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) != 3 || shape[0] != p.Channels() {
		return fmt.Errorf("%s: a mean of shape %s is not one for pictures of %d channels", f.meanFile, caffe.ShapeString(blob.Shape), p.Channels())
	}
	p.Mean = nil
	p.MeanImage = make([]float32, blob.Count())
	blob.Read(p.MeanImage, 0)
	p.MeanH, p.MeanW = shape[1], shape[2]
	if !f.fit && !cmd.Flags().Changed("resize") {
		p.ResizeShorter, p.FitH, p.FitW = 0, p.MeanH, p.MeanW
	}
	return nil
}

// classNaming says in a word how the classes are named: senet or sorted for the
// orders of ImageNet's names, names for others, numbers for none.
func classNaming(p prototxt2go.Preset) string {
	switch {
	case p.Classes == nil:
		return "numbers"
	case p.Classes.Order != "":
		return p.Classes.Order
	default:
		return "names"
	}
}

// heading names the net and says how its classes are named.
func heading(net *prototxt2go.Net, classes int, p prototxt2go.Preset) string {
	naming := map[string]string{
		"numbers":            "by number",
		"names":              "by name",
		imagenet.OrderSENet:  "in SENet's order",
		imagenet.OrderSorted: "in the order of sorted WordNet ids",
	}[classNaming(p)]
	return fmt.Sprintf("%s, %d classes %s", cli.NetName(net.Graph().Name), classes, naming)
}
