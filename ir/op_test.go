package ir

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// inferTest is one row: types in, types out, or a part of the error.
type inferTest struct {
	op   Op
	in   []Type
	want []Type
	err  string
}

func runInferTests(t *testing.T, tests []inferTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s_%+v_%v", test.op.Kind(), test.op, test.in), func(t *testing.T) {
			got, err := test.op.Infer(test.in)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Len(t, got, len(test.want))
			for i := range got {
				require.True(t, got[i].Equal(test.want[i]), "output %d: %v, want %v", i, got[i], test.want[i])
			}
		})
	}
}

func in(types ...Type) []Type { return types }

func TestInferElementwise(t *testing.T) {
	x := F32(2, 0, 5)
	var tests []inferTest
	for _, op := range []Op{ReLU{}, Sigmoid{}, Power{}, Dropout{Ratio: 0.5}, Softmax{Axis: 1}, Split{Outputs: 1}} {
		tests = append(tests,
			inferTest{op, in(x), in(x), ""},
			inferTest{op, nil, nil, "needs 1 input, has 0"},
			inferTest{op, in(x, x), nil, "needs 1 input, has 2"})
	}
	tests = append(tests,
		inferTest{ReLU{}, in(F32()), in(F32()), ""},
		inferTest{Dropout{Ratio: 1}, in(x), in(x), ""},
		inferTest{Dropout{Ratio: 1.5}, in(x), nil, "ratio must be from 0 to 1, have 1.5"},
		inferTest{Dropout{Ratio: -0.5}, in(x), nil, "have -0.5"},
		inferTest{Dropout{Ratio: float32(math.NaN())}, in(x), nil, "have NaN"},
		inferTest{Softmax{Axis: -3}, in(x), in(x), ""},
		inferTest{Softmax{Axis: 3}, in(x), nil, "input f32[2,0,5]: axis 3 is not among the 3 axes"},
		inferTest{Softmax{Axis: math.MinInt}, in(x), nil, "is not among the 3 axes"},
		inferTest{Softmax{}, in(F32()), nil, "is not among the 0 axes"},
		inferTest{Split{Outputs: 3}, in(x), in(x, x, x), ""},
		inferTest{Split{}, in(x), nil, "outputs must be from 1 to 4096, have 0"},
		inferTest{Split{Outputs: math.MaxInt}, in(x), nil, "outputs must be from 1 to 4096"},
	)
	runInferTests(t, tests)
}

func TestInferBatchNorm(t *testing.T) {
	x, c, one := F32(2, 3, 5, 7), F32(3), F32(1)
	runInferTests(t, []inferTest{
		{BatchNorm{}, in(x, c, c, one), in(x), ""},
		{BatchNorm{}, in(F32(2, 3), c, c, one), in(F32(2, 3)), ""},
		{BatchNorm{}, in(F32(3), c, c, one), in(F32(3)), ""},
		{BatchNorm{}, in(F32(0, 1, 1, 1), one, one, one), in(F32(0, 1, 1, 1)), ""},
		{BatchNorm{}, in(F32(), c, c, one), nil, "needs an input with a channel axis, has f32[]"},
		{BatchNorm{}, in(x, F32(2), c, one), nil, "needs a mean f32[3] for an input f32[2,3,5,7], has f32[2]"},
		{BatchNorm{}, in(x, c, F32(3, 1), one), nil, "needs a variance f32[3] for an input f32[2,3,5,7], has f32[3,1]"},
		{BatchNorm{}, in(x, c, c, F32()), nil, "needs a factor f32[1], has f32[]"},
		{BatchNorm{}, in(x, c, c), nil, "needs 4 inputs, has 3"},
	})
}

