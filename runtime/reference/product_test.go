package reference

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/ir"
)

// naiveProduct is the definition. Its sums take the same terms in the same order
// in float64, so that results are equal to the last bit.
func naiveProduct(p product) []float32 {
	out := make([]float32, len(p.out))
	for g := range p.groups {
		for i, row := range p.rows.lines {
			for j, column := range p.columns.lines {
				sum := 0.0
				for k := range p.rows.steps {
					sum += float64(p.rows.at(g)[row+p.rows.steps[k]]) * float64(p.columns.at(g)[column+p.columns.steps[k]])
				}
				if p.bias != nil {
					sum += float64(p.bias[g*len(p.rows.lines)+i])
				}
				out[g*p.outGroup+p.outRows[i]+p.outColumns[j]] = float32(sum)
			}
		}
	}
	return out
}

// newProduct lays rows out as [g,m,k], columns as [g,k,n] and out as [g,m,n].
func newProduct(g, m, n, k int, bias bool) product {
	p := product{
		groups:  g,
		rows:    operand{random(1, g, m, k).Data, grid([]int{m}, []int{k}), grid([]int{k}, []int{1}), m * k},
		columns: operand{random(2, g, k, n).Data, grid([]int{n}, []int{1}), grid([]int{k}, []int{n}), n * k},
		out:     newData(g * m * n),
		outRows: grid([]int{m}, []int{n}), outColumns: grid([]int{n}, []int{1}), outGroup: m * n,
	}
	if bias {
		p.bias = random(3, g, m).Data
	}
	return p
}

func TestProduct(t *testing.T) {
	rows := []int{0, 1, 2, 3, 7, tileRows - 1, tileRows, tileRows + 1, 2*tileRows + 3}
	columns := []int{0, 1, 2, 3, 4, 5, 13, tileColumns - 1, tileColumns, tileColumns + 1}
	for _, m := range rows {
		for _, n := range columns {
			for _, k := range []int{0, 1, 2, 5} {
				checkProduct(t, newProduct(1, m, n, k, true))
			}
		}
	}
}

func TestProductSteps(t *testing.T) {
	const block = 2 * blockPairs
	for _, k := range []int{block - 1, block, block + 1, 2*block - 1, 2*block + 1, 3*block + 7} {
		for _, size := range [][2]int{{1, 1}, {1, 7}, {7, 1}, {5, 7}} {
			checkProduct(t, newProduct(3, size[0], size[1], k, k%2 == 0))
		}
	}
}

func checkProduct(t *testing.T, p product) {
	t.Helper()
	name := fmt.Sprintf("%d×%d×%d", len(p.rows.lines), len(p.columns.lines), len(p.rows.steps))
	require.NoError(t, p.run(&call{ctx: context.Background(), threads: 2}))
	require.Equal(t, naiveProduct(p), p.out, name)
}

// A NaN or an infinity must reach every sum that it is a term of, and no other,
// whatever stands in for missing rows, columns and steps.
func TestProductNotFinite(t *testing.T) {
	for _, size := range [][3]int{{5, 7, 3}, {1, 9, 3}, {9, 1, 3}} {
		p := newProduct(1, size[0], size[1], size[2], false)
		p.rows.data[len(p.rows.data)-1] = inf
		p.columns.data[len(p.columns.data)-1] = nan
		require.NoError(t, p.run(&call{ctx: context.Background(), threads: 1}))
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
