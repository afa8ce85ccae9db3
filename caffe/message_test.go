package caffe

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAdd(t *testing.T) {
	m := NewMessage("LayerParameter").Add("name", "n").Add("top", []string{"a", "b"}).Add("phase", "TEST").Add("loss_weight", float32(0.5))
	m.Add("propagate_down", true).Add("pooling_param", NewMessage("PoolingParameter").Add("pad", 3))
	m.Add("reshape_param", NewMessage("ReshapeParameter").Add("axis", -1).Add("shape", NewMessage("BlobShape").Add("dim", []int{0, -1})))
	want, _ := parse(t, "LayerParameter", `name: "n" top: ["a", "b"] phase: TEST loss_weight: 0.5 propagate_down: true pooling_param { pad: 3 }
		reshape_param { axis: -1 shape { dim: [0, -1] } }`)
	require.True(t, want.Equal(m), "%s", printText(t, m))
}

func TestAddPanicsWhereTheProgramIsWrong(t *testing.T) {
	require.PanicsWithValue(t, "caffe: no message type Nonsense", func() { NewMessage("Nonsense") })
	require.PanicsWithValue(t, "caffe: LayerParameter has no field nonsense", func() { NewMessage("LayerParameter").Add("nonsense", 1) })
	require.PanicsWithValue(t, "caffe: field name cannot take a float64", func() { NewMessage("LayerParameter").Add("name", 1.5) })
}

func TestGet(t *testing.T) {
	m, _ := parse(t, "LayerParameter", `top: "a" top: "b" name: "n"`)
	require.True(t, m.Has("top"))
	require.False(t, m.Has("bottom"))
	v, ok := m.Get("top")
	require.True(t, ok)
	require.Equal(t, "b", v.Text, "of several the last")
	_, ok = m.Get("bottom")
	require.False(t, ok)
	require.Len(t, m.All("top"), 2)
	require.Empty(t, m.All("bottom"))
}
