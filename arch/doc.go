// Package arch writes the seven architectures that were published with
// Squeeze-and-Excitation Networks (Hu, Shen, Albanie, Sun, Wu; arXiv:1709.01507)
// as Caffe nets: layer for layer, name for name and parameter for parameter what
// the authors' deploy files say, so that the published weights fit.
//
// An architecture is a few numbers: how many blocks a stage has, their widths,
// the number of groups, where the stride sits. They stand in table.go, each with
// its source; the layers follow from them. From the same numbers come the
// variants that the paper studies: another reduction ratio, squeeze-and-excitation
// in some stages alone, or in none, which gives the plain ResNet, ResNeXt or
// BN-Inception.
//
// What the published files state needlessly is stated here too (a stride of 1, a
// bias_term of true), since a net is compared with them by its messages.
package arch
