package imagenet

import (
	"errors"
	"fmt"
	"slices"
)

// Preprocess says how an image becomes a net's input: resize, crop, subtract the
// mean, scale. It holds what Caffe's DataTransformer and pycaffe's Classifier
// offer for inference.
type Preprocess struct {
	// ResizeShorter is the length to which the shorter side is resized, 0 for
	// none. See the function of that name.
	ResizeShorter int
	// FitH and FitW are the size to which the whole image is resized whatever its
	// shape, as Caffe's new_height and new_width; 0 for none. The crop's own size
	// fits the image into it. At most one of the two ways to resize may be asked
	// for.
	FitH, FitW int
	// CropH and CropW are the input's size, at most the resized image's.
	CropH, CropW int
	// Gray makes one channel, of luma as Image.Gray gives it, in place of three.
	// It is taken before the image is resized.
	Gray bool
	// BGR puts blue first; otherwise red is. Without meaning under Gray.
	BGR bool
	// Mean is subtracted from each channel: one value for all of them, or one a
	// channel in the tensor's order. Empty means 0.
	Mean []float32
	// MeanImage is subtracted pixel by pixel: [C,MeanH,MeanW] in the tensor's
	// order, as a mean file holds it. Its size is the resized image's, and it is
	// cropped with the image; or it is the crop's and is used as it is. It
	// excludes Mean.
	MeanImage    []float32
	MeanH, MeanW int
	// Scale multiplies what the means leave; 0 stands for 1.
	Scale float32
}

// SENet returns the preprocessing of the official SENet models: shorter side 256,
// crop 224, BGR, means 104, 117, 123, no scale.
func SENet() Preprocess {
	return Preprocess{ResizeShorter: 256, CropH: 224, CropW: 224, BGR: true, Mean: []float32{104, 117, 123}}
}

// Channels returns the number of channels of the input, 1 or 3.
func (p *Preprocess) Channels() int {
	if p.Gray {
		return 1
	}
	return 3
}

// Len returns the number of elements of one input, C·H·W.
func (p *Preprocess) Len() int {
	return p.Channels() * p.CropH * p.CropW
}

// Tensor returns one image's input, [C,H,W]: the crop at the centre, offset
// (H-CropH)/2 and (W-CropW)/2 rounded down, as (x-mean)·scale in float32.
func (p *Preprocess) Tensor(img *Image) ([]float32, error) {
	r, err := p.prepare(img)
	if err != nil {
		return nil, err
	}
	dst := make([]float32, p.Len())
	p.fill(dst, r, p.centre(r), false)
	return dst, nil
}

// TenCrop returns ten inputs, each [C,H,W], in pycaffe's order: the corners top
// left, top right, bottom left and bottom right, the centre, then the same five
// mirrored left to right. They lie one behind the other in one array, so the
// first extended to ten times its length is a batch. A mean image of the resized
// image's size is mirrored with the pixels, one of the crop's size is not.
func (p *Preprocess) TenCrop(img *Image) ([][]float32, error) {
	r, err := p.prepare(img)
	if err != nil {
		return nil, err
	}
	bottom, right := r.height-p.CropH, r.width-p.CropW
	origins := []origin{{0, 0}, {0, right}, {bottom, 0}, {bottom, right}, p.centre(r)}
	n := p.Len()
	batch := make([]float32, 2*len(origins)*n)
	crops := make([][]float32, 2*len(origins))
	for i := range crops {
		crops[i] = batch[i*n : (i+1)*n]
		p.fill(crops[i], r, origins[i%len(origins)], i >= len(origins))
	}
	return crops, nil
}

// prepare checks the settings and returns the image ready to be cropped.
func (p *Preprocess) prepare(img *Image) (raster, error) {
	if err := p.check(); err != nil {
		return raster{}, fmt.Errorf("prepare a picture: %w", err)
	}
	r, err := p.resized(img)
	if err != nil {
		return raster{}, fmt.Errorf("prepare a picture: %w", err)
	}
	if r.width < p.CropW || r.height < p.CropH {
		return raster{}, fmt.Errorf("an image of %d by %d pixels is smaller than the crop, %d by %d",
			r.width, r.height, p.CropW, p.CropH)
	}
	if len(p.MeanImage) > 0 && !p.meanIsCropped() && (p.MeanH != r.height || p.MeanW != r.width) {
		return raster{}, fmt.Errorf("a mean of %d by %d pixels fits neither the image, %d by %d, nor the crop, %d by %d",
			p.MeanW, p.MeanH, r.width, r.height, p.CropW, p.CropH)
	}
	return r, nil
}

