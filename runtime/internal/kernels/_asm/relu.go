package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// negativeZero returns a vector of −0.
func negativeZero() reg.VecVirtual {
	v := YMM()
	VPCMPEQD(v, v, v)
	VPSLLD(Imm(31), v, v)
	return v
}

// rectify applies ReLU without a slope: where the sign is set, v becomes v·−0, which
// is 0, or NaN for −∞ and NaN.
func rectify(v, negativeZero reg.VecVirtual) {
	product := YMM()
	VMULPS(v, negativeZero, product)
	VBLENDVPS(v, product, v, v)
}
