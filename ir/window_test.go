package ir

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func pooling(method PoolMethod, kernel, pad, stride int, round RoundMode) Pooling {
	return Pooling{Method: method, Kernel: []int{kernel, kernel}, Pad: []int{pad, pad}, Stride: []int{stride, stride}, Round: round}
}

// countPools counts windows by going over their places, as Caffe's rule has it
// in words: a window starts at each multiple of the stride as long as one more
// whole window fits, and in CEIL mode one more if elements are left over.
func countPools(d, kernel, pad, stride int, round RoundMode, anyPad bool) int {
	padded := d + 2*pad
	n, next := 0, 0
	for ; next+kernel <= padded; next += stride {
		n++
	}
	if n == 0 { // kernel > padded
		if round == RoundFloor || kernel-padded >= stride {
			return 0
		}
		n, next = 1, stride
	} else if round == RoundCeil && next-stride+kernel < padded {
		n++
		next += stride
	}
	if last := next - stride; anyPad && last >= d+pad {
		n--
	}
	return n
}

func TestPoolingSides(t *testing.T) {
	for d := 1; d <= 13; d++ {
		for kernel := 1; kernel <= 7; kernel++ {
			for pad := range kernel {
				for stride := 1; stride <= 5; stride++ {
					for round := range RoundMode(2) {
						p := pooling(PoolMax, kernel, pad, stride, round)
						want := countPools(d, kernel, pad, stride, round, pad > 0)
						got, err := p.Infer(in(F32(2, 3, d, d)))
						if want < 1 {
							require.ErrorContains(t, err, "does not fit into", "%+v over %d", p, d)
							continue
						}
						require.NoError(t, err, "%+v over %d", p, d)
						require.Equal(t, []int{2, 3, want, want}, got[0].Shape, "%+v over %d", p, d)
					}
				}
			}
		}
	}
}

// TestPoolingPadOfOneAxis clips both axes where only one has a pad, as Caffe does.
func TestPoolingPadOfOneAxis(t *testing.T) {
	p := Pooling{Kernel: []int{2, 1}, Pad: []int{1, 0}, Stride: []int{2, 3}}
	got, err := p.Infer(in(F32(1, 1, 4, 3)))
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 3, 1}, got[0].Shape, "along W a second window would start at 3, beyond the map")
	p = Pooling{Kernel: []int{2, 1}, Pad: []int{0, 0}, Stride: []int{2, 3}}
	got, err = p.Infer(in(F32(1, 1, 4, 3)))
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 2, 2}, got[0].Shape)
}

