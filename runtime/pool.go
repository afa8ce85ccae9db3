package runtime

import (
	"fmt"
	"unsafe"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

func init() {
	registerLowering(ir.Pooling{}, lowering{takes: takesPooling, lower: lowerPooling})
}

func takesPooling(n *ir.Node) bool {
	op := n.Op.(ir.Pooling)
	return !op.Mask && op.Method != ir.PoolStochastic && isMaps(n.In[0], n.Out[0]) && (op.Global || windowOffsets(op, n) <= maxWindowOffsets)
}

// maxWindowOffsets bounds the list of what the windows of a node hold, which pads
// and kernels of about the map's size would make far larger than the map.
const maxWindowOffsets = 1 << 20

// windowOffsets returns how long that list is: the elements of each shape of window.
func windowOffsets(op ir.Pooling, n *ir.Node) int64 {
	product := int64(1)
	for axis := range 2 {
		sum, seen := int64(0), map[int]bool{}
		for i := range n.Out[0].Type.Shape[2+axis] {
			first, last, _ := window(i, op.Kernel[axis], op.Stride[axis], op.Pad[axis], n.In[0].Type.Shape[2+axis])
			if length := max(last-first, 0); !seen[length] {
				seen[length] = true
				sum += int64(length)
			}
		}
		product *= sum
	}
	return product
}

func lowerPooling(l *lowerer, n *ir.Node) error {
	op := n.Op.(ir.Pooling)
	in := l.as(n.In[0], blocked)
	out := l.blockedOutput(n.Out[0])
	if op.Global && op.Method == ir.PoolAve {
		l.add(&meansStep{in: in, out: out}, []*view{in}, out)
		return nil
	}
	if op.Global {
		op.Kernel, op.Pad, op.Stride = []int{in.h, in.w}, []int{0, 0}, []int{1, 1}
	}
	s := &poolStep{method: op.Method, in: in, out: out}
	s.list(op)
	l.add(s, []*view{in}, out)
	return nil
}

// poolStep pools windows of any kind.
type poolStep struct {
	method  ir.PoolMethod
	in, out *view
	pixels  []kernels.PoolPixel
	windows []int64
	empty   bool // a window lies outside the map
}

// list lists the pixels and what their windows hold, once for each shape of window.
func (s *poolStep) list(op ir.Pooling) {
	first := map[[2]int]int32{}
	for y := range s.out.h {
		for x := range s.out.w {
			y0, y1, rows := window(y, op.Kernel[0], op.Stride[0], op.Pad[0], s.in.h)
			x0, x1, columns := window(x, op.Kernel[1], op.Stride[1], op.Pad[1], s.in.w)
			height, width := max(y1-y0, 0), max(x1-x0, 0)
			s.empty = s.empty || height*width == 0
			shape := [2]int{height, width}
			if _, ok := first[shape]; !ok {
				first[shape] = int32(len(s.windows))
				for i := range height {
					for j := range width {
						s.windows = append(s.windows, int64(i*s.in.row+j*pixelBytes))
					}
				}
			}
			s.pixels = append(s.pixels, kernels.PoolPixel{
				In: int32(s.in.at(y0, x0)), Out: int32(s.out.at(y, x)),
				First: first[shape], Count: int32(height * width), Divisor: float32(rows * columns),
			})
		}
	}
}

// window returns the elements of a window along an axis, from first up to last, and
// what it counts for in Caffe's average: its length clipped to the padded map.
func window(i, kernel, stride, pad, side int) (first, last, length int) {
	start := i*stride - pad
	end := min(start+kernel, side+pad)
	return max(start, 0), min(end, side), end - start
}

// poolChunk is about how many window elements a task reads.
const poolChunk = 1 << 15

func (s *poolStep) chunks() int {
	elements := len(s.pixels) * int(s.pixels[0].Count+1)
	return max(1, min(len(s.pixels), elements/poolChunk))
}

func (s *poolStep) result() *view { return s.out }

func (s *poolStep) tasks() int { return s.in.n * blocks(s.in.c) * s.chunks() }

func (s *poolStep) run(session *Session, a *arguments, task int) {
	chunks := s.chunks()
	chunk, rest := task%chunks, task/chunks
	image, block := rest/blocks(s.in.c), rest%blocks(s.in.c)
	if chunk == 0 {
		session.clearHalo(s.out, image, block)
	}
	first, last := part(len(s.pixels), chunks, chunk)
	a.pool = kernels.PoolArgs{
		In:        session.pointer(s.in, image*s.in.image+block*s.in.block),
		Out:       session.pointer(s.out, image*s.out.image+block*s.out.block),
		Pixels:    unsafe.Pointer(&s.pixels[first]),
		Windows:   unsafe.Pointer(unsafe.SliceData(s.windows)),
		NumPixels: int64(last - first),
	}
	if s.method == ir.PoolMax {
		session.plan.model.kernels.MaxPool(&a.pool)
	} else {
		session.plan.model.kernels.AvePool(&a.pool)
	}
	if s.empty && block == blocks(s.in.c)-1 {
		s.clearLanes(session, image*s.out.image+block*s.out.block, s.pixels[first:last])
	}
}

// clearLanes sets the lanes past the last channel to zero where a window is empty:
// for those too the kernels gave the least float, or 0/0.
func (s *poolStep) clearLanes(session *Session, block int, pixels []kernels.PoolPixel) {
	for _, p := range pixels {
		if p.Count == 0 {
			session.clearLanes(s.out, block+int(p.Out))
		}
	}
}

func (s *poolStep) String() string {
	return fmt.Sprintf("pool_%v %d offsets, %v -> %v", s.method, len(s.windows), s.in, s.out)
}
