// Package kernels holds the inner loops of the fast runtime: for each operation
// one portable Go function and, where the processor has more to offer, one of
// assembly that reads the same arguments and adds in the same order.
//
// # Layout
//
// A blocked value N×C×H×W is [N][⌈C/16⌉][H+2·halo][W+2·halo][16] float32: channel
// c is lane c%16 of block c/16. A pixel is the 16 lanes of one place in one block,
// 64 bytes. Lanes past C and the halo are zero.
//
// # Calls
//
// A kernel takes one pointer to an argument struct, keeps no state and nothing of
// what it was given, takes no memory, and may run on any number of goroutines at
// once as long as their outputs are apart. It touches the bytes that the struct
// describes and no others. Nothing is checked: the offsets are the caller's word.
// Pointers need the alignment of a float32 (index lists: of their elements) and no
// more. Assembly is not preempted, so a call should stay below a millisecond.
//
// # Numbers
//
// The order of additions is part of each kernel's contract and does not depend on
// how the pixels are split over calls: results are bit-identical under one ISA.
// Assembly fuses multiplication and addition where portable Go rounds twice, so
// two ISAs differ by at most the bound of either, (K+1)·ε·Σ|a·b| over K products.
// Kernels without products agree to the bit.
//
// ReLU is Caffe's formula, max(v, 0) + slope·min(v, 0): NaN stays NaN, and −∞ with
// a slope of 0 becomes NaN.
package kernels
