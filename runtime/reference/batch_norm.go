package reference

import (
	"math"

	"github.com/prototxt2go/prototxt2go/ir"
)

func init() { register(batchNorm) }

func batchNorm(op ir.BatchNorm, c *call) error {
	x, y := c.data(0), c.out(0)
	outer, channels, inner := channelsOf(c.shape(0))
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
			to[j] = (v - m) / deviation
		}
	})
}

// storedStatistics divides mean and variance by the factor that Caffe stores
// them with; a factor of 0 makes them 0.
func storedStatistics(c *call) (mean, variance []float64) {
	scale := 0.0
	if factor := c.data(3)[0]; factor != 0 {
		scale = 1 / factor
	}
	scaled := func(stored []float64) []float64 {
		s := make([]float64, len(stored))
		for i, v := range stored {
			s[i] = v * scale
		}
		return s
	}
	return scaled(c.data(1)), scaled(c.data(2))
}

// batchStatistics returns each channel's mean and biased variance in the batch.
func batchStatistics(c *call) (mean, variance []float64, err error) {
	x := c.data(0)
	outer, channels, inner := channelsOf(c.shape(0))
	mean, variance = make([]float64, channels), make([]float64, channels)
	err = c.planes(channels, outer*inner, func(ch int) {
		average := func(f func(v float64) float64) float64 {
			sum := 0.0
			for n := range outer {
				for _, v := range x[(n*channels+ch)*inner:][:inner] {
					sum += f(v)
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
