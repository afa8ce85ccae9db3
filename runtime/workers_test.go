package runtime

import (
	"context"
	goruntime "runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// countStep counts how often each of its tasks is done.
type countStep struct{ done []atomic.Int64 }

func (s *countStep) tasks() int                          { return len(s.done) }
func (s *countStep) run(_ *Session, _ *arguments, i int) { s.done[i].Add(1) }
func (s *countStep) result() *view                       { return nil }
func (s *countStep) String() string                      { return "count" }

// TestNoWakeUpIsLost gives workers regions at all distances around the time after
// which they park. A region that is lost, or done twice, shows in the counts; a
// worker that sleeps through its region without having it withdrawn hangs the test.
func TestNoWakeUpIsLost(t *testing.T) {
	regions := 20_000
	if testing.Short() {
		regions = 3_000
	}
	ws := lease(nil, workerCount)
	defer func() { release(ws) }()
	require.Len(t, ws, workerCount)
	s := &Session{workers: ws}
	s.region.s = s
	for i := range regions {
		count := &countStep{make([]atomic.Int64, i%12)}
		s.do(count)
		for task := range count.done {
			require.EqualValues(t, 1, count.done[task].Load(), "task %d of region %d", task, i)
		}
		for range i * 7919 % (2 * spins) / 8 {
			pause()
		}
		if i%1000 == 0 {
			requireParked(t, ws)
		}
	}
}

// TestWorkersThatDoNotBegin: nobody waits for a worker that gets no processor.
func TestWorkersThatDoNotBegin(t *testing.T) {
	s := &Session{workers: []*worker{{wake: make(chan struct{}, 1)}, {wake: make(chan struct{}, 1)}}}
	s.region.s = s
	for range 3 {
		count := &countStep{make([]atomic.Int64, 5)}
		s.do(count)
		for task := range count.done {
			require.EqualValues(t, 1, count.done[task].Load())
		}
	}
	for _, w := range s.workers {
		require.Nil(t, w.region.Load())
	}
}

// requireParked waits until workers are parked, as they must be soon.
func requireParked(t *testing.T, ws []*worker) {
	t.Helper()
	require.Eventually(t, func() bool {
		for _, w := range ws {
			if !w.parked.Load() {
				return false
			}
		}
		return true
	}, 10*time.Second, time.Millisecond)
}

// idle returns the workers that are free.
func idle() []*worker {
	pool.mu.Lock()
	defer pool.mu.Unlock()
	return append([]*worker(nil), pool.free...)
}

func TestLease(t *testing.T) {
	require.Len(t, idle(), workerCount)
	first := lease(nil, 3)
	require.Len(t, first, 3)
	// Of the four that are left one leaves its processor to the session itself.
	second := lease(nil, 100)
	require.Len(t, second, 3)
	third := lease(nil, 2)
	require.Empty(t, third)
	release(first)
	fourth := lease(nil, 100)
	require.Len(t, fourth, 2)
	for _, ws := range [][]*worker{second, third, fourth} {
		release(ws)
	}
	require.Empty(t, lease(nil, 0))
	release(nil)
	require.Len(t, idle(), workerCount)
	require.Zero(t, pool.sessions)
}

// TestSessionsAtOnce runs more sessions of one plan than there are workers.
func TestSessionsAtOnce(t *testing.T) {
	for name, g := range map[string]*ir.Graph{"small": small(t, 3).Graph, "fashion": fashionNet(t)} {
		p := newPlan(t, newModel(t, g, Options{}))
		inputs := randomInputs(g)
		want := run(t, newSession(t, p, 1), inputs)
		for _, sessions := range []int{2, 2 * workerCount} {
			var wg sync.WaitGroup
			all := make([]*Session, sessions)
			for i := range all {
				s, err := p.NewSession(2 + i%3)
				require.NoError(t, err)
				all[i] = s
				for name, x := range inputs {
					copy(s.inputs[name], x.Data)
				}
			}
			errs := make([]error, sessions)
			for i, s := range all {
				wg.Go(func() {
					for range 20 {
						if errs[i] == nil {
							errs[i] = s.Run(context.Background())
						}
					}
				})
			}
			wg.Wait()
			for i, s := range all {
				require.NoError(t, errs[i])
				for name, w := range want {
					require.Equal(t, w.Data, s.outputs[name], "%s, session %d of %d", name, i, sessions)
				}
			}
		}
		require.Len(t, idle(), workerCount, name)
	}
}

// TestCollectorMeanwhile stops the world over and over while sessions spin.
func TestCollectorMeanwhile(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	g := fashionNet(t)
	p := newPlan(t, newModel(t, g, Options{}))
	inputs := randomInputs(g)
	s := newSession(t, p, 4)
	want := run(t, s, inputs)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				goruntime.GC()
			}
		}
	})
	for range 100 {
		require.NoError(t, s.Run(t.Context()))
	}
	close(stop)
	wg.Wait()
	for name, w := range want {
		require.Equal(t, w.Data, s.outputs[name])
	}
}

