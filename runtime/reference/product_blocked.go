package reference

// Sizes of the blocked product. What one kernel call reads (blockPairs pairs of
// steps of both operands) fits into a first-level cache of 32 KiB, the rows of a
// tile into a second-level one.
const (
	kernelRows    = 2
	kernelColumns = 3
	tileRows      = 64
	tileColumns   = 192
	blockPairs    = 120
)

// A rowPair holds kernelRows rows at two steps, the first step first.
type rowPair [2 * kernelRows]float64

// A columnPair holds kernelColumns columns at two steps, the first step first.
type columnPair [2 * kernelColumns]float64

// A block holds kernelRows sums for each of kernelColumns columns.
type block [kernelColumns * kernelRows]float64

// blocked computes a tile: for one block of steps after the other it converts
// both operands to panels of float64, and the kernel goes on with the sums.
func (p *product) blocked(t tile, s *scratch) {
	rows, columns := p.rows.at(t.group), p.columns.at(t.group)
	rowPanels := ceilDiv(t.rowEnd-t.row, kernelRows)
	columnPanels := ceilDiv(t.columnEnd-t.column, kernelColumns)
	sums := s.sums[:rowPanels*columnPanels]
	clear(sums)
	for k, steps := 0, len(p.rows.steps); k < steps; k += 2 * blockPairs {
		end := min(k+2*blockPairs, steps)
		pairs := ceilDiv(end-k, 2)
		for i := range rowPanels {
			first := t.row + i*kernelRows
			lines := p.rows.lines[first:min(first+kernelRows, t.rowEnd)]
			rows.packRows(s.rows[i*pairs:][:pairs], lines, p.rows.steps[k:end])
		}
		for j := range columnPanels {
			first := t.column + j*kernelColumns
			lines := p.columns.lines[first:min(first+kernelColumns, t.columnEnd)]
			columns.packColumns(s.columns[:pairs], lines, p.columns.steps[k:end])
			for i := range rowPanels {
				kernel(s.columns[:pairs], s.rows[i*pairs:][:pairs], &sums[j*rowPanels+i])
			}
		}
	}
	p.finish(t, sums)
}

// finish stores the sums of a tile, which lie by panels of columns.
func (p *product) finish(t tile, sums []block) {
	rowPanels := ceilDiv(t.rowEnd-t.row, kernelRows)
	for j := t.column; j < t.columnEnd; j++ {
		panel, lane := (j-t.column)/kernelColumns, (j-t.column)%kernelColumns*kernelRows
		for i, b := range sums[panel*rowPanels:][:rowPanels] {
			row := t.row + i*kernelRows
			for r, sum := range b[lane:][:min(kernelRows, t.rowEnd-row)] {
				p.store(t.group, row+r, j, sum)
			}
		}
	}
}

// packRows fills a panel. Where a row is missing the last one stands in, its
// sums being of no use; a missing last step is zero.
func (f floats[F]) packRows(panel []rowPair, lines, steps []int) {
	r0, r1 := f[lines[0]:], f[lines[len(lines)-1]:]
	for i := range len(steps) / 2 {
		k, l := steps[2*i], steps[2*i+1]
		q := &panel[i]
		q[0], q[1] = float64(r0[k]), float64(r1[k])
		q[2], q[3] = float64(r0[l]), float64(r1[l])
	}
	if len(steps)%2 == 1 {
		k := steps[len(steps)-1]
		panel[len(panel)-1] = rowPair{float64(r0[k]), float64(r1[k])}
	}
}

// packColumns fills a panel as packRows does.
func (f floats[F]) packColumns(panel []columnPair, lines, steps []int) {
	last := len(lines) - 1
	c0, c1, c2 := f[lines[0]:], f[lines[min(1, last)]:], f[lines[last]:]
	for i := range len(steps) / 2 {
		k, l := steps[2*i], steps[2*i+1]
		q := &panel[i]
		q[0], q[1], q[2] = float64(c0[k]), float64(c1[k]), float64(c2[k])
		q[3], q[4], q[5] = float64(c0[l]), float64(c1[l]), float64(c2[l])
	}
	if len(steps)%2 == 1 {
		k := steps[len(steps)-1]
		panel[len(panel)-1] = columnPair{float64(c0[k]), float64(c1[k]), float64(c2[k])}
	}
}

// kernel adds the products of all pairs of steps to the sums. Six sums, and two
// steps an iteration, are what the compiler keeps in registers.
func kernel(columns []columnPair, rows []rowPair, sums *block) {
	rows = rows[:len(columns)]
	c0, c1, c2, c3, c4, c5 := sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]
	for k := range columns {
		p, q := &columns[k], &rows[k]
		q0, q1 := q[0], q[1]
		c0 += float64(p[0] * q0)
		c1 += float64(p[0] * q1)
		c2 += float64(p[1] * q0)
		c3 += float64(p[1] * q1)
		c4 += float64(p[2] * q0)
		c5 += float64(p[2] * q1)
		q2, q3 := q[2], q[3]
		c0 += float64(p[3] * q2)
		c1 += float64(p[3] * q3)
		c2 += float64(p[4] * q2)
		c3 += float64(p[4] * q3)
		c4 += float64(p[5] * q2)
		c5 += float64(p[5] * q3)
	}
	sums[0], sums[1], sums[2], sums[3], sums[4], sums[5] = c0, c1, c2, c3, c4, c5
}
