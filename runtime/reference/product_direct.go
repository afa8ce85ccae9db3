package reference

// direct computes a tile of a single row or a single column, which panels would
// not pay for: that line becomes a vector, and the other operand is multiplied
// by it where it lies.
func (p *product) direct(t tile, s *scratch) {
	rows, columns := p.rows.at(t.group), p.columns.at(t.group)
	if len(p.rows.lines) == 1 {
		s.vector = rows.appendLine(s.vector[:0], p.rows.lines[0], p.rows.steps)
		s.dots = columns.appendDots(s.dots[:0], s.vector, p.columns.lines[t.column:t.columnEnd], p.columns.steps)
		for j, sum := range s.dots {
			p.store(t.group, 0, t.column+j, sum)
		}
		return
	}
	s.vector = columns.appendLine(s.vector[:0], p.columns.lines[0], p.columns.steps)
	s.dots = rows.appendDots(s.dots[:0], s.vector, p.rows.lines[t.row:t.rowEnd], p.rows.steps)
	for i, sum := range s.dots {
		p.store(t.group, t.row+i, 0, sum)
	}
}

func (f floats[F]) appendLine(to []float64, line int, steps []int) []float64 {
	from := f[line:]
	for _, k := range steps {
		to = append(to, float64(from[k]))
	}
	return to
}

func (f floats[F]) appendDots(to, vector []float64, lines, steps []int) []float64 {
	steps = steps[:len(vector)]
	for ; len(lines) >= 4; lines = lines[4:] {
		l0, l1, l2, l3 := f[lines[0]:], f[lines[1]:], f[lines[2]:], f[lines[3]:]
		var d0, d1, d2, d3 float64
		for i, v := range vector {
			k := steps[i]
			d0 += float64(v * float64(l0[k]))
			d1 += float64(v * float64(l1[k]))
			d2 += float64(v * float64(l2[k]))
			d3 += float64(v * float64(l3[k]))
		}
		to = append(to, d0, d1, d2, d3)
	}
	for _, l := range lines {
		line := f[l:]
		var d float64
		for i, v := range vector {
			d += float64(v * float64(line[steps[i]]))
		}
		to = append(to, d)
	}
	return to
}
