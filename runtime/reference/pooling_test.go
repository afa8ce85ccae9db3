package reference

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/tensor"
)

// naivePooling visits every element of the unclipped window, in float64, and asks
// of each whether it lies in the map or in its padding.
func naivePooling(op ir.Pooling, x *tensor.Tensor, out []int) (y []float64, mask []float32) {
	h, w := x.Shape[2], x.Shape[3]
	each(out, func(o []int) {
		largest, place := -math.MaxFloat32, -1
		sum, squares, count := 0.0, 0.0, 0
		each(op.Kernel, func(tap []int) {
			i := o[2]*op.Stride[0] - op.Pad[0] + tap[0]
			j := o[3]*op.Stride[1] - op.Pad[1] + tap[1]
			if i < h+op.Pad[0] && j < w+op.Pad[1] {
				count++
			}
			at, ok := offset(x.Shape, []int{o[0], o[1], i, j})
			if !ok {
				return
			}
			v := float64(x.Data[at])
			sum += v
			squares += v * v
			if v > largest {
				largest, place = v, i*w+j
			}
		})
		switch {
		case op.Method == ir.PoolMax:
			y, mask = append(y, largest), append(mask, float32(place))
		case op.Method == ir.PoolAve:
			y = append(y, sum/float64(count))
		case sum > 0:
			y = append(y, squares/sum)
		default:
			y = append(y, 0)
		}
	})
	return y, mask
}

func TestPooling(t *testing.T) {
	for _, c := range []struct {
		x                   []int
		kernel, pad, stride []int
	}{
		{[]int{2, 3, 7, 7}, []int{2, 2}, []int{0, 0}, []int{2, 2}},
		{[]int{2, 3, 7, 10}, []int{3, 3}, []int{1, 1}, []int{2, 2}},
		{[]int{1, 5, 13, 8}, []int{3, 2}, []int{2, 1}, []int{1, 3}},
		{[]int{1, 2, 112, 112}, []int{3, 3}, []int{0, 0}, []int{2, 2}},
		{[]int{2, 1, 4, 4}, []int{5, 5}, []int{3, 4}, []int{1, 2}},
		{[]int{1, 1, 1, 1}, []int{1, 1}, []int{0, 0}, []int{1, 1}},
	} {
		for _, method := range []ir.PoolMethod{ir.PoolMax, ir.PoolAve, ir.PoolStochastic} {
			for _, round := range []ir.RoundMode{ir.RoundCeil, ir.RoundFloor} {
				op := ir.Pooling{Method: method, Kernel: c.kernel, Pad: c.pad, Stride: c.stride, Round: round, Mask: method == ir.PoolMax}
				if method == ir.PoolStochastic {
					op.Pad = []int{0, 0}
					if c.kernel[0] > c.x[2] {
						continue
					}
				}
				t.Run(fmt.Sprintf("%v %v kernel %v pad %v stride %v %v", method, c.x, op.Kernel, op.Pad, op.Stride, round), func(t *testing.T) {
					g := newGraph(t)
					in := []*ir.Value{g.input("x", c.x...)}
					if !op.Mask {
						g.node(op, in, "y")
					} else {
						g.node(op, in, "y", "mask")
					}
					have := g.run()
					y, mask := naivePooling(op, g.given["x"], have["y"].Shape)
					requireRounded(t, y, have["y"].Data)
					if op.Mask {
						require.Equal(t, mask, have["mask"].Data)
					}
				})
			}
		}
	}
}

func TestPoolingGlobal(t *testing.T) {
	for _, method := range []ir.PoolMethod{ir.PoolMax, ir.PoolAve, ir.PoolStochastic} {
		g := newGraph(t)
		x := g.input("x", 2, 19, 7, 5)
		g.node(ir.Pooling{Method: method, Global: true}, []*ir.Value{x}, "y")
		y := g.run()["y"]
		whole := ir.Pooling{Method: method, Kernel: []int{7, 5}, Pad: []int{0, 0}, Stride: []int{1, 1}}
		want, _ := naivePooling(whole, g.given["x"], y.Shape)
		requireRounded(t, want, y.Data)
	}
}

func TestPoolingByHand(t *testing.T) {
	low := float32(-math.MaxFloat32)
	for _, c := range []struct {
		name    string
		op      ir.Pooling
		x       []float32
		y, mask []float32
	}{
		{
			"the first of equal maxima wins", ir.Pooling{Kernel: []int{1, 3}, Stride: []int{1, 1}, Mask: true},
			[]float32{1, 4, 4, 2, 4}, []float32{4, 4, 4}, []float32{1, 1, 2},
		},
		{
			"padding is no maximum", ir.Pooling{Kernel: []int{1, 3}, Pad: []int{0, 1}, Stride: []int{1, 2}, Mask: true},
			[]float32{-1, -2, -3}, []float32{-1, -2}, []float32{0, 1},
		},
		{
			"NaN and -∞ are above nothing", ir.Pooling{Kernel: []int{1, 2}, Stride: []int{1, 1}, Mask: true},
			[]float32{nan, 1, nan, nan, -inf}, []float32{1, 1, low, low}, []float32{1, 1, -1, -1},
		},
		{
			"a window beyond the map is empty", ir.Pooling{Kernel: []int{1, 1}, Stride: []int{1, 4}, Mask: true},
			[]float32{3, 1, 1, 1, 5, 1}, []float32{3, 5, low}, []float32{0, 4, -1},
		},
		{
			"padding counts in an average", ir.Pooling{Method: ir.PoolAve, Kernel: []int{1, 3}, Pad: []int{0, 1}, Stride: []int{1, 1}},
			[]float32{3, 6}, []float32{3, 3}, nil,
		},
		{
			"what lies beyond it does not", ir.Pooling{Method: ir.PoolAve, Kernel: []int{1, 3}, Pad: []int{0, 1}, Stride: []int{1, 2}},
			[]float32{3, 6, 9, 8}, []float32{3, 23. / 3, 4}, nil,
		},
		{
			"squares over sum", ir.Pooling{Method: ir.PoolStochastic, Kernel: []int{1, 2}, Stride: []int{1, 2}},
			[]float32{1, 3, 0, 0, -1, -2}, []float32{2.5, 0, 0}, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.op.Pad == nil {
				c.op.Pad = []int{0, 0}
			}
			g := newGraph(t)
			names := []string{"y"}
			if c.op.Mask {
				names = append(names, "mask")
			}
			g.node(c.op, []*ir.Value{g.inputOf("x", c.x, 1, 1, 1, len(c.x))}, names...)
			have := g.run()
			require.Equal(t, c.y, have["y"].Data)
			if c.op.Mask {
				require.Equal(t, c.mask, have["mask"].Data)
			}
		})
	}
}

func TestPoolingEmptyWindowAverage(t *testing.T) {
	g := newGraph(t)
	x := g.inputOf("x", []float32{1, 2, 3, 4, 5}, 1, 1, 1, 5)
	g.node(ir.Pooling{Method: ir.PoolAve, Kernel: []int{1, 1}, Pad: []int{0, 0}, Stride: []int{1, 5}}, []*ir.Value{x}, "y")
	y := g.run()["y"].Data
	require.Equal(t, float32(1), y[0])
	require.True(t, y[1] != y[1], "the window has no element and no size")
}
