// Package golden compares what a test got with a file that holds what it should
// be. With the flag -update, as in "go test ./arch -update", such files are
// written instead.
package golden

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// Equal fails the test at once unless the file holds exactly the given bytes,
// and shows the first line that differs. A relative path starts at the test's
// package. With -update it writes the file, and its folder if need be.
func Equal(t testing.TB, path string, got []byte) {
	t.Helper()
	if *update {
		write(t, path, got)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (-update writes it)", err)
	}
	if d := difference(want, got); d != "" {
		t.Fatalf("%s: %s (if that is intended, -update writes it)", path, d)
	}
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatalf("update golden file: %v", err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatalf("update golden file: %v", err)
	}
}

// difference describes the first line in which two texts differ, or is "".
func difference(want, got []byte) string {
	if bytes.Equal(want, got) {
		return ""
	}
	wantLines, gotLines := bytes.SplitAfter(want, []byte("\n")), bytes.SplitAfter(got, []byte("\n"))
	for i := 0; ; i++ {
		w, g := line(wantLines, i), line(gotLines, i)
		if w != g {
			return fmt.Sprintf("line %d: want %s, have %s", i+1, w, g)
		}
	}
}

// line quotes a line, or says that the text ends before it.
func line(lines [][]byte, i int) string {
	if i >= len(lines) || i == len(lines)-1 && len(lines[i]) == 0 {
		return "the end"
	}
	return fmt.Sprintf("%q", lines[i])
}
