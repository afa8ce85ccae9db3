package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/internal/atomicfile"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/internal/nearest"
	"github.com/prototxt2go/prototxt2go/npy"
	"github.com/prototxt2go/prototxt2go/tensor"
)

func newRun() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run --model NET --input [BLOB=]FILE.npy…",
		Short: "Run a net on arrays and write its outputs",
		Long: `run feeds arrays (.npy) or a picture to a net and writes each output, or just the
blobs named with --blob, as DIR/BLOB.npy; a '/' in a blob's name becomes '__'.

An array is taken as it is, and the net takes its shape. "-" is standard input.`,
		Example: `  runcaffe run --model net.prototxt --weights net.caffemodel --input x.npy
  runcaffe run --model net.caffemodel --input data=x.npy --input label=y.npy --blob fc6 --output-dir out`,
		Args: cli.Args(cobra.NoArgs),
	}
	r := &runNet{model: addModelFlags(cmd), picture: addPictureFlags(cmd), format: cli.AddFormat(cmd)}
	flags := cmd.Flags()
	flags.StringArrayVarP(&r.inputs, "input", "i", nil, "an array for an input, as `[BLOB=]FILE.npy`; may be repeated")
	flags.StringVar(&r.image, "image", "", "a picture for the one input, prepared as classify does")
	flags.StringArrayVar(&r.blobs, "blob", nil, "a blob to write in place of the outputs; may be repeated")
	flags.StringVar(&r.dir, "output-dir", ".", "folder for the arrays")
	flags.BoolVar(&r.force, "force", false, "replace files that are there")
	cmd.RunE = r.run
	return cmd
}

type runNet struct {
	model   *modelFlags
	picture *pictureFlags
	format  *cli.Format
	inputs  []string
	image   string
	blobs   []string
	dir     string
	force   bool
}

// written is what is told of one blob.
type written struct {
	Blob  string `json:"blob"`
	Shape []int  `json:"shape"`
	File  string `json:"file"`
}

func (r *runNet) run(cmd *cobra.Command, _ []string) error {
	asJSON, err := r.format.JSON()
	if err != nil {
		return err
	}
	if len(r.inputs) == 0 && r.image == "" {
		return cli.Usagef("give an --input or an --image")
	}
	net, err := r.model.load(cmd)
	if err != nil {
		return err
	}
	inputs, err := r.tensors(cmd, net)
	if err != nil {
		return err
	}
	names := r.blobs
	if len(names) == 0 {
		for _, v := range net.Graph().Outputs {
			names = append(names, v.Name)
		}
	}
	files, err := blobFiles(names)
	if err != nil {
		return err
	}
	out, err := net.Forward(cmd.Context(), inputs, r.blobs...)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.dir, 0o777); err != nil {
		return err
	}
	var all []written
	for i, name := range names {
		file := filepath.Join(r.dir, files[i])
		if err := r.write(file, out[name]); err != nil {
			return err
		}
		all = append(all, written{name, out[name].Shape, file})
	}
	if asJSON {
		return cli.WriteJSON(cmd.OutOrStdout(), all)
	}
	for _, w := range all {
		fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s\n", w.Blob, caffe.ShapeString(w.Shape), w.File)
	}
	return nil
}

// blobFiles returns a file name for each blob, none for two.
func blobFiles(blobs []string) ([]string, error) {
	files := make([]string, len(blobs))
	for i, blob := range blobs {
		files[i] = strings.ReplaceAll(blob, "/", "__") + ".npy"
		if j := slices.Index(files[:i], files[i]); j >= 0 {
			return nil, fmt.Errorf("blobs %q and %q would both be written to %s", blobs[j], blob, files[i])
		}
	}
	return files, nil
}

func (r *runNet) write(file string, t *tensor.Tensor) error {
	f, err := atomicfile.Create(file, r.force)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := npy.Write(f, t.Shape, t.Data); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return f.Commit()
}

// tensors reads the inputs that the flags name.
func (r *runNet) tensors(cmd *cobra.Command, net *prototxt2go.Net) (map[string]*tensor.Tensor, error) {
	var known []string
	for _, v := range net.Graph().Inputs {
		known = append(known, v.Name)
	}
	inputs := map[string]*tensor.Tensor{}
	for _, arg := range r.inputs {
		blob, file, ok := strings.Cut(arg, "=")
		if !ok {
			file = arg
			if len(known) != 1 {
				return nil, cli.Usagef("--input %s: the net has the inputs %s: write BLOB=%s", arg, strings.Join(known, ", "), arg)
			}
			blob = known[0]
		}
		if !slices.Contains(known, blob) {
			return nil, cli.Usagef("--input %s: the net has no input %q%s; it has %s", arg, blob, nearest.Hint(blob, known), strings.Join(known, ", "))
		}
		if inputs[blob] != nil {
			return nil, cli.Usagef("--input %s: input %q is given already", arg, blob)
		}
		a, err := readArray(cmd.InOrStdin(), file)
		if err != nil {
			return nil, err
		}
		inputs[blob] = &tensor.Tensor{Shape: a.Shape, Data: a.Data}
	}
	if r.image != "" {
		return inputs, r.addImage(cmd, net, inputs)
	}
	return inputs, nil
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

// addImage prepares the picture for the one input of pictures.
func (r *runNet) addImage(cmd *cobra.Command, net *prototxt2go.Net, inputs map[string]*tensor.Tensor) error {
	g := net.Graph()
	if len(g.Inputs) != 1 || g.Inputs[0].Type.Rank() != 4 || len(inputs) > 0 {
		return cli.Usagef("--image is for a net with one input N×C×H×W, and in place of --input")
	}
	preset, err := r.picture.apply(cmd, net)
	if err != nil {
		return err
	}
	all, err := pictures(cmd, []string{r.image})
	if err != nil {
		return err
	}
	if len(all) != 1 {
		return cli.Usagef("--image takes one picture, %s holds %d", r.image, len(all))
	}
	img, err := all[0].open()
	if err != nil {
		return nameIn(r.image, err)
	}
	x, err := pictureTensor(&preset.Preprocess, img)
	inputs[g.Inputs[0].Name] = x
	return err
}

func pictureTensor(p *imagenet.Preprocess, img *imagenet.Image) (*tensor.Tensor, error) {
	data, err := p.Tensor(img)
	if err != nil {
		return nil, err
	}
	return tensor.Of(data, 1, p.Channels(), p.CropH, p.CropW)
}
