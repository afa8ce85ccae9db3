package kernels

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// A mapSize is the size of the maps of one call, whose rows lie gap floats apart.
type mapSize struct{ rows, columns, gap int }

var mapSizes = []mapSize{
	{0, 3, 0}, {3, 0, 0}, {1, 1, 0}, {1, 2, 5}, {2, 3, 1}, {3, 4, 0}, {5, 5, 7}, {7, 7, 32}, {2, 13, 0}, {14, 14, 33},
}

func (s mapSize) pitch() int { return 16*s.columns + s.gap } // floats

// length ends with the last pixel, without its gap.
func (s mapSize) length() int {
	if s.rows == 0 || s.columns == 0 {
		return 0
	}
	return s.pitch()*(s.rows-1) + 16*s.columns
}

func (s mapSize) bytes() int64 { return int64(4 * s.pitch()) }

// each calls f for every float that lies in a pixel, with its lane.
func (s mapSize) each(f func(i, lane int)) {
	for y := range s.rows {
		for x := range 16 * s.columns {
			f(y*s.pitch()+x, x%16)
		}
	}
}

// eachMap runs a test over sets, sizes, guards and plain and odd numbers.
func eachMap(t *testing.T, test func(t *testing.T, set *Set, m *memory, s mapSize, numbers func(n int) []float32)) {
	eachSet(t, func(t *testing.T, set *Set) {
		for k, s := range mapSizes {
			for _, odd := range []bool{false, true} {
				t.Run(fmt.Sprintf("%dx%d/odd=%v", s.rows, s.columns, odd), func(t *testing.T) {
					eachGuard(t, func(m *memory) {
						r := newRandom(uint64(k))
						test(t, set, m, s, func(n int) []float32 {
							v := randoms(r, n)
							if odd {
								spoil(r, v)
							}
							return v
						})
					})
				})
			}
		}
	})
}

// blank returns an output for a map; what a kernel must not write is canary.
func (s mapSize) blank(m *memory) unsafe.Pointer {
	return place(m, slices.Repeat([]float32{canary}, s.length()))
}

// want returns what an output holds, by a rule for a place and its lane.
func (s mapSize) want(rule func(i, lane int) expected) []expected {
	want := slices.Repeat([]expected{{value: canary}}, s.length())
	s.each(func(i, lane int) { want[i] = rule(i, lane) })
	return want
}

func TestSum(t *testing.T) {
	eachMap(t, func(t *testing.T, set *Set, m *memory, s mapSize, numbers func(int) []float32) {
		in, sums := numbers(s.length()), randoms(newRandom(9), 16)
		want := make([]expected, 16)
		for i, v := range sums {
			want[i] = expected{float64(v), math.Abs(float64(v))}
		}
		s.each(func(i, lane int) {
			want[lane].value += float64(in[i])
			want[lane].bound += math.Abs(float64(in[i]))
		})
		for i := range want {
			want[i].bound *= float64(s.rows*s.columns) * epsilon
		}
		got := runSum(m, set.Sum, s, in, sums, s.rows)
		requireNear(t, want, got)
		requireSame(t, runSum(m, sumPortable, s, in, sums, s.rows), got)
		requireSame(t, runSum(m, set.Sum, s, in, sums, 2), got)
	})
}

// runSum sums some rows a call.
func runSum(m *memory, sum func(*SumArgs), s mapSize, in, sums []float32, rowsPerCall int) []float32 {
	a := SumArgs{In: place(m, in), Sums: place(m, sums), Columns: int64(s.columns), Pitch: s.bytes()}
	for y := 0; y < s.rows; y += rowsPerCall {
		a.Rows = int64(min(rowsPerCall, s.rows-y))
		sum(&a)
		a.In = unsafe.Add(a.In, a.Rows*a.Pitch)
	}
	return floats(a.Sums, 16)
}

