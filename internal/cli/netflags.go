package cli

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/caffe/importer"
	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// NetFlags are the flags that say how a net is read.
type NetFlags struct {
	Schema string
	Phase  string
	Level  int
	Stages []string
	Shapes []string
}

// AddNetFlags adds the flags to a command.
func AddNetFlags(cmd *cobra.Command) *NetFlags {
	f := &NetFlags{}
	flags := cmd.Flags()
	flags.StringVar(&f.Schema, "schema", "", "a fork's `caffe.proto`, for fields that are not known")
	flags.StringVar(&f.Phase, "phase", "test", "phase of the net: test or train")
	flags.IntVar(&f.Level, "level", 0, "level of the net, for include and exclude rules")
	flags.StringSliceVar(&f.Stages, "stage", nil, "stages of the net, for include and exclude rules")
	flags.StringArrayVar(&f.Shapes, "shape", nil, "shape of an input, as `BLOB=1x3x224x224`; may be repeated")
	Complete(cmd, "phase", "test", "train")
	return f
}

// State returns the net state that the flags ask for.
func (f *NetFlags) State() (caffe.State, error) {
	s := caffe.State{Level: f.Level, Stages: f.Stages, Phase: caffe.Phase(strings.ToUpper(f.Phase))}
	if s.Phase != caffe.Test && s.Phase != caffe.Train {
		return s, Usagef("there is no phase %q: test or train", f.Phase)
	}
	return s, nil
}

// ReadSchema reads the schema that the flags name; nil stands for the known ones.
func (f *NetFlags) ReadSchema() (*schema.Schema, error) {
	if f.Schema == "" {
		return nil, nil
	}
	file, err := os.Open(f.Schema)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return schema.Extend(f.Schema, file)
}

// InputShapes returns the shapes by blob.
func (f *NetFlags) InputShapes() (map[string][]int, error) {
	shapes := map[string][]int{}
	for _, arg := range f.Shapes {
		blob, text, ok := strings.Cut(arg, "=")
		if !ok || blob == "" {
			return nil, Usagef("--shape %s: write it as BLOB=1x3x224x224", arg)
		}
		if shapes[blob] != nil {
			return nil, Usagef("--shape %s: %q has a shape already", arg, blob)
		}
		shape, err := parseShape(text)
		if err != nil {
			return nil, Usagef("--shape %s: %w", arg, err)
		}
		shapes[blob] = shape
	}
	return shapes, nil
}

// ShapeHint adds to the error about an input without a shape which flag gives
// one.
func ShapeHint(err error) error {
	var unshaped *importer.UnshapedError
	if !errors.As(err, &unshaped) {
		return err
	}
	return fmt.Errorf("%w, with --shape", err)
}

// parseShape reads a shape such as 1x3x224x224; () is that of a scalar.
func parseShape(text string) ([]int, error) {
	shape := []int{}
	if text == "()" {
		return shape, nil
	}
	for part := range strings.SplitSeq(strings.ReplaceAll(text, ",", "x"), "x") {
		d, err := strconv.ParseInt(part, 10, 32)
		if err != nil || d < 0 {
			return nil, fmt.Errorf("%q is no axis of a shape", part)
		}
		shape = append(shape, int(d))
	}
	return shape, nil
}

// Warn tells warnings on standard error, each on a line.
func Warn(cmd *cobra.Command, warnings []string) {
	for _, w := range warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: warning: %s\n", cmd.Root().Name(), w)
	}
}
