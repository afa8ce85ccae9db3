package nearest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestName(t *testing.T) {
	known := []string{"kernel_size", "kernel_h", "stride", "pad", "pool"}
	for name, want := range map[string]string{
		"kernel_sise": "kernel_size", "KERNEL_H": "kernel_h", "strid": "stride",
		"pads": "pad", "pol": "pool", "engine": "", "": "", "x": "",
	} {
		require.Equal(t, want, Name(name, known), name)
	}
	require.Equal(t, " (did you mean pool?)", Hint("poool", known))
	require.Empty(t, Hint("engine", known))
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"kitten", "sitting", 3}, {"abc", "abc", 0}, {"ab", "ba", 2}} {
		require.Equal(t, c.want, distance(c.a, c.b, 100), "%s %s", c.a, c.b)
		require.Equal(t, c.want, distance(c.b, c.a, 100), "%s %s", c.b, c.a)
	}
}
