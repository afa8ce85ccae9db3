package caffe

import (
	"github.com/prototxt2go/prototxt2go/internal/reftest"
	"github.com/stretchr/testify/require"
	"os"
	"path/filepath"
	"testing"
)

func TestEverySharedNetReads(t *testing.T) {
	for _, dir := range []string{"official", "conformance/*", "conformance_forks/*", "legacy", "trained", "fashion"} {
		files, _ := filepath.Glob(filepath.Join(reftest.Path(t, "official"), "..", dir, "*.*"))
		for _, f := range files {
			if e := filepath.Ext(f); e != ".prototxt" && e != ".caffemodel" {
				continue
			}
			n, err := ReadFile(f, Options{})
			require.NoError(t, err, f)
			for _, w := range n.Warnings {
				t.Log(w)
			}
		}
	}
}
func BenchmarkParse(b *testing.B) {
	data, err := os.ReadFile(reftest.Path(b, "official", "SENet-154.prototxt"))
	require.NoError(b, err)
	for b.Loop() {
		_, err := Read("x.prototxt", data, Options{})
		require.NoError(b, err)
	}
}