func TestInferScale(t *testing.T) {
	x := F32(2, 3, 5, 7)
	runInferTests(t, []inferTest{
		{Scale{Axis: 1}, in(x, F32(3)), in(x), ""},
		{Scale{Axis: 1, Bias: true}, in(x, F32(3, 5), F32(3, 5)), in(x), ""},
		{Scale{Axis: 0, Dynamic: true}, in(x, F32(2, 3)), in(x), ""},
		{Scale{Axis: -1}, in(x, F32(7)), in(x), ""},
		{Scale{}, in(x, x), in(x), ""},
		{Scale{Axis: 9}, in(x, F32()), in(x), ""},
		{Scale{}, in(F32(), F32()), in(F32()), ""},
		{Scale{Axis: 9}, in(x, F32(3)), nil, "axis 9 is not among the 4 axes"},
		{Scale{Axis: 0}, in(x, F32(3)), nil, "coefficient f32[3] does not match the input f32[2,3,5,7] from axis 0 on"},
		{Scale{Axis: 3}, in(x, F32(7, 1)), nil, "coefficient f32[7,1] does not match the input f32[2,3,5,7] from axis 3 on"},
		{Scale{Axis: 1, Bias: true}, in(x, F32(3), F32(1)), nil, "needs a bias of the coefficient's f32[3], has f32[1]"},
		{Scale{Bias: true}, in(x, x), nil, "needs 3 inputs, has 2"},
		{Scale{}, in(x, x, x), nil, "needs 2 inputs, has 3"},
	})
}

func TestInferAxpy(t *testing.T) {
	m := F32(2, 3, 5, 7)
	runInferTests(t, []inferTest{
		{Axpy{}, in(F32(2, 3), m, m), in(m), ""},
		{Axpy{}, in(F32(2, 3, 1, 1), m, m), in(m), ""},
		{Axpy{}, in(F32(2, 3, 1), m, m), nil, "needs a gate f32[2,3] or f32[2,3,1,1] for a map f32[2,3,5,7], has f32[2,3,1]"},
		{Axpy{}, in(m, F32(2, 3), m), nil, "needs a map of 4 axes as its second input, has f32[2,3]"},
		{Axpy{}, in(F32(2, 3), m, F32(2, 3, 7, 5)), nil, "needs a shortcut of the map's f32[2,3,5,7], has f32[2,3,7,5]"},
		{Axpy{}, in(F32(2, 3), m), nil, "needs 3 inputs, has 2"},
		{Axpy{}, in(F32(2, 3), m, m, m), nil, "needs 3 inputs, has 4"},
	})
}

func TestInferSqueezeExcite(t *testing.T) {
	m, w1, b1, w2, b2 := F32(2, 6, 5, 7), F32(3, 6), F32(3), F32(6, 3), F32(6)
	full := SqueezeExcite{ReduceBias: true, ExpandBias: true, Residual: true, ReLU: true}
	runInferTests(t, []inferTest{
		{SqueezeExcite{}, in(m, w1, w2), in(m), ""},
		{SqueezeExcite{ReduceBias: true}, in(m, w1, b1, w2), in(m), ""},
		{SqueezeExcite{ExpandBias: true}, in(m, w1, w2, b2), in(m), ""},
		{SqueezeExcite{Residual: true}, in(m, w1, w2, m), in(m), ""},
		{full, in(m, w1, b1, w2, b2, m), in(m), ""},
		{SqueezeExcite{}, in(F32(0, 6, 1, 1), w1, w2), in(F32(0, 6, 1, 1)), ""},
		{full, in(m, w1, w2, m), nil, "needs 6 inputs, has 4"},
		{SqueezeExcite{}, in(F32(2, 6, 5), w1, w2), nil, "needs a map of 4 axes, has f32[2,6,5]"},
		{SqueezeExcite{}, in(F32(2, 6, 0, 7), w1, w2), nil, "nothing to squeeze in f32[2,6,0,7]"},
		{SqueezeExcite{}, in(F32(2, 6, 5, 0), w1, w2), nil, "nothing to squeeze in f32[2,6,5,0]"},
		{SqueezeExcite{}, in(m, w2, w1), nil, "needs weights of 2 axes, the second of 6 elements, for a map f32[2,6,5,7], has f32[6,3]"},
		{SqueezeExcite{}, in(m, F32(3, 6, 1, 1), w2), nil, "needs weights of 2 axes"},
		{SqueezeExcite{}, in(m, w1, w1), nil, "needs weights f32[6,3] as input 2 for a map f32[2,6,5,7], has f32[3,6]"},
		{full, in(m, w1, b2, w2, b2, m), nil, "needs a bias f32[3] as input 2 for a map f32[2,6,5,7], has f32[6]"},
		{full, in(m, w1, b1, w2, b1, m), nil, "needs a bias f32[6] as input 4 for a map f32[2,6,5,7], has f32[3]"},
		{full, in(m, w1, b1, w2, b2, F32(2, 6, 7, 5)), nil, "needs a shortcut f32[2,6,5,7] as input 5 for a map f32[2,6,5,7], has f32[2,6,7,5]"},
	})
	require.Equal(t, Operands{ReduceBias: -1, Expand: 2, ExpandBias: -1, Shortcut: 3, Count: 4}, SqueezeExcite{Residual: true}.Operands())
}

