package kernels

import "unsafe"

// A Pixel is one pixel that a convolution makes: where its first window begins,
// where it goes, and where what is added to it lies, in bytes from the bases In,
// Out and Residual of the arguments.
type Pixel struct {
	In, Out, Residual int32
	_                 int32
}

// ConvArgs are the arguments of Conv and Depthwise, and the first of those of
// Halves and Grouped: 16 output channels of some pixels.
//
// Conv makes, for each pixel p and output lane i,
//
//	v = Bias[i]
//	for r, l: v += in[Pixels[p].In + Runs[r] + 4·l] · Weights[r][l][i]
//	v += residual[Pixels[p].Residual + 4·i]	where Residual is not nil
//	v = relu(v)				where ReLU is 1
//	out[Pixels[p].Out + 4·i] = v
//
// with offsets in bytes, in that order, r outside and l inside, both ascending.
// A run is as many floats as lie together in the input under one row of weights:
// the 16·kw of a blocked row at dilation 1, 16 of one tap, kw·C of an interleaved
// input, or the channels of a group.
//
// Depthwise has a lane of its own for each channel, and l steps over pixels:
//
//	for r, l: v += in[Pixels[p].In + Runs[r] + 64·l + 4·i] · Weights[r][l][i]
//
// A pixel may be computed more than once with equal result, so Out must not
// overlap In or Residual.
type ConvArgs struct {
	In       unsafe.Pointer // base of the input: of the image, and of the group
	Out      unsafe.Pointer // base of the output block
	Residual unsafe.Pointer // base of what is added before ReLU, laid out in lanes like Out, or nil
	Weights  unsafe.Pointer // [NumRuns][RunLen][16]float32
	Bias     unsafe.Pointer // [16]float32
	Pixels   unsafe.Pointer // [NumPixels]Pixel
	Runs     unsafe.Pointer // [NumRuns]int64, bytes

	NumPixels int64 // 0 and more
	NumRuns   int64 // 0 and more
	RunLen    int64 // 0 and more
	ReLU      int64 // 0 or 1

	// Prefetch is where the next weights to be used lie, or nil: a call brings
	// about as many bytes from there into the cache as it reads from Weights. It is
	// never read and need not be memory at all.
	Prefetch unsafe.Pointer
}

// HalvesArgs are the arguments of Halves: Conv with an input of its own for each
// eight output channels. Lanes 0 to 7 read where Conv's would, lanes 8 to 15 Upper
// bytes further on. It serves groups of any number of input channels and eight
// output channels: for 8→8 Upper is 32, for 4→8 16.
type HalvesArgs struct {
	ConvArgs
	Upper int64
}

// GroupedArgs are the arguments of Grouped: groups of at most four channels. A run
// is one tap, RunLen the number of input channels of a group, 1 to 4, and
//
//	for r, j: v += x[r][i/8][Perm[j][i]] · Weights[r][j][i]
//
// where x[r][h] is the vector of eight that half h reads of the input at
// Pixels[p].In + Runs[r] + Halves[h]: eight lanes as they lie, or, where Repeat is
// 1, four lanes twice over. Perm[j][i] counts from 0 to 3 inside the four lanes
// x[r][i/8][i%8/4·4…] that stand over the output lane, and is taken modulo 4.
//
// Grouping makes Halves, Repeat and Perm for a shape of group.
type GroupedArgs struct {
	ConvArgs
	Halves [2]int64       // bytes
	Repeat int64          // 0 or 1
	Perm   unsafe.Pointer // [RunLen][16]int32
}
