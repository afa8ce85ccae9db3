package prototxt2go

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/prototxt2go/prototxt2go/imagenet"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// Classifier names what is in pictures. It is safe for concurrent use.
type Classifier struct {
	net    *Net
	preset Preset
	input  string // the blob
	output *ir.Value
}

// Classifier returns a classifier that prepares pictures and names classes as the
// preset says, which is the net's own or a changed one. It returns an error if
// the net has not one input for such pictures and one output of classes, or the
// preset another number of class names.
func (n *Net) Classifier(p Preset) (*Classifier, error) {
	g := n.Graph()
	c := &Classifier{net: n, preset: p, output: classOutput(g)}
	if len(g.Inputs) != 1 || g.Inputs[0].Type.Rank() != 4 {
		return nil, fmt.Errorf("a picture needs a net with one input N×C×H×W; this one has %s", valueList(g.Inputs))
	}
	if c.output == nil {
		return nil, fmt.Errorf("classes need a net with one output N×C of probabilities; this one has %s", valueList(g.Outputs))
	}
	c.input = n.Inputs()[0]
	if channels, want := p.Preprocess.Channels(), g.Inputs[0].Type.Shape[1]; channels != want {
		return nil, fmt.Errorf("pictures of %d channels do not fit input %q of %d", channels, c.input, want)
	}
	if p.Classes != nil && len(p.Classes.Names) != c.Classes() {
		return nil, fmt.Errorf("there are %d class names, but output %q has %d classes", len(p.Classes.Names), c.output.Name, c.Classes())
	}
	return c, nil
}

func valueList(values []*ir.Value) string {
	if len(values) == 0 {
		return "none"
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = fmt.Sprintf("%q %v", v.Name, v.Type)
	}
	return strings.Join(names, ", ")
}

// Classes returns the number of classes.
func (c *Classifier) Classes() int { return classCount(c.output) }

// Probabilities returns the probability of each class for a picture, resized and
// cropped at the centre.
func (c *Classifier) Probabilities(ctx context.Context, img *imagenet.Image) ([]float32, error) {
	all, err := c.Batch(ctx, []*imagenet.Image{img}, false)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Batch returns the probabilities of each class for several pictures, run as one
// batch. With tenCrop they are the means over the four corners, the centre, and
// the mirror of each, as pycaffe's oversampling takes them.
func (c *Classifier) Batch(ctx context.Context, images []*imagenet.Image, tenCrop bool) ([][]float32, error) {
	if len(images) == 0 {
		return nil, errors.New("a batch needs a picture")
	}
	p := c.preset.Preprocess
	crops := 1
	var data []float32
	for _, img := range images {
		parts, err := [][]float32(nil), error(nil)
		if tenCrop {
			parts, err = p.TenCrop(img)
		} else {
			parts = make([][]float32, 1)
			parts[0], err = p.Tensor(img)
		}
		if err != nil {
			return nil, err
		}
		crops = len(parts)
		for _, part := range parts {
			data = append(data, part...)
		}
	}
	x, err := tensor.Of(data, len(images)*crops, p.Channels(), p.CropH, p.CropW)
	if err != nil {
		return nil, err
	}
	out, err := c.net.Forward(ctx, map[string]*tensor.Tensor{c.input: x})
	if err != nil {
		return nil, err
	}
	return means(out[c.output.Name].Data, len(images), crops), nil
}

// means returns, for each picture, the means over its crops.
func means(data []float32, images, crops int) [][]float32 {
	classes := len(data) / (images * crops)
	all := make([][]float32, images)
	for i := range all {
		sums := make([]float64, classes)
		for k := range crops {
			for j, v := range data[(i*crops+k)*classes:][:classes] {
				sums[j] += float64(v)
			}
		}
		all[i] = make([]float32, classes)
		for j, s := range sums {
			all[i][j] = float32(s / float64(crops))
		}
	}
	return all
}

// Top returns the k most probable classes, the first first.
func (c *Classifier) Top(probabilities []float32, k int) []Prediction {
	var all []Prediction
	for _, p := range imagenet.TopK(probabilities, k) {
		name := ""
		if c.preset.Classes != nil {
			name = c.preset.Classes.Names[p.Index]
		}
		all = append(all, Prediction{p.Index, name, p.Probability})
	}
	return all
}