func TestInferPReLU(t *testing.T) {
	x := F32(2, 3, 5)
	runInferTests(t, []inferTest{
		{PReLU{}, in(x, F32(3)), in(x), ""},
		{PReLU{ChannelShared: true}, in(x, F32()), in(x), ""},
		{PReLU{ChannelShared: true}, in(x, F32(1)), in(x), ""},
		{PReLU{ChannelShared: true}, in(x, F32(3)), nil, "needs a slope f32[] or f32[1] shared by all channels, has f32[3]"},
		{PReLU{}, in(x, F32(1)), nil, "needs slopes f32[3] for an input f32[2,3,5], has f32[1]"},
		{PReLU{}, in(F32(3), F32(3)), nil, "needs an input of at least 2 axes, has f32[3]"},
		{PReLU{}, in(x), nil, "needs 2 inputs, has 1"},
	})
}

func TestInferInnerProduct(t *testing.T) {
	x := F32(2, 3, 5, 7)
	runInferTests(t, []inferTest{
		{InnerProduct{Axis: 1}, in(x, F32(11, 105)), in(F32(2, 11)), ""},
		{InnerProduct{Axis: 1, Transpose: true}, in(x, F32(105, 11)), in(F32(2, 11)), ""},
		{InnerProduct{Axis: 1, Bias: true}, in(x, F32(11, 105), F32(11)), in(F32(2, 11)), ""},
		{InnerProduct{Axis: -1}, in(x, F32(1, 7)), in(F32(2, 3, 5, 1)), ""},
		{InnerProduct{Axis: 0}, in(x, F32(1, 210)), in(F32(1)), ""},
		{InnerProduct{Axis: 1}, in(F32(0, 3), F32(4, 3)), in(F32(0, 4)), ""},
		{InnerProduct{Axis: 1}, in(F32(2, 0), F32(4, 0)), in(F32(2, 4)), ""},
		{InnerProduct{Axis: 1}, in(x, F32(105, 11)), nil, "needs weights f32[105,105] for an input f32[2,3,5,7] from axis 1 on, has f32[105,11]"},
		{InnerProduct{Axis: 1, Transpose: true}, in(x, F32(11, 105)), nil, "needs weights f32[105,105]"},
		{InnerProduct{Axis: 1}, in(x, F32(11)), nil, "needs weights of 2 axes, has f32[11]"},
		{InnerProduct{Axis: 4}, in(x, F32(11, 105)), nil, "input f32[2,3,5,7]: axis 4 is not among the 4 axes"},
		{InnerProduct{Axis: 1}, in(x, F32(0, 105)), nil, "num_output of the weights f32[0,105] must be positive"},
		{InnerProduct{Axis: 1, Bias: true}, in(x, F32(11, 105), F32(1, 11)), nil, "needs a bias f32[11] for weights f32[11,105], has f32[1,11]"},
		{InnerProduct{Axis: 1, Bias: true}, in(x, F32(11, 105)), nil, "needs 3 inputs, has 2"},
	})
}

