//go:build amd64 && !purego

package kernels

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAssemblyReadsFieldsWhereTheyLie(t *testing.T) {
	require.NotEmpty(t, offsets)
	for _, o := range offsets {
		require.Equal(t, o.actual, o.assumed, o.name)
	}
}
