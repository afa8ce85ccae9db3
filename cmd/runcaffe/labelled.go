package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
)

// sourceFlags say where labelled pictures come from.
type sourceFlags struct {
	list, images         string
	labelOrder           string
	idxImages, idxLabels string
}

func addSourceFlags(cmd *cobra.Command) *sourceFlags {
	f := &sourceFlags{}
	flags := cmd.Flags()
	flags.StringVar(&f.list, "list", "", "validation list: a line \"FILE LABEL\" for each picture")
	flags.StringVar(&f.images, "images", "", "`folder` of the list's pictures; the list's own unless given")
	flags.StringVar(&f.labelOrder, "label-order", imagenet.OrderSENet, "order of a list's ImageNet labels: senet or sorted")
	flags.StringVar(&f.idxImages, "idx-images", "", "idx `file` of pictures")
	flags.StringVar(&f.idxLabels, "idx-labels", "", "idx `file` of labels")
	return f
}

// check returns an error of usage unless the flags name one source.
func (f *sourceFlags) check() error {
	idx := f.idxImages != "" || f.idxLabels != ""
	switch {
	case f.list == "" && !idx:
		return cli.Usagef("give a --list, or --idx-images and --idx-labels")
	case f.list != "" && idx:
		return cli.Usagef("give either a --list or idx files")
	case idx && (f.idxImages == "" || f.idxLabels == ""):
		return cli.Usagef("--idx-images and --idx-labels go together")
	case f.labelOrder != imagenet.OrderSENet && f.labelOrder != imagenet.OrderSorted:
		return cli.Usagef("there is no label order %q: senet or sorted", f.labelOrder)
	}
	return nil
}

// labelled are pictures with the indices of their classes.
type labelled struct {
	count int
	at    func(i int) (*imagenet.Image, int, error)
}

// read reads the list or the idx files for a net of so many classes. Labels in
// one ImageNet order are turned into the other where the net has that.
func (f *sourceFlags) read(p prototxt2go.Preset, classes int) (labelled, error) {
	if f.list == "" {
		return f.readIDX(classes)
	}
	file, err := os.Open(f.list)
	if err != nil {
		return labelled{}, err
	}
	defer file.Close()
	all, err := imagenet.ReadValList(file, f.list, classes)
	if err != nil {
		return labelled{}, err
	}
	dir := f.images
	if dir == "" {
		dir = filepath.Dir(f.list)
	}
	if err := checkPictures(f.list, dir, all); err != nil {
		return labelled{}, err
	}
	turn := f.labelTurn(p)
	return labelled{len(all), func(i int) (*imagenet.Image, int, error) {
		img, err := imagenet.DecodeFile(filepath.Join(dir, all[i].File))
		return img, turn(all[i].Label), err
	}}, nil
}

// checkPictures returns an error unless all pictures of a list are there, so that
// a long evaluation does not end at one that is not.
func checkPictures(list, dir string, all []imagenet.Labelled) error {
	missing, first := 0, error(nil)
	for _, l := range all {
		if _, err := os.Stat(filepath.Join(dir, l.File)); err != nil {
			if missing++; first == nil {
				first = err
			}
		}
	}
	if missing == 0 {
		return nil
	}
	return fmt.Errorf("%s: %d of its %s cannot be found in %s (see --images): %w", list, missing, cli.Counted(len(all), "picture"), dir, first)
}

// labelTurn returns what makes the net's index of a list's label.
func (f *sourceFlags) labelTurn(p prototxt2go.Preset) func(int) int {
	switch {
	case p.Classes == nil || p.Classes.Order == "" || p.Classes.Order == f.labelOrder:
		return func(i int) int { return i }
	case f.labelOrder == imagenet.OrderSENet:
		return imagenet.SENetToSorted
	default:
		return imagenet.SortedToSENet
	}
}

func (f *sourceFlags) readIDX(classes int) (labelled, error) {
	images, err := f.readIDXImages()
	if err != nil {
		return labelled{}, fmt.Errorf("%s: %w", f.idxImages, err)
	}
	labels, err := f.readIDXLabels()
	if err != nil {
		return labelled{}, fmt.Errorf("%s: %w", f.idxLabels, err)
	}
	if len(labels) != images.Count {
		return labelled{}, fmt.Errorf("%s has %d pictures, %s has %d labels", f.idxImages, images.Count, f.idxLabels, len(labels))
	}
	for i, label := range labels {
		if int(label) >= classes {
			return labelled{}, fmt.Errorf("%s: label %d is %d, the net has %d classes", f.idxLabels, i, label, classes)
		}
	}
	return labelled{images.Count, func(i int) (*imagenet.Image, int, error) { return images.Image(i), int(labels[i]), nil }}, nil
}

func (f *sourceFlags) readIDXImages() (*imagenet.IDXImages, error) {
	file, err := os.Open(f.idxImages)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return imagenet.ReadIDXImages(file)
}

func (f *sourceFlags) readIDXLabels() ([]uint8, error) {
	file, err := os.Open(f.idxLabels)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return imagenet.ReadIDXLabels(file)
}
