package reference

import "sync"

// An operand is a matrix of lines by steps that lies anywhere in an array:
// element (line i, step k) is data[lines[i]+steps[k]]. This holds for weights as
// they are, for the rows of InnerProduct, and for the windows of a padded map,
// which are thus never copied out as a whole.
type operand struct {
	data         elements
	lines, steps []int
	// group is how far the operand of the next group lies behind.
	group int
}

func (o operand) at(group int) elements { return o.data.from(group * o.group) }

// Elements are the array of an operand. Weights are float32 and activations
// float64; each converts itself, so that sums see float64 only.
type elements interface {
	// from returns the elements from an offset on.
	from(offset int) elements
	// packRows and packColumns fill a panel with some steps of a few lines.
	packRows(panel []rowPair, lines, steps []int)
	packColumns(panel []columnPair, lines, steps []int)
	// appendLine appends a line, and appendDots the product of each line and the
	// vector.
	appendLine(to []float64, line int, steps []int) []float64
	appendDots(to, vector []float64, lines, steps []int) []float64
}

// floats implements elements.
type floats[F float32 | float64] []F

func (f floats[F]) from(offset int) elements { return f[offset:] }

// A product sums, for each group, rows times columns over the steps:
//
//	out[row i, column j] = Σk rows[i,k]·columns[j,k] + bias[i]
//
// Every sum starts at zero and takes the steps in order, in float64; the bias
// comes last.
type product struct {
	groups        int
	rows, columns operand
	// bias has an element for each row of each group, or is nil.
	bias []float64
	// out is element (row i, column j) at outRows[i]+outColumns[j]; outGroup is
	// how far the next group lies behind.
	out                 []float64
	outRows, outColumns []int
	outGroup            int
}

// run computes the product in tiles, in parallel. It returns the context's error
// if that ends first.
func (p *product) run(c *call) error {
	m, n := len(p.rows.lines), len(p.columns.lines)
	if m == 0 || n == 0 {
		return c.ctx.Err()
	}
	compute := (*product).blocked
	if min(m, n) == 1 && len(p.rows.steps) > 0 {
		compute = (*product).direct
	}
	byRow, byColumn := newCut(m, tileRows, kernelRows), newCut(n, tileColumns, kernelColumns)
	tiles := byRow.parts * byColumn.parts
	return c.parallel(p.groups*tiles, func(i int) {
		t := tile{group: i / tiles}
		t.row, t.rowEnd = byRow.part(i % tiles / byColumn.parts)
		t.column, t.columnEnd = byColumn.part(i % byColumn.parts)
		s := scratches.Get().(*scratch)
		compute(p, t, s)
		scratches.Put(s)
	})
}

// A tile is a rectangle of a group's output: one goroutine's work.
type tile struct {
	group             int
	row, rowEnd       int
	column, columnEnd int
}

// A cut divides n lines into parts of nearly equal length.
type cut struct{ n, parts, length int }

// newCut makes parts of at most most lines, which is a multiple of unit.
func newCut(n, most, unit int) cut {
	parts := ceilDiv(n, most)
	length := ceilDiv(ceilDiv(n, parts), unit) * unit
	return cut{n, ceilDiv(n, length), length}
}

func (c cut) part(i int) (lo, hi int) { return i * c.length, min((i+1)*c.length, c.n) }

// store adds the bias to a sum, which is then an output.
func (p *product) store(group, row, column int, sum float64) {
	if p.bias != nil {
		sum += p.bias[group*len(p.rows.lines)+row]
	}
	p.out[group*p.outGroup+p.outRows[row]+p.outColumns[column]] = sum
}

// scratch is what one goroutine needs for one tile.
type scratch struct {
	rows    [tileRows / kernelRows * blockPairs]rowPair
	columns [blockPairs]columnPair
	sums    [tileRows / kernelRows * tileColumns / kernelColumns]block
	// vector and dots are for direct.
	vector, dots []float64
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}
