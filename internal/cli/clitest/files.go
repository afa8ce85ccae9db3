package clitest

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/prototxt2go/prototxt2go/npy"
)

// shapeOf reads a shape such as 1x3x8x8; () is that of a scalar.
func shapeOf(ts *testscript.TestScript, text string) []int {
	shape := []int{}
	if text == "()" {
		return shape
	}
	for part := range strings.SplitSeq(text, "x") {
		d, err := strconv.Atoi(part)
		ts.Check(err)
		shape = append(shape, d)
	}
	return shape
}

func count(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func random(ts *testscript.TestScript, seed string) *rand.Rand {
	n, err := strconv.ParseUint(seed, 10, 64)
	ts.Check(err)
	return rand.New(rand.NewPCG(n, 0))
}

func makeArray(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3)
	shape, rng := shapeOf(ts, args[1]), random(ts, args[2])
	data := make([]float32, count(shape))
	for i := range data {
		data[i] = 2*rng.Float32() - 1
	}
	var b bytes.Buffer
	ts.Check(npy.Write(&b, shape, data))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o666))
}

func makeHeader(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	shape := strings.ReplaceAll(args[1], "x", ", ")
	dict := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }\n", shape)
	head := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(dict)))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(head, dict...), 0o666))
}

func readArray(ts *testscript.TestScript, file string) *npy.Array {
	a, err := npy.ReadFile(ts.MkAbs(file))
	ts.Check(err)
	return a
}

func compareArrays(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, args, 2)
	a, b := readArray(ts, args[0]), readArray(ts, args[1])
	bits := func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) }
	if same := slices.Equal(a.Shape, b.Shape) && slices.EqualFunc(a.Data, b.Data, bits); same == neg {
		ts.Fatalf("%s %v %v and %s %v %v: the same is %t", args[0], a.Shape, a.Data, args[1], b.Shape, b.Data, same)
	}
}

func arrayShape(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	if have, want := readArray(ts, args[0]).Shape, shapeOf(ts, args[1]); !slices.Equal(have, want) {
		ts.Fatalf("%s has shape %v, want %v", args[0], have, want)
	}
}

func makePicture(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3)
	size, rng := shapeOf(ts, args[1]), random(ts, args[2])
	img := image.NewNRGBA(image.Rect(0, 0, size[0], size[1]))
	for i := range img.Pix {
		img.Pix[i] = uint8(rng.UintN(256))
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	if filepath.Ext(args[0]) == ".jpg" {
		ts.Check(jpeg.Encode(&b, img, nil))
	} else {
		ts.Check(png.Encode(&b, img))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o666))
}

func makeImages(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 4)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	size, rng := shapeOf(ts, args[2]), random(ts, args[3])
	pixels := make([]byte, n*count(size))
	for i := range pixels {
		pixels[i] = byte(rng.UintN(256))
	}
	writeIDX(ts, args[0], []int{n, size[0], size[1]}, pixels)
}

func makeLabels(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2)
	var labels []byte
	for part := range strings.SplitSeq(args[1], ",") {
		label, err := strconv.ParseUint(part, 10, 8)
		ts.Check(err)
		labels = append(labels, byte(label))
	}
	writeIDX(ts, args[0], []int{len(labels)}, labels)
}

func writeIDX(ts *testscript.TestScript, file string, sizes []int, data []byte) {
	all := []byte{0, 0, 8, byte(len(sizes))}
	for _, n := range sizes {
		all = binary.BigEndian.AppendUint32(all, uint32(n))
	}
	all = append(all, data...)
	if strings.HasSuffix(file, ".gz") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write(all)
		ts.Check(err)
		ts.Check(z.Close())
		all = b.Bytes()
	}
	ts.Check(os.WriteFile(ts.MkAbs(file), all, 0o666))
}

// makeMean writes a BlobProto: field 5 is its data, field 7 its shape with the
// sizes in field 1.
func makeMean(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3)
	shape := shapeOf(ts, args[1])
	value, err := strconv.ParseFloat(args[2], 32)
	ts.Check(err)
	var dims, data, blob []byte
	for _, d := range shape {
		dims = protowire.AppendVarint(dims, uint64(d))
	}
	for range count(shape) {
		data = protowire.AppendFixed32(data, math.Float32bits(float32(value)))
	}
	blob = protowire.AppendTag(blob, 5, protowire.BytesType)
	blob = protowire.AppendBytes(blob, data)
	blob = protowire.AppendTag(blob, 7, protowire.BytesType)
	blob = protowire.AppendBytes(blob, protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), dims))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), blob, 0o666))
}
