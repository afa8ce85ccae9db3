package kernels

import (
	"math"
	"unsafe"
)

func maxPoolPortable(a *PoolArgs) {
	for p := range a.NumPixels {
		pixel, v := a.pixel(p)
		for i := range v {
			v[i] = -math.MaxFloat32
		}
		for k := range pixel.Count {
			for i, x := range a.window(pixel, k) {
				if x > v[i] {
					v[i] = x
				}
			}
		}
	}
}

func avePoolPortable(a *PoolArgs) {
	for p := range a.NumPixels {
		pixel, v := a.pixel(p)
		*v = lanes{}
		for k := range pixel.Count {
			for i, x := range a.window(pixel, k) {
				v[i] += x
			}
		}
		for i := range v {
			v[i] /= pixel.Divisor
		}
	}
}

// pixel returns a pixel and where it goes.
func (a *PoolArgs) pixel(p int64) (*PoolPixel, *lanes) {
	pixel := at[PoolPixel](a.Pixels, p*int64(unsafe.Sizeof(PoolPixel{})))
	return pixel, at[lanes](a.Out, int64(pixel.Out))
}

// window returns one of the pixels of a window.
func (a *PoolArgs) window(pixel *PoolPixel, k int32) *lanes {
	return at[lanes](a.In, int64(pixel.In)+*at[int64](a.Windows, 8*int64(pixel.First+k)))
}

func sumPortable(a *SumArgs) {
	sums := (*lanes)(a.Sums)
	for y := range a.Rows {
		var s [4]lanes
		for x := range a.Columns {
			for i, v := range at[lanes](a.In, y*a.Pitch+64*x) {
				s[x%4][i] += v
			}
		}
		for i := range sums {
			sums[i] += (s[0][i] + s[1][i]) + (s[2][i] + s[3][i])
		}
	}
}

func scaleAddPortable(a *ScaleAddArgs) {
	gate := (*lanes)(a.Gate)
	for y := range a.Rows {
		for x := range a.Columns {
			v := *at[lanes](a.In, y*a.InPitch+64*x)
			for i := range v {
				v[i] = float32(v[i] * gate[i])
			}
			if a.Shortcut != nil {
				for i, s := range at[lanes](a.Shortcut, y*a.ShortcutPitch+64*x) {
					v[i] += s
				}
			}
			if a.ReLU != 0 {
				for i := range v {
					v[i] = rectify(v[i], 0)
				}
			}
			*at[lanes](a.Out, y*a.OutPitch+64*x) = v
		}
	}
}

func addPortable(a *AddArgs) {
	for y := range a.Rows {
		for x := range a.Columns {
			v := *at[lanes](a.A, y*a.APitch+64*x)
			for i, b := range at[lanes](a.B, y*a.BPitch+64*x) {
				v[i] += b
			}
			if a.ReLU != 0 {
				for i := range v {
					v[i] = rectify(v[i], 0)
				}
			}
			*at[lanes](a.Out, y*a.OutPitch+64*x) = v
		}
	}
}

func reluPortable(a *ReLUArgs) {
	slopes := (*lanes)(a.Slopes)
	for y := range a.Rows {
		for x := range a.Columns {
			v := *at[lanes](a.In, y*a.InPitch+64*x)
			for i := range v {
				v[i] = rectify(v[i], slopes[i])
			}
			*at[lanes](a.Out, y*a.OutPitch+64*x) = v
		}
	}
}
