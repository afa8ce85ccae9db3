package prototxt2go

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/tensor"
)

// TestExecutorsAreKept shows that a shape that comes again is ready, and that no
// more than so many are.
func TestExecutorsAreKept(t *testing.T) {
	n := open(t, smallNet, Options{Fill: true})
	input := func(batch int) map[string]*tensor.Tensor {
		return map[string]*tensor.Tensor{"data": ramp(batch, 3, 6, 6)}
	}
	first, err := n.executor(input(1))
	require.NoError(t, err)
	again, err := n.executor(input(1))
	require.NoError(t, err)
	require.Same(t, first, again)
	for batch := 2; batch <= 3*maxExecutors; batch++ {
		_, err := n.executor(input(batch))
		require.NoError(t, err)
		require.LessOrEqual(t, len(n.executors), maxExecutors)
	}
	_, err = n.executor(map[string]*tensor.Tensor{"data": ramp(1, 9, 6, 6)})
	require.Error(t, err)
	require.LessOrEqual(t, len(n.executors), maxExecutors, "a shape that does not fit is not kept")
}
