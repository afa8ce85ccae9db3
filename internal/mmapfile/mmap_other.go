//go:build !unix

package mmapfile

import (
	"io"
	"os"
)

func read(f *os.File, size int) ([]byte, error) {
	data := make([]byte, size)
	_, err := io.ReadFull(f, data)
	return data, err
}

// drop does nothing: the bytes are in memory of our own.
func drop([]byte) {}