func TestInferPooling(t *testing.T) {
	x := F32(2, 3, 14, 13)
	runInferTests(t, []inferTest{
		{Pooling{Method: PoolAve, Global: true}, in(x), in(F32(2, 3, 1, 1)), ""},
		{Pooling{Global: true, Mask: true}, in(x), in(F32(2, 3, 1, 1), F32(2, 3, 1, 1)), ""},
		{Pooling{Global: true}, in(F32(0, 3, 1, 1)), in(F32(0, 3, 1, 1)), ""},
		{Pooling{Global: true}, in(F32(2, 3, 0, 1)), nil, "nothing to pool in f32[2,3,0,1]"},
		{Pooling{Global: true, Kernel: []int{1, 1}}, in(x), nil, "global pooling takes no kernel, pad or stride"},
		{Pooling{Global: true, Method: PoolAve, Mask: true}, in(x), nil, "a mask is for MAX alone, have AVE"},
		{Pooling{Global: true, Method: 3}, in(x), nil, "there is no PoolMethod 3; there are MAX, AVE, STOCHASTIC"},
		{Pooling{Global: true, Round: 2}, in(x), nil, "there is no RoundMode 2; there are CEIL, FLOOR"},
		{Pooling{Global: true}, in(F32(2, 3, 5)), nil, "needs an input of 4 axes, has f32[2,3,5]"},
		{Pooling{Global: true}, in(x, x), nil, "needs 1 input, has 2"},
		{pooling(PoolAve, 7, 0, 1, RoundCeil), in(F32(1, 8, 5, 5)), nil, "kernel [7 7] does not fit into f32[1,8,5,5] with pad [0 0]"},
		{pooling(PoolMax, 2, 0, 2, RoundCeil), in(F32(1, 8, 0, 4)), nil, "does not fit"},
		{pooling(PoolMax, 3, 3, 1, RoundCeil), in(x), nil, "pad [3 3] must be smaller than kernel [3 3]"},
		{pooling(PoolStochastic, 3, 1, 1, RoundCeil), in(x), nil, "pad [1 1] is for MAX and AVE alone, have STOCHASTIC"},
		{pooling(PoolMax, 0, 0, 1, RoundCeil), in(x), nil, "kernel [0 0] must not be less than 1"},
		{pooling(PoolMax, 1, -1, 1, RoundCeil), in(x), nil, "pad [-1 -1] must not be less than 0"},
		{pooling(PoolMax, 1, 0, 0, RoundCeil), in(x), nil, "stride [0 0] must not be less than 1"},
		{Pooling{Kernel: []int{1}, Pad: []int{0, 0}, Stride: []int{1, 1}}, in(x), nil, "kernel [1], pad [0 0] and stride [1 1] must have 2 entries each"},
		{pooling(PoolMax, math.MaxInt32, math.MaxInt32-1, 1, RoundCeil), in(F32(1, 1, math.MaxInt32, 1)), nil, "more than 2^31-1 elements"},
		{pooling(PoolMax, math.MaxInt32, math.MaxInt32-1, math.MaxInt32, RoundCeil), in(F32(1, 1, math.MaxInt32, 1)), in(F32(1, 1, 2, 1)), ""},
	})
}

func convolution(kernel, pad, stride, dilation int) Convolution {
	return Convolution{Axis: 1, Kernel: []int{kernel}, Pad: []int{pad}, Stride: []int{stride}, Dilation: []int{dilation}, Group: 1}
}

// countFilters counts the places at which all taps lie in the padded map.
func countFilters(d, kernel, pad, stride, dilation int) int {
	n := 0
	for start := 0; start+(kernel-1)*dilation < d+2*pad; start += stride {
		n++
	}
	return n
}

func TestConvolutionSides(t *testing.T) {
	for d := range 14 {
		for kernel := 1; kernel <= 5; kernel++ {
			for pad := range 4 {
				for stride := 1; stride <= 3; stride++ {
					for dilation := 1; dilation <= 3; dilation++ {
						c := convolution(kernel, pad, stride, dilation)
						want := countFilters(d, kernel, pad, stride, dilation)
						got, err := c.Infer(in(F32(1, 2, d), F32(3, 2, kernel)))
						if want < 1 {
							require.ErrorContains(t, err, "does not fit into", "%+v over %d", c, d)
							continue
						}
						require.NoError(t, err, "%+v over %d", c, d)
						require.Equal(t, []int{1, 3, want}, got[0].Shape, "%+v over %d", c, d)
					}
				}
			}
		}
	}
}

