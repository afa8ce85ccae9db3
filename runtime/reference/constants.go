package reference

import (
	"sync"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A constant reads its elements at the first use and keeps them.
type constant struct {
	key  constantKey
	once sync.Once
	data []float32
}

// read is safe for concurrent use. Nobody may write to what it returns.
func (c *constant) read() []float32 {
	c.once.Do(func() {
		data := make([]float32, c.key.count)
		c.key.of.Source.Read(data, 0)
		c.data = data
	})
	return c.data
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

func (s constantSet) read(v *ir.Value) []float32 { return s[keyOf(v)].read() }
