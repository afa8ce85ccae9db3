package kernels

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestISANames(t *testing.T) {
	for _, isa := range ISAs() {
		parsed, err := ParseISA(isa.String())
		require.NoError(t, err)
		require.Equal(t, isa, parsed)
	}
	_, err := ParseISA("AVX2")
	require.EqualError(t, err, `unknown instruction set "AVX2": have portable, avx2`)
	require.Equal(t, "ISA(200)", ISA(200).String())
}

func TestSetsAreWhole(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		v := reflect.ValueOf(set).Elem()
		for i := range v.NumField() {
			if v.Field(i).Kind() == reflect.Func {
				require.False(t, v.Field(i).IsNil(), v.Type().Field(i).Name)
			}
		}
		require.Positive(t, set.Tile)
	})
}

func TestForAndBest(t *testing.T) {
	require.NotNil(t, For(Portable))
	require.NotNil(t, For(Best()))
	require.Nil(t, For(ISA(200)))
	for _, isa := range ISAs() {
		if For(isa) != nil {
			require.GreaterOrEqual(t, Best(), isa)
		}
	}
}

func TestPeakCountsOperations(t *testing.T) {
	eachSet(t, func(t *testing.T, set *Set) {
		require.Positive(t, set.Peak(1))
		require.Equal(t, 10*set.Peak(1), set.Peak(10))
	})
}
