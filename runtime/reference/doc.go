// Package reference runs a graph node by node, one plain function an op, in
// NCHW. It is made to be right rather than fast: nothing is fused, every sum is
// in float64, and each output of a node is rounded to float32 once. It is what
// faster executors are tested against, and what they fall back on.
//
// Sums add their terms in a fixed order, that of the weights' or the window's
// elements, so results are bit-identical for every number of threads, every
// batch size and every place in the batch. Sums of products of two float32 are
// the same on every machine, too: such a product is exact in float64, so that a
// fused multiply-add changes nothing.
//
// An op belongs to one file, which registers its function in init.
package reference
