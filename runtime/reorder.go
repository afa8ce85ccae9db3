package runtime

import (
	"fmt"

	"github.com/prototxt2go/prototxt2go/runtime/internal/kernels"
)

// reorderStep brings a value into another layout; one of the two is plain.
type reorderStep struct{ from, to *view }

// parts returns how many parts an image is cut into: its blocks, if it has any.
func (s *reorderStep) parts() int {
	if s.from.layout == blocked || s.to.layout == blocked {
		return blocks(s.to.c)
	}
	return 1
}

func (s *reorderStep) result() *view { return s.to }

func (s *reorderStep) tasks() int { return s.to.n * s.parts() }

func (s *reorderStep) run(session *Session, _ *arguments, task int) {
	image, part := task/s.parts(), task%s.parts()
	from, to := s.from, s.to
	channels := min(lanes, to.c-part*lanes)
	plane := 4 * to.h * to.w
	switch {
	case to.layout == blocked:
		src := session.slice(from, image*from.image+part*lanes*plane, channels*plane)
		dst := session.slice(to, image*to.image+part*to.block, to.block)
		kernels.Block(dst, src, channels, to.h, to.w, to.halo)
	case from.layout == blocked:
		src := session.slice(from, image*from.image+part*from.block, from.block)
		dst := session.slice(to, image*to.image+part*lanes*plane, channels*plane)
		kernels.Unblock(dst, src, channels, to.h, to.w, from.halo)
	default:
		src := session.slice(from, image*from.image, from.image)
		dst := session.slice(to, image*to.image, to.image)
		kernels.Interleave(dst, src, to.c, to.h, to.w, to.halo)
	}
}

func (s *reorderStep) String() string { return fmt.Sprintf("reorder %v -> %v", s.from, s.to) }
