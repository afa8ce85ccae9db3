package runtime

import (
	"fmt"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/prototxt2go/prototxt2go/ir"
)

// packKey names a constant in a kernel's format. A format is a text that says all
// that the packed form depends on.
type packKey struct {
	constant *ir.Const
	format   string
}

// packed is a constant as a kernel wants it.
type packed struct{ memory *memory }

// pointer returns the address of an element.
func (p *packed) pointer(element int) unsafe.Pointer {
	return unsafe.Pointer(&p.memory.bytes[4*element])
}

// floats returns memory as float32.
func (m *memory) floats() []float32 {
	if len(m.bytes) == 0 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&m.bytes[0])), len(m.bytes)/4)
}

// drop lets go of the file pages behind a source, if there are some.
func drop(s ir.Source) {
	if d, ok := s.(interface{ Drop() }); ok {
		d.Drop()
	}
}

// pack returns a constant in a format, which fill makes on first use: it gets count
// floats, all zero. What is of no constant, nil, is told by the format alone. The
// model's lock is held.
func (m *Model) pack(c *ir.Const, format string, count int, fill func(dst []float32)) (*packed, error) {
	key := packKey{c, format}
	if p := m.packed[key]; p != nil {
		return p, nil
	}
	memory, err := newMemory(4 * count)
	if err != nil {
		return nil, err
	}
	fill(memory.floats())
	if c != nil {
		drop(c.Source)
	}
	p := &packed{memory}
	m.packed[key] = p
	return p, nil
}

// packPanels packs filters, the rows of a constant, into panels of 16: for each
// panel len(order) times 16 floats, where order gives the place in the row of each,
// or -1 for a lane past the last channel. Rows past the last are zero.
func (m *Model) packPanels(v *ir.Value, format string, order []int) (*packed, error) {
	rows := v.Type.Shape[0]
	rowLength := v.Type.Count() / max(rows, 1)
	panels := blocks(rows)
	return m.pack(v.Const, format, panels*len(order)*lanes, func(dst []float32) {
		parallel(panels, func(panel int) {
			row := make([]float32, rowLength)
			out := dst[panel*len(order)*lanes:][:len(order)*lanes]
			for lane := range min(lanes, rows-panel*lanes) {
				v.Const.Source.Read(row, (panel*lanes+lane)*rowLength)
				for i, from := range order {
					if from >= 0 {
						out[i*lanes+lane] = row[from]
					}
				}
			}
		})
	})
}

// packVector packs a constant of one number a channel, with zeros up to whole
// blocks; a nil value is all zeros.
func (m *Model) packVector(v *ir.Value, channels int) (*packed, error) {
	count := blocks(channels) * lanes
	if v == nil {
		return m.pack(nil, fmt.Sprintf("zeros %d", count), count, func([]float32) {})
	}
	return m.pack(v.Const, fmt.Sprintf("vector %d", channels), count, func(dst []float32) { v.Const.Source.Read(dst[:channels], 0) })
}

// parallel calls f for all i below n on all processors.
func parallel(n int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(goruntime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}
