package ir

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// String gives the graph as graph text, as WriteTo writes it.
func (g *Graph) String() string {
	var b strings.Builder
	if _, err := g.WriteTo(&b); err != nil {
		return err.Error()
	}
	return b.String()
}

// WriteTo writes a graph that Verify accepts as graph text, which Parse reads
// back. Constants that have an Origin, or a source that graph text has no words
// for, are read in full for their sum, in blocks. It implements io.WriterTo.
func (g *Graph) WriteTo(w io.Writer) (int64, error) {
	counter := &countingWriter{w: w}
	b := bufio.NewWriter(counter)
	fmt.Fprintf(b, "graph %s\n", strconv.Quote(g.Name))
	for _, v := range g.Inputs {
		fmt.Fprintf(b, "input %s\n", declaration(v))
	}
	for _, v := range g.Consts {
		fmt.Fprintf(b, "const %s = ", declaration(v))
		printConst(b, v.Type, v.Const)
		b.WriteByte('\n')
	}
	for _, n := range g.Nodes {
		b.WriteString(n.String())
		b.WriteByte('\n')
	}
	for _, v := range g.Outputs {
		fmt.Fprintf(b, "output %s\n", reference(v))
	}
	err := b.Flush()
	return counter.n, err
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// String gives the node as its line of graph text.
func (n *Node) String() string {
	var b strings.Builder
	b.WriteString(join(n.Out, declaration))
	fmt.Fprintf(&b, " = %s(%s)", n.Op.Kind(), join(n.In, reference))
	if attributes := printAttributes(n.Op); attributes != "" {
		fmt.Fprintf(&b, " {%s}", attributes)
	}
	if n.Name != "" {
		fmt.Fprintf(&b, " layer %s", strconv.Quote(n.Name))
	}
	if n.Source != "" {
		fmt.Fprintf(&b, " at %s", strconv.Quote(n.Source))
	}
	return b.String()
}

func join(values []*Value, text func(*Value) string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = text(v)
	}
	return strings.Join(parts, ", ")
}

// declaration gives a value where graph text defines it.
func declaration(v *Value) string { return reference(v) + " " + v.Type.String() }

// reference gives a value where graph text uses it.
func reference(v *Value) string {
	if v.Name != "" && strings.IndexFunc(v.Name, func(r rune) bool { return !isNameRune(r) }) < 0 {
		return "%" + v.Name
	}
	return "%" + strconv.Quote(v.Name)
}

// isNameRune reports whether a name may hold r without quotes.
func isNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '.'
}

func printConst(b *bufio.Writer, t Type, c *Const) {
	if c.Origin == "" {
		switch s := c.Source.(type) {
		case Splat:
			fmt.Fprintf(b, "splat(%s)", formatFloat(float32(s)))
			return
		case Rand:
			fmt.Fprintf(b, "rand(%d)", uint64(s))
			return
		case Literal:
			printList(b, "[", s, formatFloat, "]")
			return
		case Literal64:
			printList(b, "float64(", s, formatFloat64, ")")
			return
		case Scaled:
			b.WriteString("scaled(")
			printConst(b, t, s.Base)
			fmt.Fprintf(b, ", %d, ", s.Row)
			printList(b, "[", s.Factor, formatFloat64, "])")
			return
		}
	}
	fmt.Fprintf(b, "file(%s, %s)", strconv.Quote(c.Origin), strconv.Quote(Sum(t, c.Source)))
}

func printList[E any](b *bufio.Writer, from string, list []E, format func(E) string, to string) {
	b.WriteString(from)
	for i, e := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(format(e))
	}
	b.WriteString(to)
}

// sumBlock is how many elements Sum reads at a time.
const sumBlock = 1 << 14

// Sum returns the SHA-256 of a constant's elements as little-endian float32, in
// hexadecimal: what graph text gives with the origin of a constant.
func Sum(t Type, s Source) string {
	count := t.Count()
	block := make([]float32, min(count, sumBlock))
	raw := make([]byte, 4*len(block))
	h := sha256.New()
	for offset := 0; offset < count; {
		n := min(len(block), count-offset)
		s.Read(block[:n], offset)
		for i, f := range block[:n] {
			binary.LittleEndian.PutUint32(raw[4*i:], math.Float32bits(f))
		}
		h.Write(raw[:4*n])
		offset += n
	}
	return hex.EncodeToString(h.Sum(nil))
}
