package runtime

import (
	"cmp"
	"fmt"

	"github.com/prototxt2go/prototxt2go/ir"
)

// materialise makes the plain view of a constant that is taken where the net else
// has what it computes.
func (l *lowerer) materialise(v *ir.Value) {
	count := v.Type.Count()
	data, err := l.model.pack(v.Const, fmt.Sprintf("plain %d", count), count, func(dst []float32) { v.Const.Source.Read(dst, 0) })
	l.err = cmp.Or(l.err, err)
	out := l.define(v, plainView(v.Type))
	l.add(&constantStep{data, out}, nil, out)
}

// constantStep copies a constant into the arena.
type constantStep struct {
	data *packed
	out  *view
}

func (s *constantStep) result() *view { return s.out }

func (s *constantStep) tasks() int { return 1 }

func (s *constantStep) run(session *Session, _ *arguments, _ int) {
	copy(session.floats(s.out), s.data.memory.floats())
}

func (s *constantStep) String() string { return fmt.Sprintf("constant -> %v", s.out) }
