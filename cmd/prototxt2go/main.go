// Command prototxt2go shows, makes and fills Caffe models.
package main

import (
	"os"

	"github.com/prototxt2go/prototxt2go/internal/cli"
)

func main() { os.Exit(cli.Main(newRoot(), os.Args[1:])) }
