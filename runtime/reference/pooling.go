package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(pooling) }

// A poolWindow is what a window covers of a map of width w, and the divisor of
// its average.
type poolWindow struct {
	top, bottom, left, right int
	w                        int
	divisor                  int
}

func pooling(op ir.Pooling, c *call) error {
	x, side := c.data(0), c.shape(0)[2:]
	out, y := c.outShape(0), c.out(0)
	var mask []float64
	if op.Mask {
		mask = c.out(1)
	}
	if op.Global {
		op.Kernel, op.Pad, op.Stride = side, []int{0, 0}, []int{1, 1}
	}
	windows := poolWindows(op, side, out[2:])
	size := side[0] * side[1]
	return c.planes(out[0]*out[1], max(size, len(windows)), func(i int) {
		plane, to := x[i*size:][:size], y[i*len(windows):]
		for j, w := range windows {
			switch op.Method {
			case ir.PoolMax:
				value, index := w.max(plane)
				to[j] = value
				if op.Mask {
					mask[i*len(windows)+j] = float64(index)
				}
			case ir.PoolAve:
				to[j] = w.average(plane)
			case ir.PoolStochastic:
				to[j] = w.stochastic(plane)
			}
		}
	})
}

// poolWindows returns the windows of a map, in the order of the output.
func poolWindows(op ir.Pooling, side, out []int) []poolWindow {
	windows := make([]poolWindow, 0, out[0]*out[1])
	for i := range out[0] {
		top, bottom, height := poolSpan(op, side, 0, i)
		for j := range out[1] {
			left, right, width := poolSpan(op, side, 1, j)
			windows = append(windows, poolWindow{top, bottom, left, right, side[1], height * width})
		}
	}
	return windows
}

// poolSpan returns what window i covers along an axis, which may be nothing, and
// its length clipped to the padded map, which Caffe lets be 0 or less for a last
// window that a long stride has put beyond it.
func poolSpan(op ir.Pooling, side []int, axis, i int) (start, end, length int) {
	start = i*op.Stride[axis] - op.Pad[axis]
	end = min(start+op.Kernel[axis], side[axis]+op.Pad[axis])
	length = end - start
	return max(start, 0), min(end, side[axis]), length
}

// max returns the first maximum and its place in the map: -MaxFloat32 and -1
// where nothing is above that.
func (w poolWindow) max(plane []float64) (value float64, index int) {
	value, index = -math.MaxFloat32, -1
	for i := w.top; i < w.bottom; i++ {
		for j := w.left; j < w.right; j++ {
			if v := plane[i*w.w+j]; v > value {
				value, index = v, i*w.w+j
			}
		}
	}
	return value, index
}

func (w poolWindow) average(plane []float64) float64 {
	sum := 0.0
	for i := w.top; i < w.bottom; i++ {
		for j := w.left; j < w.right; j++ {
			sum += plane[i*w.w+j]
		}
	}
	return sum / float64(w.divisor)
}

// stochastic is Caffe's rule at test time; a sum that is not positive gives 0.
func (w poolWindow) stochastic(plane []float64) float64 {
	sum, squares := 0.0, 0.0
	for i := w.top; i < w.bottom; i++ {
		for j := w.left; j < w.right; j++ {
			v := plane[i*w.w+j]
			sum += v
			squares += float64(v * v)
		}
	}
	if sum > 0 {
		return squares / sum
	}
	return 0
}
