package kernels

import (
	"math"
	"unsafe"
)

func maxPoolPortable(a *PoolArgs) {
	a.eachPixel(-math.MaxFloat32, func(v, x *lanes) {
		for i := range v {
			if x[i] > v[i] {
				v[i] = x[i]
			}
		}
	}, func(*lanes, float32) {})
}

func avePoolPortable(a *PoolArgs) {
	a.eachPixel(0, func(v, x *lanes) {
		for i := range v {
			v[i] += x[i]
		}
	}, func(v *lanes, divisor float32) {
		for i := range v {
			v[i] /= divisor
		}
	})
}

func (a *PoolArgs) eachPixel(start float32, take func(v, x *lanes), end func(v *lanes, divisor float32)) {
	for p := range a.NumPixels {
		pixel := at[PoolPixel](a.Pixels, p*int64(unsafe.Sizeof(PoolPixel{})))
		var v lanes
		for i := range v {
			v[i] = start
		}
		for k := range int64(pixel.Count) {
			window := *at[int64](a.Windows, 8*(int64(pixel.First)+k))
			take(&v, at[lanes](a.In, int64(pixel.In)+window))
		}
		end(&v, pixel.Divisor)
		*at[lanes](a.Out, int64(pixel.Out)) = v
	}
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
