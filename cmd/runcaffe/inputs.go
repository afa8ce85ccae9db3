package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/npy"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// array is what one --input gives: an array for the blob, or for the one input of
// the net where blob is "".
type array struct {
	arg, blob string
	tensor    *tensor.Tensor
}

// arrays reads the arrays of the flags.
func (r *runNet) arrays(cmd *cobra.Command) ([]array, error) {
	var all []array
	for _, arg := range r.inputs {
		blob, file, named := strings.Cut(arg, "=")
		switch {
		case !named:
			blob, file = "", arg
		case blob == "" || file == "":
			return nil, cli.Usagef("--input %s: write it as BLOB=FILE.npy or FILE.npy", arg)
		}
		a, err := readArray(cmd.InOrStdin(), file)
		if err != nil {
			return nil, err
		}
		all = append(all, array{arg, blob, &tensor.Tensor{Shape: a.Shape, Data: a.Data}})
	}
	return all, nil
}

// tensors returns the net's inputs: the arrays, or the picture.
func (r *runNet) tensors(cmd *cobra.Command, net *prototxt2go.Net, arrays []array) (map[string]*tensor.Tensor, error) {
	if r.image != "" {
		return r.imageInput(cmd, net)
	}
	inputs := map[string]*tensor.Tensor{}
	known := net.Inputs()
	for _, a := range arrays {
		input, err := a.input(known)
		if err != nil {
			return nil, err
		}
		if inputs[input] != nil {
			return nil, cli.Usagef("--input %s: the input has an array already", a.arg)
		}
		inputs[input] = a.tensor
	}
	return inputs, nil
}

// input returns which of the net's inputs the array is for.
func (a array) input(known []string) (string, error) {
	if a.blob == "" {
		if len(known) != 1 {
			return "", cli.Usagef("--input %s: the net has %s: write BLOB=%s", a.arg, inputList(known), a.arg)
		}
		return known[0], nil
	}
	if !slices.Contains(known, a.blob) {
		return "", cli.Usagef("--input %s: the net has no input %q%s: it has %s", a.arg, a.blob, nearest.Hint(a.blob, known), inputList(known))
	}
	return a.blob, nil
}

// inputList names a net's inputs.
func inputList(names []string) string {
	switch len(names) {
	case 0:
		return "no inputs"
	case 1:
		return "the input " + names[0]
	}
	return "the inputs " + strings.Join(names, ", ")
}

func valueNames(values []*ir.Value) []string {
	var names []string
	for _, v := range values {
		names = append(names, v.Name)
	}
	return names
}

func readArray(stdin io.Reader, file string) (*npy.Array, error) {
	if file == "-" {
		a, err := npy.Read(stdin)
		if err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
		return a, nil
	}
	return npy.ReadFile(file)
}

// imageInput prepares the picture for the one input of pictures.
func (r *runNet) imageInput(cmd *cobra.Command, net *prototxt2go.Net) (map[string]*tensor.Tensor, error) {
	g := net.Graph()
	if len(g.Inputs) != 1 || g.Inputs[0].Type.Rank() != 4 {
		return nil, cli.Usagef("--image is for a net with one input N×C×H×W; this one has %s", inputList(net.Inputs()))
	}
	preset, err := r.picture.apply(cmd, net)
	if err != nil {
		return nil, err
	}
	if have, want := preset.Preprocess.Channels(), g.Inputs[0].Type.Shape[1]; have != want {
		return nil, fmt.Errorf("a picture of %d channels does not fit input %q of %d", have, net.Inputs()[0], want)
	}
	all, err := pictures(cmd, []string{r.image})
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, cli.Usagef("--image takes one picture, %s holds %d", r.image, len(all))
	}
	img, err := all[0].open()
	if err != nil {
		return nil, err
	}
	x, err := pictureTensor(&preset.Preprocess, img)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", all[0].name, err)
	}
	return map[string]*tensor.Tensor{net.Inputs()[0]: x}, nil
}

func pictureTensor(p *imagenet.Preprocess, img *imagenet.Image) (*tensor.Tensor, error) {
	data, err := p.Tensor(img)
	if err != nil {
		return nil, err
	}
	return tensor.Of(data, 1, p.Channels(), p.CropH, p.CropW)
}
