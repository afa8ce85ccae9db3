package importer

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

func TestPooling(t *testing.T) {
	x := []int{2, 3, 8, 12}
	testLayer(t, "Pooling", []layerTest{
		{name: "defaults", x: x, params: "pooling_param { kernel_size: 3 }",
			op: ir.Pooling{Kernel: []int{3, 3}, Pad: []int{0, 0}, Stride: []int{1, 1}}, out: []int{2, 3, 6, 10}},
		{name: "all once", x: x, params: "pooling_param { pool: AVE kernel_size: 3 pad: 1 stride: 2 }",
			op: ir.Pooling{Method: ir.PoolAve, Kernel: []int{3, 3}, Pad: []int{1, 1}, Stride: []int{2, 2}}, out: []int{2, 3, 5, 7}},
		{name: "h and w", x: x, params: "pooling_param { kernel_h: 3 kernel_w: 2 pad_h: 1 pad_w: 0 stride_h: 1 stride_w: 2 }",
			op: ir.Pooling{Kernel: []int{3, 2}, Pad: []int{1, 0}, Stride: []int{1, 2}}, out: []int{2, 3, 8, 6}},
		{name: "stochastic", x: x, params: "pooling_param { pool: STOCHASTIC kernel_size: 2 stride: 2 }",
			op: ir.Pooling{Method: ir.PoolStochastic, Kernel: []int{2, 2}, Pad: []int{0, 0}, Stride: []int{2, 2}}, out: []int{2, 3, 4, 6}},
		{name: "method by number", x: x, params: "pooling_param { pool: 1 kernel_size: 2 }",
			op: ir.Pooling{Method: ir.PoolAve, Kernel: []int{2, 2}, Pad: []int{0, 0}, Stride: []int{1, 1}}, out: []int{2, 3, 7, 11}},
		{name: "floor", x: x, params: "pooling_param { kernel_size: 3 stride: 2 round_mode: FLOOR }",
			op: ir.Pooling{Kernel: []int{3, 3}, Pad: []int{0, 0}, Stride: []int{2, 2}, Round: ir.RoundFloor}, out: []int{2, 3, 3, 5}},
		{name: "ceil_mode false", x: x, params: "pooling_param { kernel_size: 3 stride: 2 ceil_mode: false }",
			op: ir.Pooling{Kernel: []int{3, 3}, Pad: []int{0, 0}, Stride: []int{2, 2}, Round: ir.RoundFloor}, out: []int{2, 3, 3, 5}},
		{name: "ceil_mode true", x: x, params: "pooling_param { kernel_size: 3 stride: 2 ceil_mode: true }",
			op: ir.Pooling{Kernel: []int{3, 3}, Pad: []int{0, 0}, Stride: []int{2, 2}}, out: []int{2, 3, 4, 6}},
		{name: "global", x: x, params: "pooling_param { pool: AVE global_pooling: true }",
			op: ir.Pooling{Method: ir.PoolAve, Global: true}, out: []int{2, 3, 1, 1}},
		{name: "global with what it has anyway", x: x, params: "pooling_param { pool: AVE global_pooling: true pad: 0 stride: 1 }",
			op: ir.Pooling{Method: ir.PoolAve, Global: true}, out: []int{2, 3, 1, 1}},
		{name: "mask", x: x, tops: "y m", params: "pooling_param { kernel_size: 2 stride: 2 }",
			op: ir.Pooling{Kernel: []int{2, 2}, Pad: []int{0, 0}, Stride: []int{2, 2}, Mask: true}, out: []int{2, 3, 4, 6}},
	})
}

