// Package fashion embeds the default net: a small SE-ResNet that names kinds of
// clothing, with its weights and a picture of each kind.
package fashion

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"github.com/prototxt2go/prototxt2go/imagenet"
)

// Prototxt and Weights are the files of the net.
var (
	//go:embed deploy.prototxt
	Prototxt []byte
	//go:embed fashion.caffemodel
	Weights []byte
)

//go:embed samples
var samples embed.FS

// Classes returns the names of the ten classes in the order of the outputs.
func Classes() *imagenet.Classes {
	return &imagenet.Classes{Names: []string{
		"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
	}}
}

// Preprocess returns how a picture becomes the net's input.
func Preprocess() imagenet.Preprocess {
	return imagenet.Preprocess{FitH: 28, FitW: 28, CropH: 28, CropW: 28, Gray: true, Mean: []float32{73}, Scale: 0.0111}
}

// Sample is an embedded picture.
type Sample struct {
	// Name is the file's name, such as "0_T-shirt.png".
	Name string
	// Data is the PNG file.
	Data []byte
}

// Samples returns the sample pictures, sorted by name.
func Samples() ([]Sample, error) {
	var all []Sample
	err := fs.WalkDir(samples, "samples", func(p string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(p, ".png") {
			return err
		}
		data, err := samples.ReadFile(p)
		all = append(all, Sample{path.Base(p), data})
		return err
	})
	return all, err
}
