package runtime
import ("testing";"time";"runtime")
func TestTmp(t *testing.T) {
	g := official(t, "SE-ResNet-50")
	p := newPlan(t, newModel(t, g, Options{}))
	for _, procs := range []int{2,1} {
	runtime.GOMAXPROCS(procs)
	for _, th := range []int{1,2,8} {
		s, _ := p.NewSession(th)
		best := time.Hour
		for range 6 { t0 := time.Now(); s.Run(t.Context()); best = min(best, time.Since(t0)) }
		t.Log(procs, th, best)
	}}
	s, _ := p.NewSession(1)
	times, _ := s.Profile(t.Context(), 3)
	sum := map[string]time.Duration{}
	for _, x := range times { sum[x.Kernel] += x.Time }
	t.Log(sum)
}
