// Package caffe reads and writes Caffe's files: nets as protobuf text (prototxt)
// or binary (caffemodel), of every age and fork.
//
// A file becomes a tree of Messages, which keeps all that was written with its
// positions, what no schema knows included. The tree is upgraded to the layers
// of today and seen as a Net. Net.ForState keeps the layers of one phase,
// Net.LoadWeights attaches the blobs of caffemodels by layer name.
//
// Weights are not copied: a Blob reads from the mapped file, which therefore
// stays mapped for the life of the process.
//
// Nothing here changes after it was read, except by the methods that say so. What
// is not being changed may be read by many goroutines.
package caffe
