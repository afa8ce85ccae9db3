package passes_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/golden"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// TestGolden runs the passes that the files in testdata are named after, up to the
// dash: in.ir becomes out.ir, which computes the same and is made once for all.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			require.Equal(t, "in.ir", archive.Files[0].Name)
			pass, _, _ := strings.Cut(name, "-")
			seen[pass] = true
			ps := passesNamed(t, pass)

			in := parse(t, string(archive.Files[0].Data))
			require.Equal(t, string(archive.Files[0].Data), in.String(), "in.ir is as graphs are printed")
			out := duplicate(t, in)
			require.NoError(t, passes.Run(out, ps...))
			archive.Files = []txtar.File{archive.Files[0], {Name: "out.ir", Data: []byte(out.String())}}
			golden.Equal(t, file, txtar.Format(archive))

			requireSameOutputs(t, in, out)
			require.Equal(t, in.Cost().MultiplyAdds, out.Cost().MultiplyAdds)
			requireTwiceIsOnce(t, out, ps...)
			again := parse(t, out.String())
			require.Equal(t, out.String(), again.String())
			requireSameOutputs(t, in, again)

			all := duplicate(t, in)
			require.NoError(t, passes.Run(all, passes.Default()...))
			requireSameOutputs(t, in, all)
			requireTwiceIsOnce(t, all, passes.Default()...)
		})
	}
	for _, p := range passes.Default() {
		require.True(t, seen[p.Name], "no golden file is for %s", p.Name)
	}
}

// passesNamed returns one pass, or all for default.
func passesNamed(t testing.TB, name string) []passes.Pass {
	t.Helper()
	if name == "default" {
		return passes.Default()
	}
	for _, p := range passes.Default() {
		if p.Name == name {
			return []passes.Pass{p}
		}
	}
	t.Fatalf("there is no pass %s", name)
	return nil
}
