// Package onnx writes graphs as ONNX models and reads those that it has written.
//
// Files have IR version 8 and operator set 17, and compute in float32. A node has
// the name of its layer, or layer/part where a layer becomes several nodes; a
// value has the name of its blob. README.md lists the ops, and what they become.
//
// [Convert] decides all of a model but reads no weights: these are read from their
// sources, block by block, when the model is written. [Read] gives the graph of
// such a model back, in the ops of package ir.
//
// # What ONNX does otherwise
//
// Where a NaN or an infinity meets a maximum, ONNX leaves to its runtimes what
// comes out; Caffe's rule, by which a NaN is above nothing, is not reproduced. All
// else is: Pooling's windows are stated by explicit pads (no ceil_mode, on which
// runtimes differ), and an average's divisor by a factor where ONNX has another.
//
//go:generate go test . -run TestREADME -update
package onnx
