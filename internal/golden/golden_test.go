package golden

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDifference(t *testing.T) {
	for _, c := range []struct{ name, want, got, difference string }{
		{"equal", "a\nb\n", "a\nb\n", ""},
		{"both empty", "", "", ""},
		{"changed line", "a\nb\nc\n", "a\nx\nc\n", `line 2: want "b\n", have "x\n"`},
		{"longer", "a\n", "a\nb\n", `line 2: want the end, have "b\n"`},
		{"shorter", "a\nb\n", "a\n", `line 2: want "b\n", have the end`},
		{"no last line break", "a\n", "a", `line 1: want "a\n", have "a"`},
		{"empty", "a\n", "", `line 1: want "a\n", have the end`},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.difference, difference([]byte(c.want), []byte(c.got)))
		})
	}
}

// recorder is a test that keeps what it fails with.
type recorder struct {
	testing.TB
	failure string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure returns what Equal fails with, or "".
func failure(path, got string) string {
	r, done := &recorder{}, make(chan struct{})
	go func() {
		defer close(done)
		Equal(r, path, []byte(got))
	}()
	<-done
	return r.failure
}

func TestEqual(t *testing.T) {
	defer func(u bool) { *update = u }(*update)
	path := filepath.Join(t.TempDir(), "new", "net.prototxt")

	*update = false
	require.Contains(t, failure(path, "a\n"), "-update writes it")

	*update = true
	require.Empty(t, failure(path, "a\n"))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "a\n", string(data))

	*update = false
	require.Empty(t, failure(path, "a\n"))
	require.Contains(t, failure(path, "b\n"), `net.prototxt: line 1: want "a\n", have "b\n"`)
}
