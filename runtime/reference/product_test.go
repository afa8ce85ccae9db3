package reference

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// naiveProduct is the definition. Its sums take the same terms in the same order
// in float64, so that results are equal to the last bit.
func naiveProduct(p product) []float64 {
	out := make([]float64, len(p.out))
	for g := range p.groups {
		for i, row := range p.rows.lines {
			for j, column := range p.columns.lines {
				sum := 0.0
				for k := range p.rows.steps {
					sum += float64(element(p.rows, g, row, k) * element(p.columns, g, column, k))
				}
				if p.bias != nil {
					sum += p.bias[g*len(p.rows.lines)+i]
				}
				out[g*p.outGroup+p.outRows[i]+p.outColumns[j]] = sum
			}
		}
	}
	return out
}

func element(o operand, group, line, step int) float64 {
	at := group*o.group + line + o.steps[step]
	if f, ok := o.data.(floats[float32]); ok {
		return float64(f[at])
	}
	return o.data.(floats[float64])[at]
}

// newProduct lays rows out as [g,m,k], columns as [g,k,n] and out as [g,m,n].
func newProduct(g, m, n, k int, rows, columns elements) product {
	return product{
		groups:  g,
		rows:    operand{rows, grid([]int{m}, []int{k}), grid([]int{k}, []int{1}), m * k},
		columns: operand{columns, grid([]int{n}, []int{1}), grid([]int{k}, []int{n}), n * k},
		out:     newData(g * m * n),
		outRows: grid([]int{m}, []int{n}), outColumns: grid([]int{n}, []int{1}), outGroup: m * n,
	}
}

func narrowElements(seed uint64, n int) floats[float32] { return random(seed, n).Data }

// wideElements have 53 bits, so that a float32 on their way shows.
func wideElements(seed uint64, n int) floats[float64] {
	wide := make([]float64, n)
	low := random(seed+100, n).Data
	for i, v := range random(seed, n).Data {
		wide[i] = float64(v) + 0x1p-28*float64(low[i])
	}
	return wide
}

func TestProduct(t *testing.T) {
	rows := []int{0, 1, 2, 3, 7, tileRows - 1, tileRows, tileRows + 1, 2*tileRows + 3}
	columns := []int{0, 1, 2, 3, 4, 5, 13, tileColumns - 1, tileColumns, tileColumns + 1}
	for _, m := range rows {
		for _, n := range columns {
			for _, k := range []int{0, 1, 2, 5} {
				checkProducts(t, 1, m, n, k, true)
			}
		}
	}
}

func TestProductSteps(t *testing.T) {
	const block = 2 * blockPairs
	for _, k := range []int{block - 1, block, block + 1, 2*block - 1, 2*block + 1, 3*block + 7} {
		for _, size := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {5, 7}} {
			checkProducts(t, 3, size[0], size[1], k, k%2 == 0)
		}
	}
}

// checkProducts checks a product of operands of either width.
func checkProducts(t *testing.T, g, m, n, k int, bias bool) {
	t.Helper()
	for i, rows := range []elements{narrowElements(1, g*m*k), wideElements(1, g*m*k)} {
		for j, columns := range []elements{narrowElements(2, g*k*n), wideElements(2, g*k*n)} {
			p := newProduct(g, m, n, k, rows, columns)
			if bias {
				p.bias = wideElements(3, g*m)
			}
			require.NoError(t, p.run(&call{ctx: t.Context(), threads: 2}))
			require.Equal(t, naiveProduct(p), p.out, "%d×%d×%d, wide rows %d, wide columns %d", m, n, k, i, j)
		}
	}
}

// A NaN or an infinity must reach every sum that it is a term of, and no other,
// whatever stands in for missing rows, columns and steps.
func TestProductNotFinite(t *testing.T) {
	for _, size := range [][3]int{{5, 7, 3}, {1, 9, 3}, {9, 1, 3}} {
		m, n, k := size[0], size[1], size[2]
		rows, columns := narrowElements(1, m*k), wideElements(2, k*n)
		rows[len(rows)-1] = inf
		columns[len(columns)-1] = math.NaN()
		p := newProduct(1, m, n, k, rows, columns)
		require.NoError(t, p.run(&call{ctx: t.Context(), threads: 1}))
		for i, want := range naiveProduct(p) {
			if want != want {
				require.True(t, p.out[i] != p.out[i], "output %d of %v", i, size)
			} else {
				require.Equal(t, want, p.out[i], "output %d of %v", i, size)
			}
		}
	}
}

// The first of two terms that nearly cancel is lost to float32.
func TestProductSumsInFloat64(t *testing.T) {
	g := newGraph(t)
	x := g.inputOf("x", []float32{1 << 24, 1, -(1 << 24)}, 1, 3)
	w := g.constantOf("w", ir.Splat(1), 1, 3)
	g.node(ir.InnerProduct{Axis: 1}, []*ir.Value{x, w}, "y")
	require.Equal(t, []float32{1}, g.run()["y"].Data)
}
