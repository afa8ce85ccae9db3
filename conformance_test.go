package prototxt2go

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/internal/conformance"
	"github.com/prototxt2go/prototxt2go/runtime/reference"
)

// TestConformance runs every case whose layer types are supported and lists the
// others by the types that they lack.
func TestConformance(t *testing.T) {
	unsupported := map[string][]string{}
	passed, failed := 0, 0
	for _, c := range conformance.Cases(t) {
		if missing := c.Unsupported(t); len(missing) > 0 {
			key := strings.Join(missing, ", ")
			unsupported[key] = append(unsupported[key], c.Name)
			continue
		}
		ok := t.Run(c.Name, func(t *testing.T) {
			g := c.Graph(t)
			e, err := reference.New(g)
			require.NoError(t, err)
			out, err := e.Run(t.Context(), c.InputTensors(t, g), slices.Collect(maps.Keys(c.Outputs))...)
			require.NoError(t, err)
			c.Check(t, out)
		})
		if ok {
			passed++
		} else {
			failed++
		}
	}
	t.Logf("%d passed, %d failed; not yet supported:", passed, failed)
	for _, types := range slices.Sorted(maps.Keys(unsupported)) {
		t.Logf("  %s: %s", types, strings.Join(unsupported[types], " "))
	}
	require.GreaterOrEqual(t, passed, 147, "cases that passed before")
}
