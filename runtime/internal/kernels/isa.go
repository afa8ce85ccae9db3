package kernels

import (
	"fmt"
	"strings"
)

// An ISA is an instruction set that a Set of kernels is written for.
type ISA uint8

// Instruction sets, from the least to the most.
const (
	Portable ISA = iota // plain Go
	AVX2                // AVX2 and FMA
)

var isaNames = []string{Portable: "portable", AVX2: "avx2"}

// String returns the name that ParseISA takes.
func (i ISA) String() string {
	if int(i) < len(isaNames) {
		return isaNames[i]
	}
	return fmt.Sprintf("ISA(%d)", uint8(i))
}

// ISAs returns every instruction set there are kernels for, from the least to the
// most, whether or not this processor and this build have it.
func ISAs() []ISA {
	all := make([]ISA, len(isaNames))
	for i := range all {
		all[i] = ISA(i)
	}
	return all
}

// ParseISA returns the instruction set of a name. It says nothing on whether the
// processor has it: see For.
func ParseISA(name string) (ISA, error) {
	for i, n := range isaNames {
		if n == name {
			return ISA(i), nil
		}
	}
	return 0, fmt.Errorf("unknown instruction set %q: have %s", name, strings.Join(isaNames, ", "))
}

// Best returns the most that this processor and this build have.
func Best() ISA {
	best := Portable
	for _, i := range ISAs() {
		if For(i) != nil {
			best = i
		}
	}
	return best
}
