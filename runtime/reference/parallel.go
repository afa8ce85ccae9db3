package reference

import (
	"sync"
	"sync/atomic"
)

// grain is how many elements are worth handing to a goroutine.
const grain = 1 << 14

// parallel calls body(0) to body(n-1), in any order and on several goroutines.
// It returns the context's error if that ends first; some calls are then left
// out.
func (c *call) parallel(n int, body func(i int)) error {
	var next atomic.Int64
	work := func() {
		for c.ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			body(i)
		}
	}
	var wg sync.WaitGroup
	for range min(c.threads, n) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	return c.ctx.Err()
}

// spans cuts the numbers below n into spans and calls body for each, in
// parallel.
func (c *call) spans(n int, body func(lo, hi int)) error {
	return c.parallel(ceilDiv(n, grain), func(i int) {
		body(i*grain, min((i+1)*grain, n))
	})
}

// planes calls body(0) to body(n-1) in parallel, several to a goroutine where
// the size elements that each of them handles are few.
func (c *call) planes(n, size int, body func(i int)) error {
	each := max(1, grain/max(size, 1))
	return c.parallel(ceilDiv(n, each), func(i int) {
		for p := i * each; p < min((i+1)*each, n); p++ {
			body(p)
		}
	})
}

// ceilDiv rounds n/d up, for n ≥ 0.
func ceilDiv(n, d int) int { return (n + d - 1) / d }
