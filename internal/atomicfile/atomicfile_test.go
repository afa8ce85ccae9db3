package atomicfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/atomicfile"
)

// requireFiles checks that a folder holds these files and no other.
func requireFiles(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	got := map[string]string{}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		require.NoError(t, err)
		got[entry.Name()] = string(data)
	}
	require.Equal(t, want, got)
}

func TestCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.bin")
	f, err := atomicfile.Create(path, false)
	require.NoError(t, err)
	for _, part := range []string{"one ", "two"} {
		n, err := f.Write([]byte(part))
		require.NoError(t, err)
		require.Equal(t, len(part), n)
	}
	require.NoFileExists(t, path, "the target appears at the end")
	require.NoError(t, f.Commit())
	require.NoError(t, f.Close(), "Close after Commit does nothing")
	require.ErrorIs(t, f.Commit(), fs.ErrClosed)
	requireFiles(t, dir, map[string]string{"out.bin": "one two"})
}

func TestCloseThrowsAway(t *testing.T) {
	dir := t.TempDir()
	f, err := atomicfile.Create(filepath.Join(dir, "out.bin"), false)
	require.NoError(t, err)
	_, err = f.Write([]byte("half"))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, f.Close())
	require.ErrorIs(t, f.Commit(), fs.ErrClosed)
	requireFiles(t, dir, map[string]string{})
}

func TestExistingTarget(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.bin")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o640))

	err := atomicfile.WriteFile(path, []byte("new"), false)
	require.ErrorIs(t, err, fs.ErrExist)
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, "--force")
	requireFiles(t, dir, map[string]string{"out.bin": "old"})

	f, err := atomicfile.Create(path, true)
	require.NoError(t, err)
	_, err = f.Write([]byte("ne"))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	requireFiles(t, dir, map[string]string{"out.bin": "old"})

	require.NoError(t, atomicfile.WriteFile(path, []byte("new"), true))
	requireFiles(t, dir, map[string]string{"out.bin": "new"})
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o640), info.Mode().Perm())
	}
}

func TestForceWithoutTarget(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, atomicfile.WriteFile(filepath.Join(dir, "a"), nil, true))
	requireFiles(t, dir, map[string]string{"a": ""})
}

func TestTargetComesMeanwhile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.bin")
	f, err := atomicfile.Create(path, false)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte("other"), 0o600))
	require.ErrorIs(t, f.Commit(), fs.ErrExist)
	requireFiles(t, dir, map[string]string{"out.bin": "other"})
}

func TestSymlinkIsFollowed(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(file, []byte("old"), 0o600))
	if err := os.Symlink("file", link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	require.ErrorIs(t, atomicfile.WriteFile(link, nil, false), fs.ErrExist)
	require.NoError(t, atomicfile.WriteFile(link, []byte("new"), true))
	got, err := os.Readlink(link)
	require.NoError(t, err)
	require.Equal(t, "file", got)
	requireFiles(t, dir, map[string]string{"file": "new", "link": "new"})
}

func TestRefuses(t *testing.T) {
	dir := t.TempDir()
	err := atomicfile.WriteFile(dir, nil, true)
	require.ErrorContains(t, err, "not a regular file")
	_, err = atomicfile.Create("", false)
	require.ErrorContains(t, err, "no name")
	_, err = atomicfile.Create(filepath.Join(dir, "absent", "out"), false)
	require.ErrorIs(t, err, fs.ErrNotExist)
	requireFiles(t, dir, map[string]string{})
}

func TestNameWithoutFolder(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, atomicfile.WriteFile("plain", []byte("x"), false))
	requireFiles(t, dir, map[string]string{"plain": "x"})
}