func (p *Preprocess) check() error {
	c := p.Channels()
	fit := p.FitH != 0 || p.FitW != 0
	switch {
	case p.CropH < 1 || p.CropW < 1 || p.CropW > maxPixels/p.CropH:
		return fmt.Errorf("the crop cannot be %d by %d pixels", p.CropW, p.CropH)
	case p.ResizeShorter != 0 && fit:
		return errors.New("an image cannot be resized both by its shorter side and to fit")
	case len(p.Mean) > 1 && len(p.Mean) != c:
		return fmt.Errorf("%d means for %d channels", len(p.Mean), c)
	case len(p.MeanImage) == 0:
		return nil
	case len(p.Mean) > 0:
		return errors.New("means a channel and a mean image exclude each other")
	case p.MeanH < 1 || p.MeanW < 1 || p.MeanW > maxPixels/p.MeanH || len(p.MeanImage) != c*p.MeanH*p.MeanW:
		return fmt.Errorf("a mean image of %d values is not %d channels of %d by %d", len(p.MeanImage), c, p.MeanW, p.MeanH)
	}
	return nil
}

func (p *Preprocess) resized(img *Image) (raster, error) {
	r := img.raster()
	if r.width < 1 || r.height < 1 || len(r.pix) != 3*r.width*r.height {
		return raster{}, errors.New("the image is not valid")
	}
	if p.Gray {
		r.channels, r.pix = 1, img.Gray()
	}
	switch {
	case p.FitH != 0 || p.FitW != 0:
		return resize(r, p.FitW, p.FitH)
	case p.ResizeShorter != 0:
		w, h, err := shorterTo(r.width, r.height, p.ResizeShorter)
		if err != nil {
			return raster{}, err
		}
		return resize(r, w, h)
	}
	return r, nil
}

// origin is the top left pixel of a crop.
type origin struct{ y, x int }

func (p *Preprocess) centre(r raster) origin {
	return origin{(r.height - p.CropH) / 2, (r.width - p.CropW) / 2}
}

func (p *Preprocess) meanIsCropped() bool {
	return p.MeanH == p.CropH && p.MeanW == p.CropW
}

// fill writes the crop at o, mirrored left to right or not, to dst, [C,H,W].
func (p *Preprocess) fill(dst []float32, r raster, o origin, mirror bool) {
	scale := p.Scale
	if scale == 0 {
		scale = 1
	}
	mean := make([]float32, p.CropW)
	for c := range r.channels {
		from := c
		if p.BGR {
			from = r.channels - 1 - c
		}
		for y := range p.CropH {
			p.meanRow(mean, c, y, o, mirror)
			row := r.pix[((o.y+y)*r.width+o.x)*r.channels:]
			out := dst[(c*p.CropH+y)*p.CropW:][:p.CropW]
			for x := range out {
				at := x
				if mirror {
					at = p.CropW - 1 - x
				}
				out[x] = (float32(row[at*r.channels+from]) - mean[x]) * scale
			}
		}
	}
}

// meanRow fills dst with what is subtracted from row y of channel c of the crop at
// o, in the order of the output.
func (p *Preprocess) meanRow(dst []float32, c, y int, o origin, mirror bool) {
	if len(p.MeanImage) == 0 {
		value := float32(0)
		if len(p.Mean) > 0 {
			value = p.Mean[min(c, len(p.Mean)-1)]
		}
		for x := range dst {
			dst[x] = value
		}
		return
	}
	plane := p.MeanImage[c*p.MeanH*p.MeanW:]
	if p.meanIsCropped() {
		copy(dst, plane[y*p.MeanW:])
		return
	}
	copy(dst, plane[(o.y+y)*p.MeanW+o.x:])
	if mirror {
		slices.Reverse(dst)
	}
}
