// Command bench times this runtime and ONNX Runtime side by side, on the seven
// published nets: runs alternate, so that both see the same machine, and the ratio
// is that of neighbours.
//
//	npm install --prefix ort --ignore-scripts onnxruntime-node@1.30.0
//	NODE_PATH=$PWD/ort/node_modules go run . -out results
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/prototxt2go/prototxt2go/arch"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// settings say what to measure.
type settings struct {
	nets    []string
	threads []int
	batches []int
	pairs   int
	out     string
}

func parse() (settings, error) {
	var s settings
	nets := flag.String("nets", strings.Join(arch.Names(), ","), "nets to run")
	threads := flag.String("threads", "1,2", "numbers of threads")
	batches := flag.String("batch", "1,8", "images in a run")
	flag.IntVar(&s.pairs, "pairs", 15, "pairs of runs to count, after three to warm up")
	flag.StringVar(&s.out, "out", "results", "folder for the table, the JSON and the plot")
	flag.Parse()
	s.nets = strings.Split(*nets, ",")
	var err error
	if s.threads, err = integers(*threads); err != nil {
		return s, fmt.Errorf("-threads: %w", err)
	}
	if s.batches, err = integers(*batches); err != nil {
		return s, fmt.Errorf("-batch: %w", err)
	}
	if s.pairs < 1 {
		return s, fmt.Errorf("-pairs must be positive, have %d", s.pairs)
	}
	return s, nil
}

func integers(list string) ([]int, error) {
	var all []int
	for _, part := range strings.Split(list, ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no positive number", part)
		}
		all = append(all, n)
	}
	return all, nil
}

func run() error {
	if len(os.Args) == 5 && os.Args[1] == serveCommand {
		return serve(os.Args[2:])
	}
	s, err := parse()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	r := newReport()
	for _, name := range s.nets {
		files, err := prepare(work, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, batch := range s.batches {
			for _, threads := range s.threads {
				row, version, err := compare(files, name, threads, batch, s.pairs)
				if err != nil {
					return fmt.Errorf("%s: %w", row.title(), err)
				}
				r.Peer = "onnxruntime-node " + version
				r.Rows = append(r.Rows, row)
				fmt.Fprintln(os.Stderr, row)
			}
		}
		files.remove()
	}
	return r.write(s.out)
}

// prepare writes a net's weights and its ONNX form, for both to load.
func prepare(work, name string) (*netFiles, error) {
	f := &netFiles{weights: filepath.Join(work, name+".caffemodel"), onnx: filepath.Join(work, name+".onnx")}
	return f, f.write(name)
}
