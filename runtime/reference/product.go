package reference

import "sync"

// An operand is a matrix of lines by steps that lies anywhere in an array:
// element (line i, step k) is data[lines[i]+steps[k]]. This holds for weights as
// they are, for the rows of InnerProduct, and for the windows of a padded map,
// which are thus never copied out as a whole.
type operand struct {
	data         []float32
	lines, steps []int
	// group is how far the operand of the next group lies behind.
	group int
}

func (o operand) at(group int) []float32 { return o.data[group*o.group:] }

// A product sums, for each group, rows times columns over the steps:
//
//	out[row i, column j] = Σk rows[i,k]·columns[j,k] + bias[i]
//
// Every sum starts at zero and takes the steps in order, in float64; the bias
// comes last, before the one rounding to float32.
type product struct {
	groups        int
	rows, columns operand
	// bias has an element for each row of each group, or is nil.
	bias []float32
	// out is element (row i, column j) at outRows[i]+outColumns[j]; outGroup is
	// how far the next group lies behind.
	out                 []float32
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

// store rounds one output.
func (p *product) store(group, row, column int, sum float64) {
	if p.bias != nil {
		sum += float64(p.bias[group*len(p.rows.lines)+row])
	}
	p.out[group*p.outGroup+p.outRows[row]+p.outColumns[column]] = float32(sum)
}

// scratch is what one goroutine needs for one tile.
type scratch struct {
	rows    [tileRows / kernelRows * blockPairs]rowPair
	columns [blockPairs]columnPair
	sums    [tileRows / kernelRows * tileColumns / kernelColumns]block
	// vector and dot are for direct.
	vector, dot []float64
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}
