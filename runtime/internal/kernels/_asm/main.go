// Command asm writes the kernels' assembly and the offsets that it assumes. It is a
// module of its own, so that the library does not depend on the assembler.
//
//	asm -write offsets > offsets_amd64_test.go
//	asm -write conv_avx2 -out conv_avx2_amd64.s
//
// A file of kernels for a further instruction set is a further entry in files.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
)

// files are the files of kernels that can be written, by name.
var files = map[string]func(){
	"conv_avx2": convAVX2,
	"maps_avx2": mapsAVX2,
	"pool_avx2": poolAVX2,
	"peak_avx2": peakAVX2,
}

func main() {
	names := strings.Join(slices.Sorted(maps.Keys(files)), ", ")
	write := flag.String("write", "", "what to write: offsets, "+names)
	flag.Parse() // of avo's flags too
	if *write == "offsets" {
		writeOffsets(os.Stdout)
		return
	}
	emit, ok := files[*write]
	if !ok {
		fmt.Fprintf(os.Stderr, "asm: -write must be offsets or one of %s\n", names)
		os.Exit(2)
	}
	ConstraintExpr("amd64,!purego")
	emit()
	Generate()
}
