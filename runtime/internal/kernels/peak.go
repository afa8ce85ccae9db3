package kernels

// peakPortable steps eight sums that do not depend on each other.
func peakPortable(n int64) float64 {
	const factor, term = 0.5, 1
	var s0, s1, s2, s3, s4, s5, s6, s7 float32
	for range n {
		s0 = float32(s0*factor) + term
		s1 = float32(s1*factor) + term
		s2 = float32(s2*factor) + term
		s3 = float32(s3*factor) + term
		s4 = float32(s4*factor) + term
		s5 = float32(s5*factor) + term
		s6 = float32(s6*factor) + term
		s7 = float32(s7*factor) + term
	}
	// The sums tend to 2 each. Asking keeps the compiler from leaving them out.
	if s0+s1+s2+s3+s4+s5+s6+s7 > 16 {
		return 0
	}
	return float64(n) * 16
}
