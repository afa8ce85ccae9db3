package runtime

import "github.com/prototxt2go/prototxt2go/runtime/internal/kernels"

// arguments are those of the kernel calls of one thread, one struct a kernel. What
// is passed to a function that is chosen at run time would else be taken from the
// heap for each call.
type arguments struct {
	conv     kernels.ConvArgs
	halves   kernels.HalvesArgs
	grouped  kernels.GroupedArgs
	pool     kernels.PoolArgs
	sum      kernels.SumArgs
	scaleAdd kernels.ScaleAddArgs
	add      kernels.AddArgs
	relu     kernels.ReLUArgs
}
