// Package imagenet brings photographs to a classifier's input and its outputs
// back to names: it decodes, resizes, crops and takes the mean off as OpenCV
// and Caffe do, to the last bit where the format allows, and knows the ImageNet
// classes in both of their orders, validation lists and idx files.
//
// Functions and methods keep no state: they may be called from any number of
// goroutines as long as nobody changes the values handed to them.
package imagenet
