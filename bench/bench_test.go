package main

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestQuartiles(t *testing.T) {
	require.Equal(t, quartiles{2, 3, 4}, quartilesOf([]float64{5, 1, 4, 2, 3}))
	require.Equal(t, quartiles{1.25, 1.5, 1.75}, quartilesOf([]float64{2, 1}))
	require.Equal(t, quartiles{7, 7, 7}, quartilesOf([]float64{7}))
}

func TestIntegers(t *testing.T) {
	list, err := integers("1,2,8")
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 8}, list)
	for _, bad := range []string{"", "0", "1,x", "-1"} {
		_, err := integers(bad)
		require.Error(t, err, bad)
	}
}

func TestReport(t *testing.T) {
	r := &report{Date: "2026-01-02", CPU: "A CPU", Go: "go1", Peer: "peer 1", Rows: []row{
		{Net: "Net", Threads: 1, Batch: 8, Ours: quartiles{1, 2, 3}, Theirs: quartiles{3, 4, 5}, Ratio: quartiles{0.4, 0.5, 0.6}, OursPeak: 0.7, TheirsPeak: 0.35, OursLoad: 10, TheirsLoad: 20, OursMemory: 30, TheirsMemory: 40},
		{Net: "Slow", Threads: 2, Batch: 1, Ratio: quartiles{1.9, 2, 2.1}},
	}}
	require.Contains(t, r.table(), "| Net | 1 | 8 | 2.0 ms | 4.0 ms | **0.50** (0.40–0.60) | 70 %, 35 % | 10 ms, 20 ms | 30 MB, 40 MB |")
	plot := r.plot()
	require.Equal(t, 2, strings.Count(plot, "<rect x="))
	require.Contains(t, plot, `width="150.0"`, "half of what equal is")
	d := xml.NewDecoder(strings.NewReader(plot))
	for {
		_, err := d.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
	}
}
