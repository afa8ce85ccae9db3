// Package reference runs a graph node by node, one plain function an op, in
// NCHW. It is made to be right rather than fast: nothing is fused, all values are
// in float64 from node to node, and what a run returns is rounded to float32
// once, at the end. With inputs and constants in float32 taken as they are, it
// gives what the net would give in nearly exact arithmetic, however deep it is.
// It is what faster executors are tested against, and what they fall back on.
//
// Sums add their terms in a fixed order, that of the weights' or the window's
// elements, so results are bit-identical for every number of threads, every
// batch size and every place in the batch. A product is rounded before it is
// added, never fused with the sum, so that sums of products are the same on every
// machine, too.
//
// Where Caffe's meaning hangs on float32 it is kept: the least maximum of a
// pooling window, the factor of Dropout, the condition for a constant Power. A
// value beyond float32's range becomes infinite only when it is returned.
//
// Constants are kept as float32. Products take them so; other ops widen theirs
// for as long as they need them. Those that a pass has computed in float64 are
// kept in that, so that a fused graph gives what the graph it was made from gives.
//
// An op belongs to one file, which registers its function in init.
package reference
