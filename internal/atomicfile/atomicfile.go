// Package atomicfile writes files that appear under their name only when they
// are whole: the bytes go to a file beside the target, which takes the target's
// name at the end.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is an output file in the making. It is not safe for concurrent use.
type File struct {
	temp   *os.File
	target string
	force  bool
	done   bool
}

// Create starts the file that is to be at path. A target that is there already
// is an error that wraps fs.ErrExist, unless force is set; one that is not a
// regular file (a folder, a device) is an error always. With force a target that
// is a symbolic link stays one, and the file that it points to is replaced; a
// replaced file passes its permissions on.
//
// The caller must call Close, best deferred, and Commit when all is written.
func Create(path string, force bool) (*File, error) {
	target, mode, err := inspect(path, force)
	if err != nil {
		return nil, fmt.Errorf("creating %s: %w", path, err)
	}
	dir, base := filepath.Split(target)
	// The random part makes the name new; O_EXCL makes sure of it.
	name := filepath.Join(dir, "."+base+"."+rand.Text()+".tmp")
	temp, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("creating %s: %w", path, err)
	}
	f := &File{temp: temp, target: target, force: force}
	if mode != nil {
		if err := os.Chmod(name, *mode); err != nil {
			return nil, errors.Join(fmt.Errorf("creating %s: %w", path, err), f.Close())
		}
	}
	return f, nil
}

// inspect returns the path to write, with links of an existing target followed,
// and the permissions to keep, nil where there is no target yet.
func inspect(path string, force bool) (target string, mode *fs.FileMode, err error) {
	if path == "" {
		return "", nil, errors.New("the file has no name")
	}
	if err := refuseExisting(path, force); err != nil {
		return "", nil, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	if !info.Mode().IsRegular() {
		return "", nil, errors.New("the target exists and is not a regular file")
	}
	if target, err = filepath.EvalSymlinks(path); err != nil {
		return "", nil, err
	}
	perm := info.Mode().Perm()
	return target, &perm, nil
}

func refuseExisting(path string, force bool) error {
	if force {
		return nil
	}
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return fmt.Errorf("%w; use --force to replace it", fs.ErrExist)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// Write writes to the file in the making.
func (f *File) Write(p []byte) (int, error) {
	return f.temp.Write(p)
}

// Commit closes the file and gives it the target's name. Without force it looks
// once more for a target that came meanwhile. After an error nothing is left of
// the file, and a target that was there is as it was.
func (f *File) Commit() error {
	if f.done {
		return fmt.Errorf("writing %s: %w", f.target, fs.ErrClosed)
	}
	err := f.temp.Sync()
	if err == nil {
		err = f.temp.Close() // before the rename: Windows renames no open file
	}
	if err == nil {
		err = refuseExisting(f.target, f.force)
	}
	if err == nil {
		err = os.Rename(f.temp.Name(), f.target)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", f.target, err), f.Close())
	}
	f.done = true
	return nil
}

// Close throws the file away unless it was committed; after Commit, and a second
// time, it does nothing.
func (f *File) Close() error {
	if f.done {
		return nil
	}
	f.done = true
	if err := f.temp.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return errors.Join(err, os.Remove(f.temp.Name()))
	}
	return os.Remove(f.temp.Name())
}

// WriteFile writes data to path, whole or not at all, under the rules of Create.
func WriteFile(path string, data []byte, force bool) error {
	f, err := Create(path, force)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", path, err), f.Close())
	}
	return f.Commit()
}
