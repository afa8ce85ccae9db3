package runtime

import (
	goruntime "runtime"
	"sync"
	"sync/atomic"

	"github.com/prototxt2go/prototxt2go/runtime/internal/cpu"
)

// spins is how often a worker looks for the next region before it parks, with a
// PAUSE each: some tens of microseconds, longer than the gaps within a run.
const spins = 2000

// region is work that several threads do together: tasks that are taken one by
// one. Which thread does which makes no difference to the results.
type region struct {
	step  step
	s     *Session
	tasks int64
	next  atomic.Int64
	_     [64]byte
	busy  atomic.Int64 // workers that have not finished
}

// work takes tasks until none is left.
func (r *region) work(a *arguments) {
	for {
		i := r.next.Add(1) - 1
		if i >= r.tasks {
			return
		}
		r.step.run(r.s, a, int(i))
	}
}

// worker is a goroutine on a thread of its own. While it is leased it spins for
// the next region; idle it is parked. Between regions it refers to no session.
type worker struct {
	region    atomic.Pointer[region] // given and not begun
	parked    atomic.Bool
	wake      chan struct{}
	arguments arguments
}

// give hands the worker a region.
func (w *worker) give(r *region) {
	w.region.Store(r)
	// Either this sees that the worker is parked, or the worker, which looks again
	// after it has said so, sees the region. Whoever resets parked owes, or is owed,
	// the waking.
	if w.parked.Load() && w.parked.CompareAndSwap(true, false) {
		w.wake <- struct{}{}
	}
}

// withdraw takes back a region that the worker has not begun, if so.
func (w *worker) withdraw(r *region) bool { return w.region.CompareAndSwap(r, nil) }

func (w *worker) loop() {
	goruntime.LockOSThread()
	for {
		r := w.await()
		r.work(&w.arguments)
		w.arguments = arguments{}
		r.busy.Add(-1)
	}
}

// await begins the next region that the worker is given.
func (w *worker) await() *region {
	for {
		for range spins {
			if w.region.Load() != nil {
				if r := w.region.Swap(nil); r != nil {
					return r
				}
			}
			pause()
		}
		w.parked.Store(true)
		if w.region.Load() == nil || !w.parked.CompareAndSwap(true, false) {
			<-w.wake
		}
	}
}

// pool is all workers of the process: one less than the processors it may use,
// since each session works on its own thread too.
var pool struct {
	once     sync.Once
	mu       sync.Mutex
	free     []*worker
	sessions int // that run
}

// startPool starts the workers. Nobody runs on more threads than GOMAXPROCS, so
// that what lies above would wait for each other.
func startPool() { addWorkers(min(cpu.CPUs(), goruntime.GOMAXPROCS(0)) - 1) }

func addWorkers(n int) {
	for range n {
		w := &worker{wake: make(chan struct{}, 1)}
		pool.free = append(pool.free, w)
		go w.loop()
	}
}

// lease appends up to n free workers to ws, for a session that begins to run: no
// more than leave a processor to each other session that does.
func lease(ws []*worker, n int) []*worker {
	pool.once.Do(startPool)
	pool.mu.Lock()
	defer pool.mu.Unlock()
	n = max(0, min(n, len(pool.free)-pool.sessions))
	pool.sessions++
	ws = append(ws, pool.free[len(pool.free)-n:]...)
	pool.free = pool.free[:len(pool.free)-n]
	return ws
}

// release gives the workers of a session back when it ends to run.
func release(ws []*worker) {
	pool.mu.Lock()
	defer pool.mu.Unlock()
	pool.sessions--
	pool.free = append(pool.free, ws...)
}

// together runs all tasks of a region on this thread and the workers, and returns
// when they are done. It waits for those workers alone that have begun.
func (r *region) together(ws []*worker, a *arguments) {
	if int64(len(ws)) >= r.tasks {
		ws = ws[:max(r.tasks-1, 0)]
	}
	r.next.Store(0)
	r.busy.Store(int64(len(ws)))
	for _, w := range ws {
		w.give(r)
	}
	r.work(a)
	for _, w := range ws {
		if w.withdraw(r) {
			r.busy.Add(-1)
		}
	}
	for n := 0; r.busy.Load() > 0; n++ {
		pause()
		if n%spins == spins-1 {
			goruntime.Gosched()
		}
	}
}