func TestPoolingErrors(t *testing.T) {
	x := []int{2, 3, 8, 12}
	global := func(p string) string { return "pooling_param { global_pooling: true " + p + " }" }
	param := func(p string) string { return "pooling_param { kernel_size: 3 " + p + " }" }
	testLayer(t, "Pooling", []layerTest{
		{name: "no kernel", x: x, err: "kernel_size is missing"},
		{name: "kernel twice", x: x, params: param("kernel_h: 3 kernel_w: 3"), err: "kernel is given both once and as kernel_h, kernel_w"},
		{name: "pad twice", x: x, params: param("pad: 1 pad_h: 1 pad_w: 1"), err: "pad is given both once and as pad_h, pad_w"},
		{name: "stride twice", x: x, params: param("stride: 1 stride_h: 1 stride_w: 1"), err: "stride is given both once and as stride_h, stride_w"},
		{name: "kernel_w alone", x: x, params: "pooling_param { kernel_w: 3 }", err: "kernel_h and kernel_w must both be given"},
		{name: "stride_w alone", x: x, params: param("stride_w: 2"), err: "stride_h and stride_w must both be given"},
		{name: "global with kernel_size", x: x, params: global("kernel_size: 1"), err: "global_pooling takes no kernel: it is the whole map"},
		{name: "global with kernel_h", x: x, params: global("kernel_h: 1"), err: "global_pooling takes no kernel: it is the whole map"},
		{name: "global with kernel_w", x: x, params: global("kernel_w: 1"), err: "global_pooling takes no kernel: it is the whole map"},
		{name: "global with pad", x: x, params: global("pad: 1"), err: "global_pooling takes no pad"},
		{name: "global with pad_w", x: x, params: global("pad_w: 1"), err: "global_pooling takes no pad"},
		{name: "global with stride", x: x, params: global("stride: 2"), err: "global_pooling takes no stride"},
		{name: "global with stride_h", x: x, params: global("stride_h: 0"), err: "global_pooling takes no stride"},
		{name: "method of a fork", x: x, params: param("pool: AVE_EXC_PAD"), err: `pool: "AVE_EXC_PAD" is no PoolMethod; there are MAX, AVE, STOCHASTIC`},
		{name: "method of an unknown number", x: x, params: param("pool: 7"), err: `pool: "7" is no PoolMethod; there are MAX, AVE, STOCHASTIC`},
		{name: "unknown round_mode", x: x, params: param("round_mode: NEAREST"), err: `round_mode: "NEAREST" is no RoundMode; there are CEIL, FLOOR`},
		{name: "stride 0", x: x, params: param("stride: 0"), err: "stride [0 0] must not be less than 1"},
		{name: "kernel 2^32-1", x: x, params: "pooling_param { kernel_size: 4294967295 }", err: "pooling_param: kernel_size cannot be 4294967295: it is out of range"},
		{name: "pad as large as kernel", x: x, params: param("pad: 3"), err: "pad [3 3] must be smaller than kernel [3 3]"},
		{name: "padded stochastic", x: x, params: param("pool: STOCHASTIC pad: 1"), err: "pad [1 1] is for MAX and AVE alone, have STOCHASTIC"},
		{name: "mask of averages", x: x, tops: "y m", params: param("pool: AVE"), err: "a mask is for MAX alone, have AVE"},
		{name: "three axes", x: []int{2, 3, 8}, params: param(""), err: "needs an input of 4 axes, has f32[2,3,8]"},
		{name: "two bottoms", x: x, others: input("z", 1), bottoms: "x z", params: param(""), err: "type Pooling needs 1 bottom, has 2"},
		{name: "three tops", x: x, tops: "y m n", params: param(""), err: "type Pooling makes 1 top, the layer names 3"},
	})
}

func TestPoolingMaskIsATop(t *testing.T) {
	r := importText(t, input("x", 1, 1, 4, 4)+line("l", "Pooling", "x", "y m", "pooling_param { kernel_size: 2 stride: 2 }"))
	require.Equal(t, []string{"y", "m"}, names(r.Graph.Outputs))
	require.Equal(t, r.Graph.Value("y").Type, r.Graph.Value("m").Type)
}
