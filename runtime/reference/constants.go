package reference

import (
	"sync"

	"github.com/prototxt2go/prototxt2go/ir"
)

// A constant reads its elements at the first use and keeps them.
type constant struct {
	value *ir.Value
	once  sync.Once
	data  []float32
}

// read is safe for concurrent use. Nobody may write to what it returns.
func (c *constant) read() []float32 {
	c.once.Do(func() {
		data := make([]float32, c.value.Type.Count())
		c.value.Const.Source.Read(data, 0)
		c.data = data
	})
	return c.data
}
