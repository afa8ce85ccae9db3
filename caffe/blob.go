package caffe

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/prototxt2go/prototxt2go/internal/mmapfile"
)

// A Reader yields the elements of a blob as float32, in C order.
type Reader interface {
	// Read fills dst with the elements from offset on. The range lies within
	// the blob.
	Read(dst []float32, offset int)
}

// Blob is a weight of a layer. Its elements stay where they lie until they are
// read. It is safe for concurrent use.
type Blob struct {
	Shape []int
	// Legacy says that the shape was written as num, channels, height, width,
	// which pads shapes of fewer axes with leading 1s.
	Legacy bool
	Pos    Pos
	Reader
}

// Count returns the number of elements.
func (b *Blob) Count() int {
	n := 1
	for _, d := range b.Shape {
		n *= d
	}
	return n
}

// Fits reports whether the blob can be a weight of that shape: it has the same,
// or a legacy one that is the same when leading 1s are ignored.
func (b *Blob) Fits(shape []int) bool {
	if !b.Legacy || len(shape) > 4 {
		return slices.Equal(b.Shape, shape)
	}
	return slices.Equal(trimOnes(b.Shape), trimOnes(shape))
}

func trimOnes(shape []int) []int {
	for len(shape) > 0 && shape[0] == 1 {
		shape = shape[1:]
	}
	return shape
}

// ShapeString gives a shape as messages write it, such as 64x3x7x7.
func ShapeString(shape []int) string {
	if len(shape) == 0 {
		return "()"
	}
	dims := make([]string, len(shape))
	for i, d := range shape {
		dims[i] = fmt.Sprint(d)
	}
	return strings.Join(dims, "x")
}

// elementKind is how an element lies in a file.
type elementKind uint8

const (
	float32Element elementKind = iota
	float64Element
	float16Element
)

var elementSize = [...]int{float32Element: 4, float64Element: 8, float16Element: 2}

// read fills dst with the elements at the start of b, stride bytes apart.
func (k elementKind) read(dst []float32, b []byte, stride int) {
	switch k {
	case float64Element:
		for i := range dst {
			dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(b[i*stride:])))
		}
	case float16Element:
		for i := range dst {
			dst[i] = halfToFloat(binary.LittleEndian.Uint16(b[i*stride:]))
		}
	default:
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[i*stride:]))
		}
	}
}

// run is elements that lie in a file at one distance from one another: packed, or
// each behind its tag.
type run struct {
	first  int // index of its first element in the blob
	count  int
	bytes  []byte // begins with the first element, behind its tag
	stride int
}

// elements are the elements of a blob in a file, as one or several runs. It
// implements Reader.
type elements struct {
	kind elementKind
	runs []run
}

func (e *elements) count() int {
	if len(e.runs) == 0 {
		return 0
	}
	last := e.runs[len(e.runs)-1]
	return last.first + last.count
}

// addPacked appends the elements that fill b.
func (e *elements) addPacked(b []byte) error {
	size := elementSize[e.kind]
	if len(b)%size != 0 {
		return fmt.Errorf("%d bytes are no whole number of %d-byte elements", len(b), size)
	}
	if len(b) > 0 {
		e.runs = append(e.runs, run{e.count(), len(b) / size, b, size})
	}
	return nil
}

// addTagged appends elements that each stand behind a tag of tagSize bytes; b
// begins behind the first tag.
func (e *elements) addTagged(b []byte, count, tagSize int) {
	e.runs = append(e.runs, run{e.count(), count, b, elementSize[e.kind] + tagSize})
}

// Read implements Reader.
func (e *elements) Read(dst []float32, offset int) {
	i := sort.Search(len(e.runs), func(i int) bool { return e.runs[i].first > offset }) - 1
	for len(dst) > 0 {
		r := e.runs[i]
		from := offset - r.first
		n := min(r.count-from, len(dst))
		e.kind.read(dst[:n], r.bytes[from*r.stride:], r.stride)
		dst, offset, i = dst[n:], offset+n, i+1
	}
}

// Drop lets go of the pages of the mapped file that hold the blob, once it was read
// and is not needed soon. The blob stays readable.
func (b *Blob) Drop() {
	e, ok := b.Reader.(*elements)
	if !ok {
		return
	}
	for _, r := range e.runs {
		mmapfile.Drop(r.bytes[:(r.count-1)*r.stride+elementSize[e.kind]])
	}
}

// literal is a Reader over elements in memory.
type literal []float32

// Read implements Reader.
func (l literal) Read(dst []float32, offset int) { copy(dst, l[offset:]) }
