// Package fill makes weights that no file gives: what Caffe's constant and
// bilinear fillers make, and deterministic pseudo-random weights that anyone can
// make again, bit for bit, for nets whose trained weights are not at hand.
package fill

import (
	"fmt"
	"hash/fnv"
	"math"

	"github.com/prototxt2go/prototxt2go/caffe"
)

// Deterministic returns the deterministic weights of one blob of a layer. The
// element i is drawn from u, the upper 24 bits, as a fraction, of the splitmix64
// stream that the FNV-1a hash of "net/layer/blob" seeds. Products get a uniform
// distribution whose variance suits their fan-in, biases one in ±0.1, factors
// one in [0.5, 1.5); a BatchNorm gets mean 0, variance 1 and factor 1. It is
// computed in float64 and rounded once.
func Deterministic(net, layer, layerType string, blob int, shape []int) caffe.Reader {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%s/%d", net, layer, blob)
	r := random{seed: h.Sum64(), times: 2, plus: -1, scale: 0.1}
	switch layerType {
	case "Convolution", "Deconvolution", "InnerProduct":
		if blob == 0 {
			r.scale = math.Sqrt(6 / fanIn(shape))
		}
	case "Scale", "Normalize", "BN":
		if blob == 0 {
			r.times, r.plus, r.scale = 1, 0.5, 1
		}
	case "PReLU":
		r.times, r.plus, r.scale = 1, 0, 0.5
	case "BatchNorm":
		return Constant(min(float32(blob), 1))
	}
	return r
}

// fanIn returns the elements of one output's weights.
func fanIn(shape []int) float64 {
	n := 1.0
	for i, d := range shape {
		if i > 0 {
			n *= float64(d)
		}
	}
	return n
}

// random is (times·u + plus)·scale.
type random struct {
	seed               uint64
	times, plus, scale float64
}

// Read implements caffe.Reader.
func (r random) Read(dst []float32, offset int) {
	for i := range dst {
		z := r.seed + uint64(offset+i+1)*0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		z ^= z >> 31
		u := float64(z>>40) / (1 << 24)
		dst[i] = float32((r.times*u + r.plus) * r.scale)
	}
}

// Constant is a reader whose elements are all the same.
type Constant float32

// Read implements caffe.Reader.
func (c Constant) Read(dst []float32, _ int) {
	for i := range dst {
		dst[i] = float32(c)
	}
}

// Bilinear returns the bilinear filler of Caffe 1.0, which makes a Deconvolution
// interpolate. The shape must have four axes, the last two the same. Caffe's
// later sources center kernels that are not made for a whole factor otherwise.
func Bilinear(shape []int) (caffe.Reader, error) {
	if len(shape) != 4 || shape[2] != shape[3] {
		return nil, fmt.Errorf("the bilinear filler is for square kernels of 4 axes, not for %s", caffe.ShapeString(shape))
	}
	return bilinear{side: shape[3]}, nil
}

type bilinear struct{ side int }

// Read implements caffe.Reader.
func (b bilinear) Read(dst []float32, offset int) {
	f := math.Ceil(float64(b.side) / 2)
	center := (2*f - 1 - math.Mod(f, 2)) / (2 * f)
	for i := range dst {
		x := float64((offset + i) % b.side)
		y := float64((offset + i) / b.side % b.side)
		dst[i] = float32((1 - math.Abs(x/f-center)) * (1 - math.Abs(y/f-center)))
	}
}

// Filler returns what a filler of the prototxt makes: the constant and the
// bilinear one. Of the random ones each Caffe made another draw, so they are an
// error that says what to do.
func Filler(kind string, value float32, shape []int) (caffe.Reader, error) {
	switch kind {
	case "constant":
		return Constant(value), nil
	case "bilinear":
		return Bilinear(shape)
	default:
		return nil, fmt.Errorf("no weights are given and its filler %q is random: give the weights, or ask for the deterministic fill", kind)
	}
}
