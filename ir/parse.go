package ir

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// maxParseErrors is how many errors Parse reports before it gives up.
const maxParseErrors = 100

// An Opener finds the elements of a constant that graph text gives as
// file("origin", "sum"). The sum is what Sum returns for the elements, in 64
// lower-case hexadecimal digits; it is the opener's to compare. The type is
// sound, but its size is only what the text says.
type Opener = func(origin, sum string, t Type) (Source, error)

// Parse reads graph text, as the package's documentation describes it. The name
// is that of the file, for errors, which all start with name:line:column; as
// many as can be told apart are reported at once. Without an opener, constants
// in files are errors. Memory is taken in proportion to the text, and never for
// what a type says alone.
//
// A graph that is returned is one that Verify accepts.
func Parse(name, text string, open Opener) (*Graph, error) {
	p := &parser{file: name, open: open, broken: map[string]bool{}, outputs: map[*Value]bool{}}
	for line := range strings.Lines(text) {
		p.line++
		p.parseLine(strings.TrimSuffix(line, "\n"))
		if len(p.errs) >= maxParseErrors {
			p.errs = append(p.errs, fmt.Errorf("%s:%d:1: too many errors", p.file, p.line))
			break
		}
	}
	if p.g == nil && len(p.errs) == 0 {
		p.errs = append(p.errs, fmt.Errorf("%s:1:1: %w", p.file, errNoGraph))
	}
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return p.g, nil
}

var errNoGraph = errors.New(`graph text starts with graph "name"`)

// errSkip is returned for a statement that cannot be judged, because of an error
// that is reported already.
var errSkip = errors.New("uses a value that an earlier error is about")

type parser struct {
	file string
	open Opener
	g    *Graph
	errs []error
	// broken holds the names that a failing statement would have defined.
	broken  map[string]bool
	outputs map[*Value]bool

	line   int
	tokens []token
	pos    int
}

func (p *parser) parseLine(line string) {
	tokens, err := lex(line)
	p.tokens, p.pos = tokens, 0
	if err == nil && tokens[0].kind != tokenEnd {
		err = p.statement()
	}
	if err == nil {
		return
	}
	p.breakNames()
	if errors.Is(err, errSkip) {
		return
	}
	col := tokens[0].col
	if at := (*columnError)(nil); errors.As(err, &at) {
		col = at.col
	}
	p.errs = append(p.errs, fmt.Errorf("%s:%d:%d: %w", p.file, p.line, col, err))
}

// breakNames notes the values that the line at hand defines.
func (p *parser) breakNames() {
	for _, t := range p.tokens {
		if t.kind == tokenPunct && t.text == "=" {
			return
		}
		if t.kind == tokenValue && (p.g == nil || p.g.Value(t.text) == nil) {
			p.broken[t.text] = true
		}
	}
}

func (p *parser) statement() error {
	first := p.peek()
	if p.g == nil {
		if first.kind != tokenWord || first.text != "graph" {
			p.g = New("")
			return errorAt(first, "%w", errNoGraph)
		}
		return p.graph()
	}
	if first.kind == tokenValue {
		return p.node()
	}
	p.next()
	switch first.text {
	case "graph":
		return errorAt(first, "there is a graph already")
	case "input":
		return p.input()
	case "const":
		return p.constant()
	case "output":
		return p.output()
	}
	return errorAt(first, "no statement starts with %v; there are graph, input, const, output and %%name", first)
}

func (p *parser) graph() error {
	p.next()
	name, err := p.expect(tokenText)
	p.g = New(name.text)
	if err != nil {
		return err
	}
	return p.end()
}

func (p *parser) input() error {
	v, t, err := p.declaration()
	if err != nil {
		return err
	}
	if err := p.end(); err != nil {
		return err
	}
	if _, err := p.g.AddInput(v.text, t); err != nil {
		return errorAt(v, "%w", err)
	}
	return nil
}

func (p *parser) constant() error {
	v, t, err := p.declaration()
	if err != nil {
		return err
	}
	if err := t.Check(); err != nil {
		return errorAt(v, "%w", err)
	}
	if err := p.punct("="); err != nil {
		return err
	}
	c, err := p.elements(t, 0)
	if err != nil {
		return err
	}
	if err := p.end(); err != nil {
		return err
	}
	if _, err := p.g.AddConst(v.text, t, c); err != nil {
		return errorAt(v, "%w", err)
	}
	return nil
}

func (p *parser) output() error {
	t, err := p.expect(tokenValue)
	if err != nil {
		return err
	}
	v, err := p.lookup(t)
	if err != nil {
		return err
	}
	if p.outputs[v] {
		return errorAt(t, "output %q is given twice", t.text)
	}
	p.outputs[v] = true
	p.g.Outputs = append(p.g.Outputs, v)
	return p.end()
}

// nodeText is what a line says about a node.
type nodeText struct {
	names  []string
	types  []Type
	op     Op
	in     []token
	layer  string
	source string
}

func (p *parser) node() error {
	first := p.peek()
	text, err := p.nodeText()
	if err != nil {
		return err
	}
	in := make([]*Value, len(text.in))
	for i, t := range text.in {
		if in[i], err = p.lookup(t); err != nil {
			return err
		}
	}
	n, err := p.g.AddNode(text.layer, text.source, text.op, in, text.names...)
	if err != nil {
		return errorAt(first, "%w", err)
	}
	for i, v := range n.Out {
		if t := text.types[i]; !t.Equal(v.Type) {
			return errorAt(first, "%w", &NodeError{n, fmt.Errorf("output %q is %v, %s gives %v", v.Name, t, n.Op.Kind(), v.Type)})
		}
	}
	return nil
}

// nodeText reads the line of a node, without a look at the graph.
func (p *parser) nodeText() (nodeText, error) {
	var n nodeText
	for {
		v, t, err := p.declaration()
		if err != nil {
			return n, err
		}
		n.names, n.types = append(n.names, v.text), append(n.types, t)
		if !p.accept(",") {
			break
		}
	}
	if err := p.punct("="); err != nil {
		return n, err
	}
	kind, err := p.expect(tokenWord)
	if err != nil {
		return n, err
	}
	zero, ok := ops[kind.text]
	if !ok {
		return n, errorAt(kind, "there is no op %s", kind.text)
	}
	if err := p.list("(", ")", func() error {
		v, err := p.expect(tokenValue)
		n.in = append(n.in, v)
		return err
	}); err != nil {
		return n, err
	}
	op := reflect.New(reflect.TypeOf(zero)).Elem()
	if err := p.attributes(op); err != nil {
		return n, err
	}
	n.op = op.Interface().(Op)
	if n.layer, err = p.labelled("layer"); err != nil {
		return n, err
	}
	if n.source, err = p.labelled("at"); err != nil {
		return n, err
	}
	return n, p.end()
}

// labelled reads a word and the text after it, if the word is there.
func (p *parser) labelled(word string) (string, error) {
	if t := p.peek(); t.kind != tokenWord || t.text != word {
		return "", nil
	}
	p.next()
	t, err := p.expect(tokenText)
	return t.text, err
}

// lookup returns the value of the graph that a token names.
func (p *parser) lookup(t token) (*Value, error) {
	if v := p.g.Value(t.text); v != nil {
		return v, nil
	}
	if p.broken[t.text] {
		return nil, errSkip
	}
	return nil, errorAt(t, "there is no value %q before this line", t.text)
}
