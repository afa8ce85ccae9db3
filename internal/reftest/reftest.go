// Package reftest finds the reference answers that tests compare with. They
// come from a real Caffe, are too large and too foreign to live in this
// repository, and are looked for where CAFFE_REFERENCE says, else in a folder
// named "shared" beside the checkout.
package reftest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns the absolute path of a file or folder of the reference data. It
// skips the test, saying so, where the reference data or that file is absent.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("CAFFE_REFERENCE")
	if root == "" {
		root = filepath.Join(Root(), "..", "shared")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no reference data: %v (set CAFFE_REFERENCE to its folder)", err)
	}
	return path
}

// Root returns the root folder of this checkout.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}
