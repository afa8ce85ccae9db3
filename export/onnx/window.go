package onnx

import "github.com/prototxt2go/prototxt2go/ir"

// windows are the windows of a pooling along one axis.
type windows struct {
	side, count         int // elements of the map, windows
	kernel, pad, stride int
}

// windowsOf returns the windows along both axes of a pooling of a map.
func windowsOf(op ir.Pooling, in, out []int) [2]windows {
	var both [2]windows
	for i := range both {
		w := windows{side: in[2+i], count: out[2+i], stride: 1}
		if w.kernel = w.side; !op.Global {
			w.kernel, w.pad, w.stride = op.Kernel[i], op.Pad[i], op.Stride[i]
		}
		both[i] = w
	}
	return both
}

// behind returns the pad behind the map with which ONNX, which rounds down, makes
// as many windows.
func (w windows) behind() int {
	return max(0, (w.count-1)*w.stride+w.kernel-w.side-w.pad)
}

// outside reports whether the last window lies wholly behind the map: runtimes
// take no pad of the kernel's length. No other window does, and none where there is
// padding.
func (w windows) outside() bool { return w.behind() >= w.kernel }

// clipped reports whether a window reaches beyond the padding that Caffe counts.
func (w windows) clipped() bool { return w.behind() > w.pad }

// caffeDivisor returns the length of window i clipped to the padded map, as Caffe
// counts it; it may be 0 or less.
func (w windows) caffeDivisor(i int) int {
	start := i*w.stride - w.pad
	return min(start+w.kernel, w.side+w.pad) - start
}

// elements returns how many elements of the map are in window i, at least 1.
func (w windows) elements(i int) int {
	start := i*w.stride - w.pad
	return max(1, min(start+w.kernel, w.side)-max(start, 0))
}

// A ratio is a source with an element for each window: ONNX's divisor of an average
// over Caffe's, or with inverse the other way round. ONNX divides by all of the
// kernel or, without padded, by the elements of the map in a window.
type ratio struct {
	windows         [2]windows
	padded, inverse bool
}

// Read implements ir.Source.
func (r ratio) Read(dst []float32, offset int) {
	for i := range dst {
		dst[i] = float32(r.at(offset + i))
	}
}

// Read64 implements ir.Source64.
func (r ratio) Read64(dst []float64, offset int) {
	for i := range dst {
		dst[i] = r.at(offset + i)
	}
}

func (r ratio) at(i int) float64 {
	h, w := r.windows[0], r.windows[1]
	y, x := i/w.count, i%w.count
	caffe, onnx := float64(h.caffeDivisor(y)*w.caffeDivisor(x)), float64(h.elements(y)*w.elements(x))
	if r.padded {
		onnx = float64(h.kernel * w.kernel)
	}
	if r.inverse {
		return caffe / onnx
	}
	return onnx / caffe
}