func TestInferConcat(t *testing.T) {
	runInferTests(t, []inferTest{
		{Concat{Axis: 1}, in(F32(2, 3, 5)), in(F32(2, 3, 5)), ""},
		{Concat{Axis: 1}, in(F32(2, 3, 5), F32(2, 0, 5), F32(2, 7, 5)), in(F32(2, 10, 5)), ""},
		{Concat{Axis: -3}, in(F32(2, 3), F32(2, 3)), nil, "axis -3 is not among the 2 axes"},
		{Concat{Axis: -2}, in(F32(2, 3), F32(1, 3)), in(F32(3, 3)), ""},
		{Concat{Axis: 1}, nil, nil, "needs an input, has none"},
		{Concat{Axis: 1}, in(F32(2, 3), F32(3, 3)), nil, "input 1 is f32[3,3], input 0 is f32[2,3]: they may differ along axis 1 only"},
		{Concat{Axis: 1}, in(F32(2, 3), F32(2, 3, 1)), nil, "input 1 is f32[2,3,1], input 0 is f32[2,3]"},
		{Concat{}, in(F32(math.MaxInt32), F32(1)), nil, "axis 0 of 2147483648 elements: more than 2^31-1 elements"},
		{Concat{}, slices.Repeat(in(F32(math.MaxInt32, 0)), 3), nil, "more than 2^31-1 elements"},
	})
	x := F32(2, 3)
	_, err := Concat{}.Infer(in(x, x))
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, x.Shape, "the inputs' shapes stay")
}

func TestInferReshape(t *testing.T) {
	x := F32(2, 3, 5, 7)
	runInferTests(t, []inferTest{
		{Reshape{Shape: []int{0, 0}, NumAxes: -1}, in(F32(2, 3, 1, 1)), in(F32(2, 3)), ""},
		{Reshape{Shape: []int{0, -1}, NumAxes: -1}, in(x), in(F32(2, 105)), ""},
		{Reshape{Shape: []int{-1, 7}, Axis: 1, NumAxes: 3}, in(x), in(F32(2, 15, 7)), ""},
		{Reshape{Shape: []int{0, 0}, Axis: 1, NumAxes: 2}, in(x), in(x), ""},
		{Reshape{Shape: []int{1, 1}, Axis: -1}, in(x), in(F32(2, 3, 5, 7, 1, 1)), ""},
		{Reshape{Shape: []int{-1}, Axis: 2}, in(x), in(F32(2, 3, 1, 5, 7)), ""},
		{Reshape{NumAxes: -1}, in(F32(1, 1)), in(F32()), ""},
		{Reshape{Shape: []int{1}}, in(F32()), in(F32(1)), ""},
		{Reshape{Shape: []int{5, -1}, NumAxes: -1}, in(F32(0, 3)), in(F32(5, 0)), ""},
		{Reshape{Shape: []int{-1, 0}, NumAxes: -1}, in(F32(5, 0)), nil, "0 elements of f32[5,0] do not divide by the 0 of shape [-1 0] without its -1"},
		{Reshape{Shape: []int{4, -1}, NumAxes: -1}, in(x), nil, "210 elements of f32[2,3,5,7] do not divide by the 4 of shape [4 -1] without its -1"},
		{Reshape{Shape: []int{4, 52}, NumAxes: -1}, in(x), nil, "f32[2,3,5,7] has 210 elements, f32[4,52] has 208"},
		{Reshape{Shape: []int{-1, -1}, NumAxes: -1}, in(x), nil, "shape [-1 -1] has more than one -1"},
		{Reshape{Shape: []int{-2}, NumAxes: -1}, in(x), nil, "shape [-2] has a negative axis"},
		{Reshape{Shape: []int{0, 0}, Axis: 3, NumAxes: 1}, in(x), nil, "shape [0 0] has a 0 that no axis of f32[2,3,5,7] answers to"},
		{Reshape{Shape: []int{1}, Axis: 5}, in(x), nil, "axis 5 is not among the 5 places in f32[2,3,5,7]"},
		{Reshape{Shape: []int{1}, Axis: math.MinInt}, in(x), nil, "is not among the 5 places"},
		{Reshape{Shape: []int{1}, Axis: 2, NumAxes: 3}, in(x), nil, "f32[2,3,5,7] does not have 3 axes from axis 2 on"},
		{Reshape{Shape: []int{1}, NumAxes: -2}, in(x), nil, "does not have -2 axes"},
		{Reshape{Shape: []int{1}, Axis: 1, NumAxes: math.MaxInt}, in(x), nil, "axes from axis 1 on"},
		{Reshape{Shape: []int{math.MaxInt32, math.MaxInt32}, NumAxes: -1}, in(x), nil, "more than 2^31-1 elements"},
		{Reshape{Shape: []int{math.MaxInt32, 0}, NumAxes: -1}, in(F32(1, 0)), in(F32(math.MaxInt32, 0)), ""},
		{Reshape{Shape: slices.Repeat([]int{1}, 33), NumAxes: -1}, in(F32(1)), nil, "a shape of 33 axes; there may be 32"},
	})
}

