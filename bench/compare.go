package main

import (
	"fmt"
	"slices"
	"time"
)

// row is what is measured of one net with one number of threads and one batch.
// Times are milliseconds.
type row struct {
	Net     string    `json:"net"`
	Threads int       `json:"threads"`
	Batch   int       `json:"batch"`
	Ours    quartiles `json:"ours_ms"`
	Theirs  quartiles `json:"theirs_ms"`
	// Ratio is that of neighbouring runs, ours to theirs: below 1 is faster.
	Ratio      quartiles `json:"ratio"`
	Peak       float64   `json:"peak_gflops"`
	OursPeak   float64   `json:"ours_share_of_peak"`
	TheirsPeak float64   `json:"theirs_share_of_peak"`
	OursLoad   float64   `json:"ours_load_ms"`
	TheirsLoad float64   `json:"theirs_load_ms"`
	// Memory is the most that each process had, models and all.
	OursMemory   float64 `json:"ours_peak_mb"`
	TheirsMemory float64 `json:"theirs_peak_mb"`
}

func (r row) String() string {
	return fmt.Sprintf("%s: %.2f ms against %.2f, ratio %.2f", r.title(), r.Ours.Median, r.Theirs.Median, r.Ratio.Median)
}

// title names the row.
func (r row) title() string {
	threads := "threads"
	if r.Threads == 1 {
		threads = "thread"
	}
	return fmt.Sprintf("%s, %d %s, batch %d", r.Net, r.Threads, threads, r.Batch)
}

// quartiles of some numbers.
type quartiles struct {
	Q1     float64 `json:"q1"`
	Median float64 `json:"median"`
	Q3     float64 `json:"q3"`
}

func quartilesOf(values []float64) quartiles {
	sorted := slices.Sorted(slices.Values(values))
	at := func(share float64) float64 {
		place := share * float64(len(sorted)-1)
		i := int(place)
		if i+1 == len(sorted) {
			return sorted[i]
		}
		return sorted[i] + (place-float64(i))*(sorted[i+1]-sorted[i])
	}
	return quartiles{at(0.25), at(0.5), at(0.75)}
}

// warmUp pairs are not counted.
const warmUp = 3

// settle is how long nothing runs before each run: threads of the other side that
// spin for more work would else take a core from it.
const settle = 30 * time.Millisecond

// compare runs both in turn.
func compare(f *netFiles, name string, threads, batch, pairs int) (row, string, error) {
	r := row{Net: name, Threads: threads, Batch: batch}
	ours, err := startOurs(f.weights, threads, batch)
	if err != nil {
		return r, "", err
	}
	defer ours.stop()
	theirs, err := startTheirs(f.onnx, threads, []int{batch, 3, 224, 224})
	if err != nil {
		return r, "", err
	}
	defer theirs.stop()
	var a, b, ratios []float64
	for i := range warmUp + pairs {
		mine, err := settled(ours)
		if err != nil {
			return r, "", err
		}
		peer, err := settled(theirs)
		if err != nil {
			return r, "", err
		}
		if i >= warmUp {
			a, b, ratios = append(a, mine), append(b, peer), append(ratios, mine/peer)
		}
	}
	peak, err := ours.do("peak")
	if err != nil {
		return r, "", err
	}
	share := func(ms float64) float64 { return 2 * float64(ours.MultiplyAdds) / (ms * 1e6) / peak.Peak }
	r.Ours, r.Theirs, r.Ratio = quartilesOf(a), quartilesOf(b), quartilesOf(ratios)
	r.Peak, r.OursPeak, r.TheirsPeak = peak.Peak, share(r.Ours.Median), share(r.Theirs.Median)
	r.OursLoad, r.TheirsLoad = ours.Load, theirs.Load
	r.OursMemory, r.TheirsMemory = ours.peakMB(), theirs.peakMB()
	return r, theirs.Version, nil
}

// settled times one run after a pause.
func settled(s *side) (float64, error) {
	time.Sleep(settle)
	d, err := s.do("run")
	return d.MS, err
}
