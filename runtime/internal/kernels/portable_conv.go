package kernels

import "unsafe"

// A lanes is the 16 channels of a pixel. Memory is read through pointers to
// arrays: the kernels know addresses, not slices.
type lanes = [16]float32

// at returns what lies an offset of bytes past p.
func at[T any](p unsafe.Pointer, offset int64) *T {
	return (*T)(unsafe.Add(p, offset))
}

func convPortable(a *ConvArgs) {
	a.eachPixel(func(v *lanes, in, w unsafe.Pointer) {
		addProducts((*[8]float32)(v[:8]), in, w, a.RunLen)
		addProducts((*[8]float32)(v[8:]), in, unsafe.Add(w, 32), a.RunLen)
	})
}

func halvesPortable(a *HalvesArgs) {
	a.eachPixel(func(v *lanes, in, w unsafe.Pointer) {
		addProducts((*[8]float32)(v[:8]), in, w, a.RunLen)
		addProducts((*[8]float32)(v[8:]), unsafe.Add(in, a.Upper), unsafe.Add(w, 32), a.RunLen)
	})
}

// addProducts adds n floats from in on, each times eight weights that lie 64 bytes
// from the next eight. The sums are variables so that they stay in registers. The
// conversion of a product keeps compilers from fusing it with the addition.
func addProducts(v *[8]float32, in, w unsafe.Pointer, n int64) {
	v0, v1, v2, v3, v4, v5, v6, v7 := v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]
	for l := range n {
		x, w := *at[float32](in, 4*l), at[[8]float32](w, 64*l)
		v0 += float32(x * w[0])
		v1 += float32(x * w[1])
		v2 += float32(x * w[2])
		v3 += float32(x * w[3])
		v4 += float32(x * w[4])
		v5 += float32(x * w[5])
		v6 += float32(x * w[6])
		v7 += float32(x * w[7])
	}
	*v = [8]float32{v0, v1, v2, v3, v4, v5, v6, v7}
}

func depthwisePortable(a *ConvArgs) {
	a.eachPixel(func(v *lanes, in, w unsafe.Pointer) {
		for l := range a.RunLen {
			x, w := at[lanes](in, 64*l), at[lanes](w, 64*l)
			for i := range v {
				v[i] += float32(x[i] * w[i])
			}
		}
	})
}

func groupedPortable(a *GroupedArgs) {
	// Where the lanes of the vector over an output lane begin.
	var first [16]int64
	for i := range first {
		first[i] = a.Halves[i/8]
		if a.Repeat == 0 {
			first[i] += 4 * int64(i%8&^3)
		}
	}
	a.eachPixel(func(v *lanes, in, w unsafe.Pointer) {
		for j := range a.RunLen {
			perm, w := at[[16]int32](a.Perm, 64*j), at[lanes](w, 64*j)
			for i := range v {
				x := *at[float32](in, first[i]+4*int64(perm[i]&3))
				v[i] += float32(x * w[i])
			}
		}
	})
}

// eachPixel makes all pixels; run adds the products of one run. It adds them where
// the pixel goes: a variable handed to run would be allocated.
func (a *ConvArgs) eachPixel(run func(v *lanes, in, w unsafe.Pointer)) {
	for p := range a.NumPixels {
		pixel := at[Pixel](a.Pixels, p*int64(unsafe.Sizeof(Pixel{})))
		v := at[lanes](a.Out, int64(pixel.Out))
		*v = *(*lanes)(a.Bias)
		for r := range a.NumRuns {
			in := unsafe.Add(a.In, int64(pixel.In)+*at[int64](a.Runs, 8*r))
			run(v, in, unsafe.Add(a.Weights, r*a.RunLen*64))
		}
		if a.Residual != nil {
			for i, x := range at[lanes](a.Residual, int64(pixel.Residual)) {
				v[i] += x
			}
		}
		if a.ReLU != 0 {
			for i := range v {
				v[i] = rectify(v[i], 0)
			}
		}
	}
}

// rectify is Caffe's max(v, 0) + slope·min(v, 0).
func rectify(v, slope float32) float32 {
	if v > 0 {
		return v
	}
	return 0 + float32(v*slope)
}
