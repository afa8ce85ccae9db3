// Package clitest runs the scripts that test the commands: txtar files for
// testscript, with commands of their own that make and compare the files that
// nets and pictures need.
package clitest

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// Main runs a package's tests with a program as a command of its scripts, in the
// test's own binary.
func Main(m *testing.M, name string, program func()) {
	// The race detector waits a second at the end of each process otherwise.
	if os.Getenv("GORACE") == "" {
		os.Setenv("GORACE", "atexit_sleep_ms=10")
	}
	testscript.Main(m, map[string]func(){name: program})
}

// Run runs all scripts of a folder, with variables such as "NAME=value". Beside
// testscript's own they have the commands
//
//	exits CODE PROGRAM [ARG]…       run a program that must end with this exit code
//	mknpy FILE SHAPE SEED           write an array of numbers from -1 to 1
//	mkhuge FILE SHAPE               write an array's header without its numbers
//	cmpnpy A B                      compare two arrays, shape and bits
//	npyshape FILE SHAPE             compare an array's shape
//	mkpicture FILE WxH SEED         write a picture, PNG or JPEG by its name
//	mkimages FILE N HxW SEED        write an idx file of pictures, gzipped by its name
//	mklabels FILE LABEL,…           write an idx file of labels, gzipped by its name
//	mkmean FILE SHAPE VALUE         write a mean file with one value everywhere
//	cut FILE BYTES                  keep so many bytes of a file
//	flip FILE OFFSET                turn over the lowest bit of the byte there
//	keys FILE PATH KEY,…            compare the keys of an object in JSON, such as
//	                                images.0, or . for all of it, with a list
//	samejson A B KEY,…              compare two files of JSON but for these keys
func Run(t *testing.T, dir string, variables ...string) {
	testscript.Run(t, testscript.Params{
		Dir:                dir,
		RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, variables...)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"mknpy":     makeArray,
			"mkhuge":    makeHeader,
			"cmpnpy":    compareArrays,
			"npyshape":  arrayShape,
			"mkpicture": makePicture,
			"mkimages":  makeImages,
			"mklabels":  makeLabels,
			"mkmean":    makeMean,
			"cut":       cut,
			"flip":      flip,
			"keys":      keys,
			"samejson":  sameJSON,
		},
	})
}

// need ends a script whose line has not so many arguments, or a '!' that its
// command does not take.
func need(ts *testscript.TestScript, neg bool, args []string, n int) {
	if neg || len(args) != n {
		ts.Fatalf("wrong use: have %v", args)
	}
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("use: exits CODE PROGRAM [ARG]…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	have := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		have = exit.ExitCode()
	default:
		ts.Check(err)
	}
	if have != want {
		ts.Fatalf("exit code %d, want %d", have, want)
	}
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

func flip(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	data := []byte(ts.ReadFile(args[0]))
	data[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o666))
}
