package kernels

// A Set is the kernels of one instruction set. Its fields are never nil; it is
// read-only.
type Set struct {
	ISA ISA

	Conv      func(*ConvArgs)    // dense convolution, inner product, groups that make whole blocks
	Halves    func(*HalvesArgs)  // groups that make eight channels each
	Grouped   func(*GroupedArgs) // groups that make fewer than eight
	Depthwise func(*ConvArgs)    // groups of one channel

	MaxPool func(*PoolArgs)
	AvePool func(*PoolArgs)

	Sum      func(*SumArgs)      // sums of each channel over a map
	ScaleAdd func(*ScaleAddArgs) // gate times map plus shortcut
	Add      func(*AddArgs)      // sum of two maps
	ReLU     func(*ReLUArgs)     // with a slope for each channel

	// Tile is how many pixels the first four compute side by side. A split of
	// pixels at multiples of it wastes nothing.
	Tile int

	peak func(n int64) float64
}

var portableSet = Set{
	ISA:       Portable,
	Conv:      convPortable,
	Halves:    halvesPortable,
	Grouped:   groupedPortable,
	Depthwise: depthwisePortable,
	MaxPool:   maxPoolPortable,
	AvePool:   avePoolPortable,
	Sum:       sumPortable,
	ScaleAdd:  scaleAddPortable,
	Add:       addPortable,
	ReLU:      reluPortable,
	Tile:      1,
	peak:      peakPortable,
}

// For returns the kernels of an instruction set, or nil where this processor or
// this build lacks it. Portable is always there.
func For(isa ISA) *Set {
	if isa == Portable {
		return &portableSet
	}
	return setOf(isa)
}

// Peak computes n steps of multiply-adds that depend on nothing but registers, on
// the calling goroutine, and returns the floating point operations done: divided
// by the time taken, the most this core can do with these instructions. A step is
// at most a few hundred operations: 20,000 steps take some 50 µs. n is above 0.
func (s *Set) Peak(n int) (flops float64) {
	return s.peak(int64(n))
}
