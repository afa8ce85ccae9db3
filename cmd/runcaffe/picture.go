package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
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
	flags.Float32SliceVar(&f.mean, "mean", nil, "what is subtracted from each channel, in the order of the input (BGR unless --rgb)")
	flags.StringVar(&f.meanFile, "mean-file", "", "a mean image, such as imagenet_mean.`binaryproto`")
	flags.Float32Var(&f.scale, "scale", 1, "what multiplies the pixels after the mean")
	flags.IntVar(&f.resize, "resize", 0, "length to which the shorter side is resized before the crop")
	flags.BoolVar(&f.fit, "fit", false, "resize the whole picture to the input, without a crop")
	flags.BoolVar(&f.rgb, "rgb", false, "the input is RGB, not BGR")
	return f
}

// apply returns the net's preset as the flags change it. What is assumed of a net
// that is not known is told as warnings.
func (f *pictureFlags) apply(cmd *cobra.Command, net *prototxt2go.Net) (prototxt2go.Preset, error) {
	p := net.Preset()
	if err := f.applyClasses(cmd, &p); err != nil {
		return p, err
	}
	flags := cmd.Flags()
	if flags.Changed("mean") {
		p.Preprocess.Mean = f.mean
	}
	if flags.Changed("scale") {
		p.Preprocess.Scale = f.scale
	}
	if flags.Changed("resize") {
		p.Preprocess.ResizeShorter, p.Preprocess.FitH, p.Preprocess.FitW = f.resize, 0, 0
	}
	if f.fit {
		p.Preprocess.ResizeShorter = 0
		p.Preprocess.FitH, p.Preprocess.FitW = p.Preprocess.CropH, p.Preprocess.CropW
	}
	if f.rgb {
		p.Preprocess.BGR = false
	}
	if p.Name == "" && !flags.Changed("mean") && f.meanFile == "" {
		cli.Warn(cmd, []string{fmt.Sprintf("how this net wants its pictures is not known: assuming mean %v, scale 1 (see --mean, --scale, --resize, --rgb)", p.Preprocess.Mean)})
	}
	if f.meanFile == "" {
		return p, nil
	}
	return p, f.applyMeanFile(&p.Preprocess)
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
		return err
	}
	defer file.Close()
	if p.Classes, err = imagenet.ClassesFromFile(file); err != nil {
		return fmt.Errorf("%s: %w", f.classes, err)
	}
	return nil
}

// applyMeanFile subtracts the mean image of a binaryproto: its blob is C×H×W with
// or without an axis of 1 before.
func (f *pictureFlags) applyMeanFile(p *imagenet.Preprocess) error {
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
	if len(shape) != 3 {
		return fmt.Errorf("%s: its shape is %s, not C×H×W", f.meanFile, caffe.ShapeString(blob.Shape))
	}
	p.Mean = nil
	p.MeanImage = make([]float32, blob.Count())
	blob.Read(p.MeanImage, 0)
	p.MeanH, p.MeanW = shape[1], shape[2]
	if p.ResizeShorter > 0 || p.FitH > 0 {
		p.ResizeShorter, p.FitH, p.FitW = 0, p.MeanH, p.MeanW
	}
	return nil
}

// orderText says which class names are in use.
func orderText(p prototxt2go.Preset) string {
	switch {
	case p.Classes == nil:
		return "by number"
	case p.Classes.Order == imagenet.OrderSENet:
		return "in SENet's order"
	case p.Classes.Order == imagenet.OrderSorted:
		return "in the order of sorted WordNet ids"
	default:
		return fmt.Sprintf("%d names of its own", len(p.Classes.Names))
	}
}

var pictureExtensions = []string{".jpg", ".jpeg", ".png", ".webp", ".bmp"}

// picture is a picture to be decoded when its turn comes.
type picture struct {
	name string
	open func() (*imagenet.Image, error)
}

// pictures lists the pictures of the arguments: files, the pictures of a folder
// in the order of their names, or "-" for standard input.
func pictures(cmd *cobra.Command, args []string) ([]picture, error) {
	var all []picture
	for _, arg := range args {
		if arg == "-" {
			all = append(all, picture{"standard input", func() (*imagenet.Image, error) { return imagenet.Decode(cmd.InOrStdin()) }})
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		files := []string{arg}
		if info.IsDir() {
			if files, err = picturesIn(arg); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			all = append(all, picture{file, func() (*imagenet.Image, error) { return imagenet.DecodeFile(file) }})
		}
	}
	return all, nil
}

func picturesIn(dir string) ([]string, error) {
	entries, err := fs.ReadDir(os.DirFS(dir), ".")
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && slices.Contains(pictureExtensions, strings.ToLower(filepath.Ext(e.Name()))) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, errors.New(dir + ": there is no picture in this folder (" + strings.Join(pictureExtensions, " ") + ")")
	}
	return files, nil
}
