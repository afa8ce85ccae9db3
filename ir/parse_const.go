package ir

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// elements reads what a constant of the type is made of, at a depth of so many
// scaled sources.
func (p *parser) elements(t Type, depth int) (*Const, error) {
	first := p.peek()
	if first.kind == tokenPunct && first.text == "[" {
		list, err := p.floats()
		if err == nil {
			err = checkParsed(first, t, len(list))
		}
		return &Const{Source: Literal(list)}, err
	}
	kind, err := p.expect(tokenWord)
	if err != nil {
		return nil, err
	}
	if kind.text == "float64" {
		list, err := listOf(p, "(", ")", p.float64)
		if err == nil {
			err = checkParsed(first, t, len(list))
		}
		return &Const{Source: Literal64(list)}, err
	}
	if err := p.punct("("); err != nil {
		return nil, err
	}
	c, err := p.sourceOf(kind, t, depth)
	if err != nil {
		return nil, err
	}
	return c, p.punct(")")
}

// sourceOf reads what stands in the parentheses behind a word.
func (p *parser) sourceOf(kind token, t Type, depth int) (*Const, error) {
	switch kind.text {
	case "splat":
		f, err := p.float()
		return &Const{Source: Splat(f)}, err
	case "rand":
		seed, err := p.seed()
		return &Const{Source: seed}, err
	case "file":
		return p.fileElements(t)
	case "scaled":
		if depth == maxScaled {
			return nil, errorAt(kind, "%w", errScaledDeep)
		}
		return p.scaledElements(t, depth+1)
	}
	return nil, errorAt(kind, "there is no source %s; there are splat, rand, float64, scaled, file and [..]", kind.text)
}

// checkParsed returns an error at a token unless a list has the elements of the
// type.
func checkParsed(at token, t Type, elements int) error {
	if elements != t.Count() {
		return errorAt(at, "%v needs %d elements, has %d", t, t.Count(), elements)
	}
	return nil
}

func (p *parser) seed() (Rand, error) {
	t, err := p.expect(tokenWord)
	if err != nil {
		return 0, err
	}
	u, err := strconv.ParseUint(t.text, 10, 64)
	if err != nil {
		return 0, errorAt(t, "%s is no seed, which is an unsigned 64-bit int", t.text)
	}
	return Rand(u), nil
}

func (p *parser) fileElements(t Type) (*Const, error) {
	origin, err := p.expect(tokenText)
	if err != nil {
		return nil, err
	}
	if err := p.punct(","); err != nil {
		return nil, err
	}
	sum, err := p.expect(tokenText)
	if err != nil {
		return nil, err
	}
	if raw, err := hex.DecodeString(sum.text); err != nil || len(raw) != 32 || strings.ToLower(sum.text) != sum.text {
		return nil, errorAt(sum, "%q is no SHA-256 in 64 lower-case hexadecimal digits", sum.text)
	}
	if p.open == nil {
		return nil, errorAt(origin, "file %q cannot be opened here", origin.text)
	}
	source, err := p.open(origin.text, sum.text, t)
	if err != nil {
		return nil, errorAt(origin, "file %q: %w", origin.text, err)
	}
	return &Const{Source: source, Origin: origin.text}, nil
}

// scaledElements reads a constant, the elements in a row and the factors.
func (p *parser) scaledElements(t Type, depth int) (*Const, error) {
	base, err := p.elements(t, depth)
	if err != nil {
		return nil, err
	}
	if err := p.punct(","); err != nil {
		return nil, err
	}
	at := p.peek()
	row, err := p.int()
	if err != nil {
		return nil, err
	}
	if row < 1 {
		return nil, errorAt(at, "a row needs a positive number of elements, has %d", row)
	}
	if err := p.punct(","); err != nil {
		return nil, err
	}
	at = p.peek()
	factor, err := listOf(p, "[", "]", p.float64)
	if err != nil {
		return nil, err
	}
	if len(factor) == 0 {
		return nil, errorAt(at, "needs a factor, has none")
	}
	return &Const{Source: Scaled{Base: base, Row: row, Factor: factor}}, nil
}
