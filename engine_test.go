package prototxt2go

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/prototxt2go/prototxt2go/runtime"
)

// TestExecutorsAreKept shows that a shape that comes again is ready, and that no
// more than so many are.
func TestExecutorsAreKept(t *testing.T) {
	e := open(t, smallNet, Options{Fill: true, Reference: true}).engine.(*referenceEngine)
	shapes := func(batch int) map[string][]int { return map[string][]int{"data": {batch, 3, 6, 6}} }
	first, err := e.executor(shapes(1))
	require.NoError(t, err)
	again, err := e.executor(shapes(1))
	require.NoError(t, err)
	require.Same(t, first, again)
	for batch := 2; batch <= 3*maxReady; batch++ {
		_, err := e.executor(shapes(batch))
		require.NoError(t, err)
		require.LessOrEqual(t, len(e.executors), maxReady)
	}
	_, err = e.executor(map[string][]int{"data": {1, 9, 6, 6}})
	require.Error(t, err)
	require.LessOrEqual(t, len(e.executors), maxReady, "a shape that does not fit is not kept")
}

// TestSessionsAreKept shows that a session serves again, and that no more than so
// many wait.
func TestSessionsAreKept(t *testing.T) {
	n := open(t, smallNet, Options{Fill: true})
	e := n.engine.(*fastEngine)
	forward(t, n, ramp(1, 3, 6, 6))
	require.Len(t, e.idle, 1)
	session := e.idle[0].session
	forward(t, n, ramp(1, 3, 6, 6))
	require.Len(t, e.idle, 1)
	require.Same(t, session, e.idle[0].session)
	for batch := 2; batch <= 3*maxReady; batch++ {
		forward(t, n, ramp(batch, 3, 6, 6))
		require.LessOrEqual(t, len(e.idle), maxReady)
	}
}

// TestEnginesAgree runs a net by kernels, fused and not, and by plain functions.
func TestEnginesAgree(t *testing.T) {
	x := ramp(2, 3, 6, 6)
	want := forward(t, open(t, smallNet, Options{Fill: true, Reference: true}), x)["prob"]
	for _, o := range []runtime.Options{{}, {NoFuse: true}, {ISA: "portable"}} {
		got := forward(t, open(t, smallNet, Options{Fill: true, Runtime: o, Threads: 2}), x)["prob"]
		require.InDeltaSlice(t, want.Data, got.Data, 1e-6)
	}
}
