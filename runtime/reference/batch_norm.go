package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(batchNorm) }

func batchNorm(op ir.BatchNorm, c *call) error {
	x, y := c.in[0].Data, c.out(0)
	outer, channels, inner := channelsOf(c.in[0].Shape)
	var mean, variance []float64
	if op.UseGlobalStats {
		mean, variance = storedStatistics(c)
	} else {
		var err error
		if mean, variance, err = batchStatistics(c); err != nil {
			return err
		}
	}
	return c.planes(outer*channels, inner, func(i int) {
		m, deviation := mean[i%channels], math.Sqrt(variance[i%channels]+float64(op.Eps))
		from, to := x[i*inner:][:inner], y[i*inner:][:inner]
		for j, v := range from {
			to[j] = float32((float64(v) - m) / deviation)
		}
	})
}

// storedStatistics divides mean and variance by the factor that Caffe stores
// them with; a factor of 0 makes them 0.
func storedStatistics(c *call) (mean, variance []float64) {
	scale := 0.0
	if factor := c.in[3].Data[0]; factor != 0 {
		scale = 1 / float64(factor)
	}
	scaled := func(stored []float32) []float64 {
		s := make([]float64, len(stored))
		for i, v := range stored {
			s[i] = float64(v) * scale
		}
		return s
	}
	return scaled(c.in[1].Data), scaled(c.in[2].Data)
}

// batchStatistics returns each channel's mean and biased variance in the batch.
func batchStatistics(c *call) (mean, variance []float64, err error) {
	x := c.in[0].Data
	outer, channels, inner := channelsOf(c.in[0].Shape)
	mean, variance = make([]float64, channels), make([]float64, channels)
	err = c.planes(channels, outer*inner, func(ch int) {
		average := func(f func(v float64) float64) float64 {
			sum := 0.0
			for n := range outer {
				for _, v := range x[(n*channels+ch)*inner:][:inner] {
					sum += f(float64(v))
				}
			}
			return sum / float64(outer*inner)
		}
		m := average(func(v float64) float64 { return v })
		mean[ch] = m
		variance[ch] = average(func(v float64) float64 { return float64((v - m) * (v - m)) })
	})
	return mean, variance, err
}
