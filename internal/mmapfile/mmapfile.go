// Package mmapfile reads files that are larger than one wants in memory.
package mmapfile

import (
	"fmt"
	"math"
	"os"
)

// Read returns a file's bytes, mapped where the system can map files. They stay
// valid, and must not be written to, for the life of the process. A file that is
// cut short by another process while it is mapped ends this one, as with every
// mapping.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return os.ReadFile(path)
	}
	if info.Size() == 0 {
		return nil, nil
	}
	if info.Size() > math.MaxInt {
		return nil, fmt.Errorf("%s: %d bytes are more than this platform can address", path, info.Size())
	}
	return read(f, int(info.Size()))
}

// Drop tells the system that a part of a file that Read mapped is not needed soon:
// it takes no memory until it is read again. Bytes of any other kind stay as they
// are.
func Drop(b []byte) { drop(b) }
