package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// report is all that one call of the command measures.
type report struct {
	Date string `json:"date"`
	CPU  string `json:"cpu"`
	Go   string `json:"go"`
	Peer string `json:"peer"`
	Rows []row  `json:"rows"`
}

func newReport() *report {
	return &report{Date: time.Now().UTC().Format(time.DateOnly), CPU: cpuName(), Go: runtime.Version()}
}

// cpuName returns the processor's name as the system has it.
func cpuName() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range bytes.Lines(info) {
		if name, value, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(name) == "model name" {
			return fmt.Sprintf("%s, %d cores", strings.TrimSpace(value), runtime.NumCPU())
		}
	}
	return runtime.GOARCH
}

// write writes the table, the JSON and the plot.
func (r *report) write(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"ratios.json": append(text, '\n'), "ratios.md": []byte(r.table()), "ratios.svg": []byte(r.plot()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o666); err != nil {
			return err
		}
	}
	fmt.Print(r.table())
	return nil
}

// table gives the rows as Markdown.
func (r *report) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, %s, %s. Milliseconds are medians of alternating runs; the ratio is that of neighbours, with its quartiles.\n\n", r.CPU, r.Peer, r.Go, r.Date)
	b.WriteString("| net | threads | batch | ours | ONNX Runtime | ratio | share of peak: ours, theirs | load: ours, theirs | peak memory: ours, theirs |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f ms | %.1f ms | **%.2f** (%.2f–%.2f) | %.0f %%, %.0f %% | %.0f ms, %.0f ms | %.0f MB, %.0f MB |\n",
			row.Net, row.Threads, row.Batch, row.Ours.Median, row.Theirs.Median, row.Ratio.Median, row.Ratio.Q1, row.Ratio.Q3,
			100*row.OursPeak, 100*row.TheirsPeak, row.OursLoad, row.TheirsLoad, row.OursMemory, row.TheirsMemory)
	}
	return b.String()
}
