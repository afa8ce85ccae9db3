package runtime

import (
	"context"
	"slices"
	"sync"
	"time"
)

// StepTime is how long one step of a plan takes.
type StepTime struct {
	// Layer is the layer that the step comes from.
	Layer string
	// Kernel is what computes it, such as conv or reorder.
	Kernel string
	// Layout is how the step's result lies in memory.
	Layout string
	// Time is the median over the runs.
	Time time.Duration
	// MultiplyAdds counts those of convolutions and products.
	MultiplyAdds int64
}

// Profile runs the session so many times, at least once, and returns the median
// time of each step.
func (s *Session) Profile(ctx context.Context, runs int) ([]StepTime, error) {
	steps := s.plan.steps
	times := make([][]time.Duration, len(steps))
	last, since := -1, time.Now()
	s.observe = func(step int) {
		now := time.Now()
		if last >= 0 {
			times[last] = append(times[last], now.Sub(since))
		}
		last, since = step, now
	}
	defer func() { s.observe = nil }()
	for range max(runs, 1) {
		if err := s.Run(ctx); err != nil {
			return nil, err
		}
	}
	all := make([]StepTime, len(steps))
	for i, st := range steps {
		slices.Sort(times[i])
		all[i] = StepTime{Layer: st.layer, Layout: st.result().layout.String(), Time: times[i][len(times[i])/2]}
		all[i].Kernel = kernelOf(st)
		if c, ok := st.step.(interface{ multiplyAdds() int64 }); ok {
			all[i].MultiplyAdds = c.multiplyAdds()
		}
	}
	return all, nil
}

// multiplyAdds counts the multiply-adds of a convolution or product, without those
// of lanes that hold no channel.
func (s *convStep) multiplyAdds() int64 {
	return int64(s.images) * int64(len(s.pixels)) * int64(s.out.c) * int64(s.filter)
}

// PeakGFLOPS measures how many billion floating point operations so many threads do
// in a second at most with the model's instruction set: multiply-adds on registers
// alone, the best of several tries.
func (m *Model) PeakGFLOPS(threads int) float64 {
	const tries, steps, calls = 5, 100_000, 40
	best := 0.0
	for range tries {
		var wg sync.WaitGroup
		var mu sync.Mutex
		flops := 0.0
		start := time.Now()
		for range threads {
			wg.Go(func() {
				done := 0.0
				for range calls {
					done += m.kernels.Peak(steps)
				}
				mu.Lock()
				defer mu.Unlock()
				flops += done
			})
		}
		wg.Wait()
		best = max(best, flops/time.Since(start).Seconds()/1e9)
	}
	return best
}
