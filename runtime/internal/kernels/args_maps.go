package kernels

import "unsafe"

// A PoolPixel is one pixel that pooling makes.
type PoolPixel struct {
	In, Out int32   // where its windows begin and where it goes: bytes from In and Out of the arguments
	First   int32   // index of its first window offset
	Count   int32   // how many it has, 0 and more
	Divisor float32 // what AvePool divides by
	_       int32
}

// PoolArgs are the arguments of MaxPool and AvePool: 16 channels of some pixels.
// A pixel's window is the pixels of the input at In + Windows[First…First+Count-1].
//
// MaxPool starts at −MaxFloat32 and takes each value that is greater, so that a NaN
// is passed over, as in Caffe. AvePool adds in order, starting at 0, and divides.
type PoolArgs struct {
	In, Out   unsafe.Pointer
	Pixels    unsafe.Pointer // [NumPixels]PoolPixel
	Windows   unsafe.Pointer // []int64, bytes
	NumPixels int64          // 0 and more
}

// A Map in the arguments below is Rows rows of Columns pixels of one block, whose
// beginnings are a pitch of bytes apart.

// SumArgs are the arguments of Sum: Sums[i] += the sum of lane i over a map.
//
// Of each row the columns 0, 4, 8…, 1, 5, 9…, 2… and 3… are added up apart from
// each other, starting at 0 and in ascending order, as s0 to s3, and then
// Sums += (s0+s1) + (s2+s3). A map summed in bands of rows, from the first to the
// last, gives the same bits as one summed whole.
type SumArgs struct {
	In            unsafe.Pointer
	Sums          unsafe.Pointer // [16]float32
	Rows, Columns int64          // 0 and more
	Pitch         int64          // bytes from row to row
}

// ScaleAddArgs are the arguments of ScaleAdd: Out = Gate·In + Shortcut, then ReLU.
// Out may be In or Shortcut itself, with the same pitch; it may not overlap them
// otherwise.
type ScaleAddArgs struct {
	In, Shortcut, Out                unsafe.Pointer // Shortcut may be nil: nothing is added
	Gate                             unsafe.Pointer // [16]float32
	Rows, Columns                    int64          // 0 and more
	InPitch, ShortcutPitch, OutPitch int64          // bytes from row to row
	ReLU                             int64          // 0 or 1
}

// AddArgs are the arguments of Add: Out = A + B, then ReLU. Out may be A or B
// itself, with the same pitch; it may not overlap them otherwise.
type AddArgs struct {
	A, B, Out                unsafe.Pointer
	Rows, Columns            int64 // 0 and more
	APitch, BPitch, OutPitch int64 // bytes from row to row
	ReLU                     int64 // 0 or 1
}

// ReLUArgs are the arguments of ReLU: v where v > 0, else Slopes·v. Slopes are
// those of ReLU, all alike, or of PReLU. Out may be In itself, with the same pitch;
// it may not overlap it otherwise.
type ReLUArgs struct {
	In, Out           unsafe.Pointer
	Slopes            unsafe.Pointer // [16]float32
	Rows, Columns     int64          // 0 and more
	InPitch, OutPitch int64          // bytes from row to row
}
