package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go"
	"github.com/prototxt2go/prototxt2go/caffe"
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

An array is taken as it is, and the net takes its shape. "-" is standard input.
Without --model it runs the embedded net.`,
		Example: `  runcaffe run --model net.prototxt --weights net.caffemodel --input x.npy
  runcaffe run --model net.caffemodel --input data=x.npy --input label=y.npy --blob fc6 --output-dir out`,
		Args: cli.NoArgs,
	}
	r := &runNet{model: addModelFlags(cmd), picture: addPictureFlags(cmd), format: cli.AddFormat(cmd)}
	flags := cmd.Flags()
	flags.StringArrayVarP(&r.inputs, "input", "i", nil, "an array for an input, as `[BLOB=]FILE.npy`; may be repeated")
	flags.StringVar(&r.image, "image", "", "a `picture` for the one input, prepared as classify does")
	flags.StringArrayVar(&r.blobs, "blob", nil, "a `blob` to write in place of the outputs; may be repeated")
	flags.StringVar(&r.dir, "output-dir", ".", "`folder` for the arrays, made where it is not there")
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
	if (len(r.inputs) == 0) == (r.image == "") {
		return cli.Usagef("give either an --input or an --image")
	}
	arrays, err := r.arrays(cmd)
	if err != nil {
		return err
	}
	net, err := r.model.load(cmd, arrays...)
	if err != nil {
		return err
	}
	inputs, err := r.tensors(cmd, net, arrays)
	if err != nil {
		return err
	}
	all, err := r.outputs(net)
	if err != nil {
		return err
	}
	out, err := net.Forward(cmd.Context(), inputs, r.blobs...)
	if err != nil {
		return err
	}
	if err := r.write(all, out); err != nil {
		return err
	}
	if asJSON {
		return cli.WriteJSON(cmd.OutOrStdout(), all)
	}
	return printWritten(cmd.OutOrStdout(), all)
}

// outputs lists what will be written. It returns an error for a blob that the net
// does not have, for two blobs in one file and for a file that is there already.
func (r *runNet) outputs(net *prototxt2go.Net) ([]written, error) {
	g := net.Graph()
	blobs := r.blobs
	if len(blobs) == 0 {
		blobs = valueNames(g.Outputs)
	}
	all := []written{}
	byFile := map[string]string{}
	for _, blob := range blobs {
		v := g.Value(blob)
		if v == nil {
			return nil, cli.Usagef("--blob %s: the net has no such blob%s", blob, nearest.Hint(blob, g.ValueNames()))
		}
		file := filepath.Join(r.dir, strings.ReplaceAll(blob, "/", "__")+".npy")
		switch other, ok := byFile[file]; {
		case ok && other == blob:
			continue
		case ok:
			return nil, fmt.Errorf("blobs %q and %q would both be written to %s", other, blob, file)
		}
		byFile[file] = blob
		if _, err := os.Lstat(file); !r.force && err == nil {
			return nil, fmt.Errorf("%s: %w; use --force to replace it", file, fs.ErrExist)
		}
		all = append(all, written{Blob: blob, File: file})
	}
	return all, nil
}

// write writes all files, or none.
func (r *runNet) write(all []written, out map[string]*tensor.Tensor) error {
	if err := os.MkdirAll(r.dir, 0o777); err != nil {
		return err
	}
	var files []*atomicfile.File
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	for i := range all {
		w := &all[i]
		t := out[w.Blob]
		w.Shape = append([]int{}, t.Shape...)
		f, err := atomicfile.Create(w.File, r.force)
		if err != nil {
			return err
		}
		files = append(files, f)
		if err := npy.Write(f, t.Shape, t.Data); err != nil {
			return fmt.Errorf("%s: %w", w.File, err)
		}
	}
	for _, f := range files {
		if err := f.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// printWritten tells of the files in columns.
func printWritten(w io.Writer, all []written) error {
	var blobWidth, shapeWidth int
	for _, o := range all {
		blobWidth = max(blobWidth, len(o.Blob))
		shapeWidth = max(shapeWidth, len(caffe.ShapeString(o.Shape)))
	}
	var b strings.Builder
	for _, o := range all {
		fmt.Fprintf(&b, "%-*s  %-*s  %s\n", blobWidth, o.Blob, shapeWidth, caffe.ShapeString(o.Shape), o.File)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
