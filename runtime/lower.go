package runtime

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/prototxt2go/prototxt2go/ir"
)

// lowerer makes a plan of a graph: node by node it chooses kernels and layouts,
// and puts a reorder where a kernel needs another layout than a value has.
type lowerer struct {
	plan  *Plan
	model *Model
	uses  map[*ir.Value]ir.Uses
	// views holds each value in the layouts in which it is there.
	views map[*ir.Value][]*view
	// buffers are all buffers of the arena, in the order of their making.
	buffers []*interval
	layer   string // being lowered
	err     error  // the first, of a constant that there is no memory for
}

// lowering lowers the nodes of one op.
type lowering struct {
	// takes reports whether there is a fast kernel for the node.
	takes func(n *ir.Node) bool
	// halo returns how much halo the kernel wants around an input.
	halo func(n *ir.Node, input int) int
	// lower adds the steps.
	lower func(l *lowerer, n *ir.Node) error
}

var lowerings = map[reflect.Type]lowering{}

// registerLowering makes the fast lowering of an op known. It is called from the
// init function of the op's file and panics on a duplicate.
func registerLowering(op ir.Op, lw lowering) {
	t := reflect.TypeOf(op)
	if _, ok := lowerings[t]; ok {
		panic("runtime: op " + op.Kind() + " lowered twice")
	}
	lowerings[t] = lw
}

// fast returns the lowering of a node, if there are fast kernels for it.
func fast(n *ir.Node) (lowering, bool) {
	lw, ok := lowerings[reflect.TypeOf(n.Op)]
	return lw, ok && lw.takes(n)
}

// lower makes the plan of a fused graph.
func lower(m *Model, g *ir.Graph) (*Plan, error) {
	if err := checkSizes(g); err != nil {
		return nil, err
	}
	p := &Plan{model: m, graph: g, inputs: map[string]*view{}, outputs: map[string]*view{}}
	l := &lowerer{plan: p, model: m, uses: g.Uses(), views: map[*ir.Value][]*view{}}
	for _, v := range g.Inputs {
		in := l.define(v, plainView(v.Type))
		in.buffer.first = -1
		p.inputs[v.Name] = in
	}
	for _, n := range g.Nodes {
		l.layer = n.Name
		if err := l.lowerNode(n); err != nil {
			return nil, &ir.NodeError{Node: n, Err: err}
		}
	}
	for _, v := range g.Outputs {
		l.layer = v.Name
		p.outputs[v.Name] = l.as(v, plain)
	}
	l.finish()
	return p, l.err
}

func (l *lowerer) lowerNode(n *ir.Node) error {
	if lw, ok := fast(n); ok {
		return lw.lower(l, n)
	}
	return l.fallBack(n)
}

// checkSizes returns an error unless each value can be in the memory of this
// platform.
func checkSizes(g *ir.Graph) error {
	check := func(v *ir.Value) error {
		if v.Type.Count() > math.MaxInt/8 {
			return fmt.Errorf("value %q: %v is more than this platform can address", v.Name, v.Type)
		}
		return nil
	}
	for _, v := range slices.Concat(g.Inputs, g.Consts) {
		if err := check(v); err != nil {
			return err
		}
	}
	for _, n := range g.Nodes {
		for _, v := range n.Out {
			if err := check(v); err != nil {
				return &ir.NodeError{Node: n, Err: err}
			}
		}
	}
	return nil
}

// finish lays out the arena. Outputs stay to the end of a run, where the session
// takes them.
func (l *lowerer) finish() {
	for _, v := range l.plan.outputs {
		v.buffer.last = len(l.plan.steps)
	}
	size := layOut(l.buffers)
	if size > math.MaxInt-hugePage {
		l.err = cmp.Or(l.err, fmt.Errorf("activations of %d bytes are more than this platform can address", size))
	}
	l.plan.size = int(size)
}

// add appends a step that reads some views and writes others.
func (l *lowerer) add(s step, reads []*view, writes ...*view) {
	at := len(l.plan.steps)
	l.plan.steps = append(l.plan.steps, plannedStep{s, l.layer})
	for _, v := range append(reads, writes...) {
		v.buffer.last = max(v.buffer.last, at)
	}
}

// define makes a view of a value, or nil for a buffer of a kernel's own, which the
// next step writes.
func (l *lowerer) define(v *ir.Value, w *view) *view {
	w.buffer.first = len(l.plan.steps)
	w.buffer.last = w.buffer.first
	l.buffers = append(l.buffers, w.buffer)
	if v != nil {
		l.views[v] = append(l.views[v], w)
	}
	return w
}

// alias gives a value the elements of another view, seen as another type.
func (l *lowerer) alias(v *ir.Value, w *view) { l.views[v] = append(l.views[v], w) }

// blockedOutput makes the blocked view of a node's output, with the halo that its
// readers want.
func (l *lowerer) blockedOutput(v *ir.Value) *view {
	return l.define(v, blockedView(v.Type, l.halo(v)))
}

// halo returns the widest halo that a fast reader of the value wants.
func (l *lowerer) halo(v *ir.Value) int {
	halo := 0
	for _, use := range l.uses[v].By {
		if lw, ok := fast(use.Node); ok && lw.halo != nil {
			halo = max(halo, lw.halo(use.Node, use.Index))
		}
	}
	return halo
}

// as returns a value in a layout, after a reorder if it is not there yet.
func (l *lowerer) as(v *ir.Value, want layout) *view {
	return l.asWith(v, want, 0)
}

// asWith returns a value in a layout with at least so much halo.
func (l *lowerer) asWith(v *ir.Value, want layout, halo int) *view {
	if len(l.views[v]) == 0 {
		l.materialise(v)
	}
	for _, w := range l.views[v] {
		if w.layout == want && w.halo >= halo {
			return w
		}
	}
	var to *view
	from := l.views[v][0]
	switch want {
	case plain:
		to = plainView(v.Type)
	case blocked:
		to = blockedView(v.Type, max(halo, l.halo(v)))
	case pixels:
		to = pixelsView(v.Type, halo)
	}
	if from.layout != plain && want != plain {
		from = l.as(v, plain)
	}
	l.define(v, to)
	l.add(&reorderStep{from: from, to: to}, []*view{from}, to)
	return to
}

// maxMapElements bounds the values that kernels take: their offsets are 32-bit.
const maxMapElements = 1 << 28

// isMaps reports whether all values are maps of some channels and pixels, of a size
// that kernels take.
func isMaps(values ...*ir.Value) bool {
	for _, v := range values {
		if !isMapWith(v, 0) {
			return false
		}
	}
	return true
}

// isMapWith is isMaps for a value with a halo, which may be of any size.
func isMapWith(v *ir.Value, halo int) bool {
	n, c, h, w, ok := dimensions(v.Type)
	rows, columns := float64(h)+2*float64(halo), float64(w)+2*float64(halo)
	return ok && v.Type.Count() > 0 && float64(n)*float64(blocks(c))*lanes*rows*columns <= maxMapElements
}
