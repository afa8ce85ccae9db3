package caffe

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// File is the file that a position lies in.
type File struct {
	// Name is the file's name, as errors give it.
	Name string
	// Text holds a text file's bytes; nil for a binary file.
	Text []byte

	lines []int // offset of each line's first byte, found at first use
}

// newTextFile returns a file whose positions are lines and columns.
func newTextFile(name string, text []byte) *File {
	f := &File{Name: name, Text: text, lines: []int{0}}
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return f
		}
		at += i + 1
		f.lines = append(f.lines, at)
	}
}

// Pos is a place in a file. The zero Pos is no place.
type Pos struct {
	File   *File
	Offset int
}

// LineColumn returns the line and the column, counted from 1 in characters, of a
// place in a text file, and 0, 0 for others. A byte order mark does not count.
func (p Pos) LineColumn() (line, column int) {
	if p.File == nil || p.File.lines == nil {
		return 0, 0
	}
	line = sort.SearchInts(p.File.lines, p.Offset+1)
	start := p.File.lines[line-1]
	if start == 0 && p.Offset > 0 && bytes.HasPrefix(p.File.Text, byteOrderMark) {
		start = min(len(byteOrderMark), p.Offset)
	}
	return line, utf8.RuneCount(p.File.Text[start:p.Offset]) + 1
}

// String gives file:line:column, or for binary files "file: offset 0x1a2b".
func (p Pos) String() string {
	if p.File == nil {
		return ""
	}
	if p.File.lines == nil {
		return fmt.Sprintf("%s: offset 0x%x", p.File.Name, p.Offset)
	}
	line, column := p.LineColumn()
	return fmt.Sprintf("%s:%d:%d", p.File.Name, line, column)
}

// Problem is something wrong, or worth a warning, at a place of a file.
type Problem struct {
	Pos     Pos
	Message string
}

// Error implements error: the place, then what is wrong.
func (p Problem) Error() string {
	if p.Pos.File == nil {
		return p.Message
	}
	return p.Pos.String() + ": " + p.Message
}

func problemf(pos Pos, format string, args ...any) Problem {
	return Problem{pos, fmt.Sprintf(format, args...)}
}

// Problems are all that is wrong with a file, in its order.
type Problems []Problem

// Error implements error: a line for each problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the problems sorted by place as an error, or nil if there are none.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	sorted := slices.Clone(ps)
	slices.SortStableFunc(sorted, func(a, b Problem) int { return a.Pos.Offset - b.Pos.Offset })
	return sorted
}

// Summary gives a line for each kind of problem: where the same is said of several
// places, the first of them and how many more there are.
func (ps Problems) Summary() []string {
	more := map[string]int{}
	var first Problems
	for _, p := range ps {
		if more[p.Message]++; more[p.Message] == 1 {
			first = append(first, p)
		}
	}
	lines := make([]string, len(first))
	for i, p := range first {
		lines[i] = p.Error()
		if n := more[p.Message] - 1; n > 0 {
			lines[i] += fmt.Sprintf(" (and in %d more places)", n)
		}
	}
	return lines
}
