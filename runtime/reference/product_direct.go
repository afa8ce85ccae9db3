package reference

// direct computes a tile of a single row or a single column, which panels would
// not pay for: that line becomes a vector, and the other operand is multiplied
// by it where it lies.
func (p *product) direct(t tile, s *scratch) {
	rows, columns := p.rows.at(t.group), p.columns.at(t.group)
	if len(p.rows.lines) == 1 {
		s.load(rows[p.rows.lines[0]:], p.rows.steps)
		for j, sum := range s.dots(columns, p.columns.lines[t.column:t.columnEnd], p.columns.steps) {
			p.store(t.group, 0, t.column+j, sum)
		}
		return
	}
	s.load(columns[p.columns.lines[0]:], p.columns.steps)
	for i, sum := range s.dots(rows, p.rows.lines[t.row:t.rowEnd], p.rows.steps) {
		p.store(t.group, t.row+i, 0, sum)
	}
}

// load makes a line the vector of dots.
func (s *scratch) load(line []float32, steps []int) {
	s.vector = s.vector[:0]
	for _, k := range steps {
		s.vector = append(s.vector, float64(line[k]))
	}
}

// dots multiplies each of the lines by the vector. What it returns is valid
// until the next call.
func (s *scratch) dots(data []float32, lines, steps []int) []float64 {
	s.dot = s.dot[:0]
	steps = steps[:len(s.vector)]
	for ; len(lines) >= 4; lines = lines[4:] {
		l0, l1, l2, l3 := data[lines[0]:], data[lines[1]:], data[lines[2]:], data[lines[3]:]
		var d0, d1, d2, d3 float64
		for i, v := range s.vector {
			k := steps[i]
			d0 += v * float64(l0[k])
			d1 += v * float64(l1[k])
			d2 += v * float64(l2[k])
			d3 += v * float64(l3[k])
		}
		s.dot = append(s.dot, d0, d1, d2, d3)
	}
	for _, l := range lines {
		line := data[l:]
		var d float64
		for i, v := range s.vector {
			d += v * float64(line[steps[i]])
		}
		s.dot = append(s.dot, d)
	}
	return s.dot
}
