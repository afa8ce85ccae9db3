package reference

import (
	"sync"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A constant reads its elements at the first use and keeps them: in float64 if
// its source has more than float32 can say, else in float32.
type constant struct {
	key      constantKey
	once     sync.Once
	elements buffer
}

// read is safe for concurrent use. It returns a buffer of the caller's own, whose
// elements are shared by all.
func (c *constant) read() *buffer {
	c.once.Do(func() {
		if s, ok := c.key.of.Source.(ir.Source64); ok {
			c.elements.given64 = make([]float64, c.key.count)
			s.Read64(c.elements.given64, 0)
			return
		}
		c.elements.given = make([]float32, c.key.count)
		c.key.of.Source.Read(c.elements.given, 0)
	})
	b := c.elements
	return &b
}

// A constantKey says which elements a constant has. Values of one graph or of
// several may have the same.
type constantKey struct {
	of    *ir.Const
	count int
}

func keyOf(v *ir.Value) constantKey { return constantKey{v.Const, v.Type.Count()} }

// A constantSet holds the constants of a graph. Nothing is added to it later, so
// that executors may share it.
type constantSet map[constantKey]*constant

func newConstantSet(g *ir.Graph) constantSet {
	s := constantSet{}
	for _, v := range g.Consts {
		s[keyOf(v)] = &constant{key: keyOf(v)}
	}
	return s
}

func (s constantSet) read(v *ir.Value) *buffer { return s[keyOf(v)].read() }
