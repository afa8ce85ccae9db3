package mmapfile

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	for _, size := range []int{0, 1, 4095, 4096, 4097, 1 << 20} {
		path := filepath.Join(t.TempDir(), "file")
		want := bytes.Repeat([]byte{7, 1, 3}, size/3+1)[:size]
		require.NoError(t, os.WriteFile(path, want, 0o644))
		got, err := Read(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), "size %d", size)
	}
}

func TestReadRefuses(t *testing.T) {
	_, err := Read(filepath.Join(t.TempDir(), "missing"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = Read(t.TempDir())
	require.Error(t, err)
}

func TestDropKeepsTheBytes(t *testing.T) {
	want := bytes.Repeat([]byte{1, 2, 3, 4, 5}, 10_000)
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, want, 0o644))
	got, err := Read(path)
	require.NoError(t, err)
	Drop(got)
	Drop(got[123:40_000])
	Drop(nil)
	require.True(t, bytes.Equal(want, got))
	own := bytes.Clone(want)
	Drop(own)
	require.True(t, bytes.Equal(want, own), "memory that is no file is left alone")
}