func TestScaleAdd(t *testing.T) {
	eachMap(t, func(t *testing.T, set *Set, m *memory, s mapSize, numbers func(int) []float32) {
		in, shortcut, gate := numbers(s.length()), numbers(s.length()), numbers(16)
		for k := range 4 {
			a := ScaleAddArgs{
				In: place(m, in), Gate: place(m, gate), Out: s.blank(m), Rows: int64(s.rows), Columns: int64(s.columns),
				InPitch: s.bytes(), ShortcutPitch: s.bytes(), OutPitch: s.bytes(), ReLU: int64(k % 2),
			}
			added := k >= 2
			if added {
				a.Shortcut = place(m, shortcut)
			}
			set.ScaleAdd(&a)
			requireNear(t, s.want(func(i, lane int) expected {
				product := float64(in[i]) * float64(gate[lane])
				v, size := product, math.Abs(product)
				if added {
					v, size = v+float64(shortcut[i]), size+math.Abs(float64(shortcut[i]))
				}
				if a.ReLU != 0 {
					v = relu64(v, 0)
				}
				return expected{v, 2 * epsilon * size}
			}), floats(a.Out, s.length()))
		}
	})
}

func TestAdd(t *testing.T) {
	eachMap(t, func(t *testing.T, set *Set, m *memory, s mapSize, numbers func(int) []float32) {
		x, y := numbers(s.length()), numbers(s.length())
		for relu := range int64(2) {
			a := AddArgs{
				A: place(m, x), B: place(m, y), Out: s.blank(m), Rows: int64(s.rows), Columns: int64(s.columns),
				APitch: s.bytes(), BPitch: s.bytes(), OutPitch: s.bytes(), ReLU: relu,
			}
			set.Add(&a)
			got := floats(a.Out, s.length())
			requireNear(t, s.want(func(i, _ int) expected {
				v := float64(x[i]) + float64(y[i])
				if relu != 0 {
					v = relu64(v, 0)
				}
				return expected{v, epsilon * math.Abs(v)}
			}), got)
			a.Out = s.blank(m)
			addPortable(&a)
			requireSame(t, floats(a.Out, s.length()), got)
		}
	})
}

func TestReLU(t *testing.T) {
	eachMap(t, func(t *testing.T, set *Set, m *memory, s mapSize, numbers func(int) []float32) {
		in, slopes := numbers(s.length()), numbers(16)
		slopes[3] = 0
		a := ReLUArgs{
			In: place(m, in), Slopes: place(m, slopes), Out: s.blank(m), Rows: int64(s.rows), Columns: int64(s.columns),
			InPitch: s.bytes(), OutPitch: s.bytes(),
		}
		set.ReLU(&a)
		got := floats(a.Out, s.length())
		requireNear(t, s.want(func(i, lane int) expected {
			v := relu64(float64(in[i]), float64(slopes[lane]))
			return expected{v, epsilon * math.Abs(v)}
		}), got)
		a.Out = s.blank(m)
		reluPortable(&a)
		requireSame(t, floats(a.Out, s.length()), got)
	})
}

func TestMapsInPlace(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		eachGuard(t, func(m *memory) {
			s := mapSize{5, 7, 3}
			r := newRandom(2)
			x, y, gate := randoms(r, s.length()), randoms(r, s.length()), randoms(r, 16)
			rows, columns, pitch := int64(s.rows), int64(s.columns), s.bytes()
			apart := func(call func(in, other, out unsafe.Pointer)) {
				out := place(m, x) // between its rows too it is what it is in place
				call(place(m, x), place(m, y), out)
				own := place(m, x)
				call(own, place(m, y), own)
				require.Equal(t, floats(out, s.length()), floats(own, s.length()))
				own = place(m, x)
				call(place(m, y), own, own)
				out = place(m, x)
				call(place(m, y), place(m, x), out)
				require.Equal(t, floats(out, s.length()), floats(own, s.length()))
			}
			apart(func(in, other, out unsafe.Pointer) {
				set.ScaleAdd(&ScaleAddArgs{in, other, out, place(m, gate), rows, columns, pitch, pitch, pitch, 1})
			})
			apart(func(in, other, out unsafe.Pointer) {
				set.Add(&AddArgs{in, other, out, rows, columns, pitch, pitch, pitch, 1})
			})
			own := place(m, x)
			out := place(m, x)
			set.ReLU(&ReLUArgs{place(m, x), out, place(m, gate), rows, columns, pitch, pitch})
			set.ReLU(&ReLUArgs{own, own, place(m, gate), rows, columns, pitch, pitch})
			require.Equal(t, floats(out, s.length()), floats(own, s.length()))
		})
	})
}
