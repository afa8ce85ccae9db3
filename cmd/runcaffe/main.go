// Command runcaffe runs Caffe models: it names what is in pictures, runs a net on
// arrays, and measures a net's accuracy.
package main

import (
	"os"

	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func main() { os.Exit(cli.Main(newRoot(), os.Args[1:])) }
