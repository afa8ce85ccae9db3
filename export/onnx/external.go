package onnx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/prototxt2go/prototxt2go/ir"
)

// ReadFile reads a model and the files of weights that it names, which must lie in
// its folder or beneath. All is held in memory. Errors are those of Read.
func ReadFile(path string) (*ir.Graph, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	opened := map[string][]byte{}
	return read(path, data, func(file string) ([]byte, error) {
		if !filepath.IsLocal(file) {
			return nil, fmt.Errorf("weights lie in %q, which is not beneath the model's folder", file)
		}
		if opened[file] == nil {
			data, err := os.ReadFile(filepath.Join(filepath.Dir(path), file))
			if err != nil {
				return nil, err
			}
			opened[file] = data
		}
		return opened[file], nil
	})
}

// load finds the elements of a tensor that lie in another file.
func (t *tensorFile) load(open func(file string) ([]byte, error)) error {
	if t.location != locationExternal {
		return nil
	}
	data, err := open(t.external[keyLocation])
	if err != nil {
		return err
	}
	offset, err1 := strconv.ParseInt(t.external[keyOffset], 10, 64)
	length, err2 := strconv.ParseInt(t.external[keyLength], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	size := int64(len(data))
	if offset < 0 || length < 0 || offset > size || length > size-offset {
		return fmt.Errorf("needs %d bytes from %d on of %q, which has %d", length, offset, t.external[keyLocation], size)
	}
	t.raw = data[offset:][:length]
	return nil
}
