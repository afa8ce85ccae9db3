//go:build amd64 && !purego

package kernels

// The functions of the assembly files. Their parameter is named there without its
// type; the offsets of its fields are held by a test.

//go:noescape
func convAVX2(a *ConvArgs)

//go:noescape
func halvesAVX2(a *HalvesArgs)

//go:noescape
func depthwiseAVX2(a *ConvArgs)

// groupedWideAVX2 is for Repeat of 0.
//
//go:noescape
func groupedWideAVX2(a *GroupedArgs)

// groupedRepeatAVX2 is for Repeat of 1.
//
//go:noescape
func groupedRepeatAVX2(a *GroupedArgs)

//go:noescape
func maxPoolAVX2(a *PoolArgs)

//go:noescape
func avePoolAVX2(a *PoolArgs)

//go:noescape
func sumAVX2(a *SumArgs)

//go:noescape
func scaleAddAVX2(a *ScaleAddArgs)

//go:noescape
func addAVX2(a *AddArgs)

//go:noescape
func reluAVX2(a *ReLUArgs)

// peakAVX2 adds to 12 vectors n times, n above 0.
func peakAVX2(n int64)