func TestInferConvolution(t *testing.T) {
	x := F32(2, 6, 5)
	c := convolution(3, 0, 1, 1)
	grouped, bias, axis, group0 := c, c, c, c
	grouped.Group, bias.Bias, axis.Axis, group0.Group = 3, true, -1, 0
	short := c
	short.Pad = nil
	unfit := c
	unfit.Group = 4
	runInferTests(t, []inferTest{
		{c, in(x, F32(4, 6, 3)), in(F32(2, 4, 3)), ""},
		{grouped, in(x, F32(9, 2, 3)), in(F32(2, 9, 3)), ""},
		{bias, in(x, F32(4, 6, 3), F32(4)), in(F32(2, 4, 3)), ""},
		{Convolution{Axis: 1, Group: 1}, in(F32(2, 6), F32(4, 6)), in(F32(2, 4)), ""},
		{Convolution{Axis: 1, Group: 1, Residual: true, ReLU: true}, in(F32(2, 6), F32(4, 6), F32(2, 4)), in(F32(2, 4)), ""},
		{Convolution{Axis: 1, Group: 1, Bias: true, Residual: true}, in(F32(2, 6), F32(4, 6), F32(4), F32(2, 4)), in(F32(2, 4)), ""},
		{Convolution{Axis: 1, Group: 1, Residual: true}, in(F32(2, 6), F32(4, 6), F32(4, 2)), nil, "needs a residual of the output's f32[2,4], has f32[4,2]"},
		{Convolution{Axis: 1, Group: 1, Bias: true, Residual: true}, in(F32(2, 6), F32(4, 6), F32(4)), nil, "needs 4 inputs, has 3"},
		{Convolution{Axis: 1, Group: 1, Residual: true}, in(F32(2, 6), F32(4, 6)), nil, "needs 3 inputs, has 2"},
		{Convolution{Axis: 0, Group: 1}, in(F32(6), F32(4, 6)), in(F32(4)), ""},
		{c, in(F32(0, 6, 5), F32(4, 6, 3)), in(F32(0, 4, 3)), ""},
		{c, in(x, F32(4, 5, 3)), nil, "needs weights f32[4,6,3] for an input f32[2,6,5], has f32[4,5,3]"},
		{c, in(x, F32(4, 6, 2)), nil, "needs weights f32[4,6,3]"},
		{c, in(x, F32(0, 6, 3)), nil, "num_output of the weights f32[0,6,3] must be positive and a multiple of group 1"},
		{c, in(x, F32()), nil, "num_output of the weights f32[] must be positive"},
		{grouped, in(x, F32(4, 2, 3)), nil, "must be positive and a multiple of group 3"},
		{unfit, in(x, F32(4, 6, 3)), nil, "group 4 does not divide the 6 channels"},
		{group0, in(x, F32(4, 6, 3)), nil, "group must be positive, have 0"},
		{bias, in(x, F32(4, 6, 3)), nil, "needs 3 inputs, has 2"},
		{bias, in(x, F32(4, 6, 3), F32(1, 4)), nil, "needs a bias f32[4], has f32[1,4]"},
		{axis, in(x, F32(4, 6, 3)), nil, "needs an input of"},
		{c, in(F32(6, 5), F32(4, 6, 3)), nil, "needs an input of 3 axes, has f32[6,5]"},
		{short, in(x, F32(4, 6, 3)), nil, "must have as many entries"},
		{convolution(3, 0, 0, 1), in(x, F32(4, 6, 3)), nil, "stride [0] must not be less than 1"},
		{convolution(3, 0, 1, 0), in(x, F32(4, 6, 3)), nil, "dilation [0] must not be less than 1"},
		{convolution(3, -1, 1, 1), in(x, F32(4, 6, 3)), nil, "pad [-1] must not be less than 0"},
		{convolution(3, 0, 1, 3), in(x, F32(4, 6, 3)), nil, "input f32[2,6,5]: a kernel over 7 does not fit into 5 with pad 0"},
		{convolution(1, math.MaxInt32, 1, 1), in(F32(1, 1, 5), F32(1, 1, 1)), nil, "more than 2^31-1 elements"},
		{convolution(math.MaxInt32, 0, 1, math.MaxInt32), in(F32(1, 1, 5), F32(1, 1, math.MaxInt32)), nil, "does not fit into 5"},
		{convolution(1, math.MaxInt32, math.MaxInt32, 1), in(F32(1, 1, 5), F32(1, 1, 1)), in(F32(1, 1, 3)), ""},
	})
	if math.MaxInt > math.MaxInt32 {
		huge := math.MaxInt
		_, err := convolution(1, huge, 1, 1).Infer(in(F32(1, 1, 5), F32(1, 1, 1)))
		require.ErrorIs(t, err, ErrTooLarge)
		_, err = pooling(PoolMax, huge, huge-1, huge, RoundCeil).Infer(in(F32(1, 1, 5, 5)))
		require.ErrorIs(t, err, ErrTooLarge)
	}
}
