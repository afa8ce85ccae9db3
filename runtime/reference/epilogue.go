package reference

// finish adds a residual to an output in place, if there is one, and rectifies
// the output, if it is to be. Ops call it last, for what is fused into them.
func (c *call) finish(y, residual []float64, relu bool) error {
	if residual == nil && !relu {
		return nil
	}
	return c.spans(len(y), func(lo, hi int) {
		if residual != nil {
			for i, v := range residual[lo:hi] {
				y[lo+i] += v
			}
		}
		if relu {
			rectify(y[lo:hi], y[lo:hi], 0)
		}
	})
}
