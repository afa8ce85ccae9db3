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
