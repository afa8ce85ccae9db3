package runtime

import (
	"fmt"
	"unsafe"

	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

func init() {
	registerLowering(ir.Convolution{}, lowering{takes: takesConvolution, halo: convolutionHalo, lower: lowerConvolution})
}

// pictureChannels is up to how many channels an input is taken as pixels rather
// than in blocks, which would be mostly empty.
const pictureChannels = 4

// takesConvolution reports whether there is a kernel for a node: over two spatial
// axes, with groups of whole blocks, or such as the grouped kernel takes.
func takesConvolution(n *ir.Node) bool {
	op := n.Op.(ir.Convolution)
	if op.Axis != 1 || len(op.Kernel) != 2 || !isMapWith(n.In[0], max(op.Pad[0], op.Pad[1])) || !isMaps(n.Out[0]) {
		return false
	}
	if n.In[1].Const == nil || op.Bias && n.In[2].Const == nil {
		return false
	}
	return denseGroups(n) || groupShape(n) != nil
}

// denseGroups reports whether each group reads and makes whole blocks.
func denseGroups(n *ir.Node) bool {
	group := n.Op.(ir.Convolution).Group
	in, out := n.In[0].Type.Shape[1], n.Out[0].Type.Shape[1]
	return group == 1 || in/group%lanes == 0 && out/group%lanes == 0
}

// convolutionHalo returns the padding, as far as the kernel wants it around the
// map.
func convolutionHalo(n *ir.Node, input int) int {
	op := n.Op.(ir.Convolution)
	if input != 0 || takesPixels(n) {
		return 0
	}
	return max(op.Pad[0], op.Pad[1])
}

// takesPixels reports whether a node reads a picture, as pixels.
func takesPixels(n *ir.Node) bool {
	op := n.Op.(ir.Convolution)
	return n.In[0].Type.Shape[1] <= pictureChannels && op.Group == 1 && op.Dilation[1] == 1
}

func lowerConvolution(l *lowerer, n *ir.Node) error {
	op := n.Op.(ir.Convolution)
	in := l.convolutionInput(n)
	var bias, residual *ir.Value
	rest := n.In[2:]
	if op.Bias {
		bias, rest = rest[0], rest[1:]
	}
	if op.Residual {
		residual = rest[0]
	}
	if !denseGroups(n) {
		return l.lowerGrouped(n, in, bias, residual)
	}
	s := &convStep{name: "conv", in: in, relu: op.ReLU}
	reads := []*view{in}
	if residual != nil {
		s.residual = l.as(residual, blocked)
		reads = append(reads, s.residual)
	}
	s.out = l.blockedOutput(n.Out[0])
	order := s.window(op, n.In[0].Type.Shape[1]/op.Group)
	s.place(op)
	if err := s.pack(l.model, n.In[1], bias, s.format(n.In[1].Type), order); err != nil {
		return err
	}
	s.split(op.Group)
	l.add(s, reads, s.out)
	return nil
}

// convolutionInput returns the input as the kernel takes it, with its padding as
// halo.
func (l *lowerer) convolutionInput(n *ir.Node) *view {
	op := n.Op.(ir.Convolution)
	pad := max(op.Pad[0], op.Pad[1])
	if takesPixels(n) {
		return l.asWith(n.In[0], pixels, pad)
	}
	return l.asWith(n.In[0], blocked, pad)
}

// convStep is a dense convolution, or one of groups of whole blocks.
type convStep struct {
	name          string
	in, out       *view
	residual      *view // or nil
	weights, bias *packed
	relu          bool
	pixels        []kernels.Pixel // of one block of the output
	runs          []int64         // of one group
	runLength     int             // floats
	length        int             // rows of a panel
	filter        int             // elements of a filter
	groupIn       int             // bytes from one group's input to the next
	groupPanels   int             // output blocks of one group
	chunks        int             // parts that the pixels are cut into
	images        int             // over which the pixels are repeated
}

// window lists what a filter reads: runs of contiguous floats at some distance from
// a pixel's place. It returns the place of each float in the filter, or -1 for those
// of lanes past the last channel.
func (s *convStep) window(op ir.Convolution, channels int) (order []int) {
	kh, kw := op.Kernel[0], op.Kernel[1]
	place := func(c, y, x int) int { return (c*kh+y)*kw + x }
	pixel := s.in.pixelSize()
	if s.in.layout == pixels {
		s.runLength = kw * channels
		for y := range kh {
			s.runs = append(s.runs, int64(y*op.Dilation[0]*s.in.row))
			for x := range kw {
				for c := range channels {
					order = append(order, place(c, y, x))
				}
			}
		}
		return order
	}
	joined := op.Dilation[1] == 1 // a kernel row is one run
	s.runLength = lanes
	if joined {
		s.runLength = kw * lanes
	}
	for b := range blocks(channels) {
		for y := range kh {
			for x := range kw {
				if x == 0 || !joined {
					s.runs = append(s.runs, int64(b*s.in.block+y*op.Dilation[0]*s.in.row+x*op.Dilation[1]*pixel))
				}
				for lane := range lanes {
					from := -1
					if c := b*lanes + lane; c < channels {
						from = place(c, y, x)
					}
					order = append(order, from)
				}
			}
		}
	}
	return order
}

// place lists where each pixel of the output reads and writes.
func (s *convStep) place(op ir.Convolution) {
	for y := range s.out.h {
		for x := range s.out.w {
			p := kernels.Pixel{
				In:  int32(s.in.at(y*op.Stride[0]-op.Pad[0], x*op.Stride[1]-op.Pad[1])),
				Out: int32(s.out.at(y, x)),
			}
			if s.residual != nil {
				p.Residual = int32(s.residual.at(y, x))
			}
			s.pixels = append(s.pixels, p)
		}
	}
}

// format says what the order of packed weights of that type depends on.
func (s *convStep) format(weights ir.Type) string {
	return fmt.Sprintf("panels %v of %v %dx%d", s.in.layout, weights, len(s.runs), s.runLength)
}

// pack packs weights in an order, and a bias, which may be nil.
func (s *convStep) pack(m *Model, weights, bias *ir.Value, format string, order []int) (err error) {
	s.length = len(order)
	for _, from := range order {
		if from >= 0 {
			s.filter++
		}
	}
	if s.weights, err = m.packPanels(weights, format, order); err != nil {
		return err
	}
	s.bias, err = m.packVector(bias, s.out.c)
	return err
}

// chunkBytes is about how much input a task reads: it stays in the second-level
// cache while the filters pass by.
const chunkBytes = 192 << 10

// split cuts the work into groups of panels and chunks of pixels.
func (s *convStep) split(group int) {
	s.images = s.out.n
	s.groupPanels = blocks(s.out.c) / group
	s.groupIn = 0
	if group > 1 {
		s.groupIn = s.in.c / group / lanes * s.in.block
	}
	perImage := s.in.image / max(group, 1)
	s.chunks = max(1, min(len(s.pixels)/12, (perImage+chunkBytes-1)/chunkBytes))
}

func (s *convStep) result() *view { return s.out }

// tasks implements step: for each image and chunk of pixels all panels, so that a
// chunk is read from the cache.
func (s *convStep) tasks() int { return s.images * s.chunks * blocks(s.out.c) }

func (s *convStep) run(session *Session, a *arguments, task int) {
	image, panel := s.set(&a.conv, session, task)
	a.conv.In = session.pointer(s.in, image*s.in.image+panel/s.groupPanels*s.groupIn)
	session.plan.model.kernels.Conv(&a.conv)
	if s.out.c%lanes != 0 && panel == blocks(s.out.c)-1 {
		s.clearLanes(session, task)
	}
}

// clearLanes sets the lanes past the last channel of what a task made to zero: they
// are 0·x, which is NaN where x is not finite.
func (s *convStep) clearLanes(session *Session, task int) {
	image, _, panel, pixels := s.part(task)
	for _, p := range pixels {
		session.clearLanes(s.out, image*s.out.image+panel*s.out.block+int(p.Out))
	}
}

// part returns what a task makes: some pixels of a block of an image.
func (s *convStep) part(task int) (image, chunk, panel int, pixels []kernels.Pixel) {
	panels := blocks(s.out.c)
	panel, rest := task%panels, task/panels
	chunk, image = rest%s.chunks, rest/s.chunks
	first, last := part(len(s.pixels), s.chunks, chunk)
	return image, chunk, panel, s.pixels[first:last]
}

// set sets the arguments of a task, but for the input, and returns the block of the
// output that it makes, whose halo it clears.
func (s *convStep) set(args *kernels.ConvArgs, session *Session, task int) (image, panel int) {
	image, chunk, panel, pixels := s.part(task)
	if chunk == 0 {
		session.clearHalo(s.out, image, panel)
	}
	*args = kernels.ConvArgs{
		Out:       session.pointer(s.out, image*s.out.image+panel*s.out.block),
		Weights:   s.weights.pointer(panel * s.length * lanes),
		Bias:      s.bias.pointer(panel * lanes),
		Pixels:    unsafe.Pointer(&pixels[0]),
		Runs:      unsafe.Pointer(&s.runs[0]),
		NumPixels: int64(len(pixels)),
		NumRuns:   int64(len(s.runs)),
		RunLen:    int64(s.runLength),
	}
	if next := panel + 1 + len(session.workers); next < blocks(s.out.c) {
		args.Prefetch = s.weights.pointer(next * s.length * lanes)
	}
	if s.residual != nil {
		args.Residual = session.pointer(s.residual, image*s.residual.image+s.residual.block*panel)
	}
	if s.relu {
		args.ReLU = 1
	}
	return image, panel
}

// part returns the bounds of one of n parts of a whole, of sizes as equal as can
// be.
func part(whole, n, i int) (first, last int) { return whole * i / n, whole * (i + 1) / n }

func (s *convStep) String() string {
	text := fmt.Sprintf("%s %dx%d runs, %v -> %v", s.name, len(s.runs), s.runLength, s.in, s.out)
	if s.residual != nil {
		text += fmt.Sprintf(" + %v", s.residual)
	}
	if s.relu {
		text += " relu"
	}
	return text
}
