package caffe

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/prototxt2go/prototxt2go/caffe/schema"
)

// Print writes a message as text in the one canonical form: a field a line, in
// the order of BVLC's numbers and then what only forks know, enums by name,
// floats as short as they read back the same. Blobs of a binary file are left
// out: text holds the net, the caffemodel its weights. A binary field that BVLC
// does not know has no name, and becomes a comment.
func Print(w io.Writer, m *Message) error {
	b := bufio.NewWriter(w)
	printFields(b, m, "")
	return b.Flush()
}

func printFields(b *bufio.Writer, m *Message, indent string) {
	for _, f := range m.canonical() {
		switch f.Value.Kind {
		case BlobValue:
		case RawValue:
			fmt.Fprintf(b, "%s# a field of a fork, %d bytes, without a name\n", indent, len(f.Value.Text))
		case MessageValue:
			b.WriteString(indent + f.Name + " {\n")
			printFields(b, f.Value.Message, indent+"  ")
			b.WriteString(indent + "}\n")
		default:
			b.WriteString(indent + f.Name + ": " + f.scalar() + "\n")
		}
	}
}

// scalar gives the value of a field that is no message. A double needs more digits
// than a float of the same value.
func (f Field) scalar() string {
	if f.Def != nil && f.Def.Kind == schema.Double {
		return formatFloat(math.Float64frombits(f.Value.Bits), 64)
	}
	return f.Value.String()
}

// String gives a scalar value as text format writes it.
func (v Value) String() string {
	switch v.Kind {
	case BoolValue:
		return strconv.FormatBool(v.Bits != 0)
	case IntValue:
		return strconv.FormatInt(int64(v.Bits), 10)
	case UintValue:
		return strconv.FormatUint(v.Bits, 10)
	case FloatValue:
		f := math.Float64frombits(v.Bits)
		if float64(float32(f)) == f {
			return formatFloat(f, 32)
		}
		return formatFloat(f, 64)
	case StringValue:
		return quote(v.Text)
	case NameValue, LiteralValue:
		return v.Text
	default:
		return "{…}"
	}
}

// formatFloat gives the shortest text that reads back as the same float of that
// many bits.
func formatFloat(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'g', -1, bits)
}

// quote gives a string in double quotes. Bytes that are no printable UTF-8 are
// escaped in octal.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r == 0x7f || r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\%03o`, s[0])
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	b.WriteByte('"')
	return b.String()
}