func TestInferFlatten(t *testing.T) {
	x := F32(2, 3, 5, 7)
	runInferTests(t, []inferTest{
		{Flatten{Axis: 1, EndAxis: -1}, in(x), in(F32(2, 105)), ""},
		{Flatten{Axis: 1, EndAxis: 2}, in(x), in(F32(2, 15, 7)), ""},
		{Flatten{}, in(x), in(x), ""},
		{Flatten{Axis: -4, EndAxis: -1}, in(x), in(F32(210)), ""},
		{Flatten{Axis: 1, EndAxis: 0}, in(x), in(F32(2, 1, 3, 5, 7)), ""},
		{Flatten{Axis: 1, EndAxis: -1}, in(F32(0, 3, 5)), in(F32(0, 15)), ""},
		{Flatten{Axis: 3, EndAxis: 1}, in(x), nil, "input f32[2,3,5,7]: end axis 1 lies before axis 3"},
		{Flatten{Axis: 4, EndAxis: -1}, in(x), nil, "input f32[2,3,5,7]: axis 4 is not among the 4 axes"},
		{Flatten{Axis: 1, EndAxis: 4}, in(x), nil, "input f32[2,3,5,7]: end axis 4 is not among the 4 axes"},
		{Flatten{}, in(F32()), nil, "axis 0 is not among the 0 axes"},
		{Flatten{}, nil, nil, "needs 1 input, has 0"},
	})
}

func TestInferEltwise(t *testing.T) {
	x := F32(2, 3)
	runInferTests(t, []inferTest{
		{Eltwise{}, in(x, x), in(x), ""},
		{Eltwise{Operation: EltwiseMax}, in(x, x, x), in(x), ""},
		{Eltwise{Operation: EltwiseSum}, in(x), in(x), ""},
		{Eltwise{Operation: EltwiseSum, Coeff: []float32{1, -1}}, in(x, x), in(x), ""},
		{Eltwise{Operation: EltwiseSum, Coeff: []float32{1}}, in(x, x), nil, "has 1 coefficients for 2 inputs"},
		{Eltwise{Coeff: []float32{1, 1}}, in(x, x), nil, "coefficients are for SUM alone, have PROD"},
		{Eltwise{}, in(x, F32(3, 2)), nil, "input 1 is f32[3,2], input 0 is f32[2,3]: they must be the same"},
		{Eltwise{}, nil, nil, "needs an input, has none"},
		{Eltwise{Operation: 3}, in(x, x), nil, "there is no EltwiseOp 3; there are PROD, SUM, MAX"},
	})
}

func TestEnums(t *testing.T) {
	require.Equal(t, "STOCHASTIC", PoolStochastic.String())
	require.Equal(t, "FLOOR", RoundFloor.String())
	require.Equal(t, "MAX", EltwiseMax.String())
	require.Equal(t, "PoolMethod(3)", PoolMethod(3).String())
	for m := range PoolMethod(3) {
		var got PoolMethod
		require.NoError(t, got.UnmarshalText([]byte(m.String())))
		require.Equal(t, m, got)
	}
	for m := range RoundMode(2) {
		var got RoundMode
		require.NoError(t, got.UnmarshalText([]byte(m.String())))
		require.Equal(t, m, got)
	}
	for m := range EltwiseOp(3) {
		var got EltwiseOp
		require.NoError(t, got.UnmarshalText([]byte(m.String())))
		require.Equal(t, m, got)
	}
	require.EqualError(t, new(PoolMethod).UnmarshalText([]byte("AVG")), `"AVG" is no PoolMethod; there are MAX, AVE, STOCHASTIC`)
	require.Error(t, new(RoundMode).UnmarshalText([]byte("")))
	require.Error(t, new(EltwiseOp).UnmarshalText([]byte("sum")))
}