// TestOneProcessor: workers that get no processor hold nobody up.
func TestOneProcessor(t *testing.T) {
	g := fashionNet(t)
	s := newSession(t, newPlan(t, newModel(t, g, Options{})), 8)
	inputs := randomInputs(g)
	want := run(t, s, inputs)
	defer goruntime.GOMAXPROCS(goruntime.GOMAXPROCS(1))
	for range 20 {
		requireSameBits(t, want, run(t, s, inputs), "one processor")
	}
}

// TestRunAllocatesNothing: neither memory nor goroutines.
func TestRunAllocatesNothing(t *testing.T) {
	nets := map[string]*ir.Graph{"fashion": fashionNet(t)}
	if !testing.Short() {
		nets["SE-ResNet-50"] = official(t, "SE-ResNet-50")
	}
	const runs = 5
	ctx := t.Context()
	for name, g := range nets {
		p := newPlan(t, newModel(t, g, Options{}))
		for _, threads := range []int{1, 2} {
			s, err := p.NewSession(threads)
			require.NoError(t, err)
			require.NoError(t, s.Run(ctx))
			require.Zero(t, testing.AllocsPerRun(runs, func() { _ = s.Run(ctx) }), "%s on %d threads", name, threads)

			// AllocsPerRun runs on one processor: workers are seen at work here.
			var before, after goruntime.MemStats
			goroutines := goruntime.NumGoroutine()
			s.observe = func(int) {
				if goruntime.NumGoroutine() > goroutines {
					t.Errorf("%s: a goroutine for a run", name)
				}
			}
			goruntime.ReadMemStats(&before)
			for range runs {
				require.NoError(t, s.Run(ctx))
			}
			goruntime.ReadMemStats(&after)
			require.Less(t, after.Mallocs-before.Mallocs, uint64(runs), "%s on %d threads", name, threads)
		}
	}
}

// TestCancel: the end of a context stops a run between two steps, and leaves the
// session fit for the next.
func TestCancel(t *testing.T) {
	g := small(t, 2)
	p := newPlan(t, newModel(t, g.Graph, Options{}))
	s, err := p.NewSession(2)
	require.NoError(t, err)
	inputs := randomInputs(g.Graph)
	want := run(t, s, inputs)
	out := g.Outputs[0].Name
	clear(s.outputs[out])
	for stopAt := range p.steps {
		ctx, cancel := context.WithCancel(t.Context())
		var seen []int
		s.observe = func(step int) {
			seen = append(seen, step)
			if step == stopAt {
				cancel()
			}
		}
		err := s.Run(ctx)
		if stopAt == len(p.steps)-1 {
			require.NoError(t, err, "nothing was left to do")
			continue
		}
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, stopAt, seen[len(seen)-1])
		require.Zero(t, s.outputs[out][0], "outputs stay as they were")
		require.Len(t, idle(), workerCount)
	}
	s.observe = nil
	requireSameBits(t, want, run(t, s, inputs), "after cancelled runs")
}

// TestNothingKeepsASession: neither the pool nor anything else refers to a session
// that has run.
func TestNothingKeepsASession(t *testing.T) {
	var gone atomic.Int64
	g := fashionNet(t)
	func() {
		p := newPlan(t, newModel(t, g, Options{}))
		s := newSession(t, p, 3)
		inputs := randomInputs(g)
		for range 10 {
			run(t, s, inputs)
		}
		count := func(int) { gone.Add(1) }
		goruntime.AddCleanup(s.memory, count, 0)
		for _, st := range p.steps {
			if c, ok := st.step.(*convStep); ok {
				goruntime.AddCleanup(&c.pixels[0], count, 0)
				gone.Add(-1)
			}
		}
	}()
	require.Eventually(t, func() bool {
		goruntime.GC()
		return gone.Load() == 1
	}, 10*time.Second, time.Millisecond)
}

// TestOutputsOutliveTheSession: they are the caller's for as long as it likes.
func TestOutputsOutliveTheSession(t *testing.T) {
	g := fashionNet(t)
	inputs := randomInputs(g)
	var out, in []float32
	want := answers(t, g, Options{}, 1, inputs)[g.Outputs[0].Name]
	func() {
		s := newSession(t, newPlan(t, newModel(t, g, Options{})), 1)
		run(t, s, inputs)
		out, in = s.outputs[g.Outputs[0].Name], s.inputs[g.Inputs[0].Name]
	}()
	for range 3 {
		goruntime.GC()
		time.Sleep(time.Millisecond)
	}
	require.Equal(t, want.Data, out)
	require.Equal(t, inputs[g.Inputs[0].Name].Data, in)
}
