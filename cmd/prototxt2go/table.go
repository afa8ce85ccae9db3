package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/prototxt2go/prototxt2go/caffe"
	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// netTable is what dump tells of a net.
type netTable struct {
	Net    string       `json:"net"`
	Inputs []valueShape `json:"inputs"`
	Layers []layerRow   `json:"layers"`
	Total  costs        `json:"total"`
	SE     *seTable     `json:"squeeze_excite,omitempty"`
}

type valueShape struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
}

// costs are the figures of a layer or of a net.
type costs struct {
	Parameters   int64 `json:"parameters"`
	Statistics   int64 `json:"statistics"`
	MultiplyAdds int64 `json:"multiply_adds"`
}

type layerRow struct {
	Layer string       `json:"layer"`
	Op    string       `json:"op"`
	Tops  []valueShape `json:"tops"`
	costs
	Source string `json:"source"`
}

func newNetTable(g *ir.Graph) *netTable {
	t := &netTable{
		Net: g.Name, Inputs: shapesOf(g.Inputs), Layers: []layerRow{},
		Total: costs(g.Cost()), SE: newSETable(g, passes.FindSqueezeExcite(g)),
	}
	for _, n := range g.Nodes {
		t.Layers = append(t.Layers, layerRow{n.Name, n.Op.Kind(), shapesOf(n.Out), costs(n.Cost()), n.Source})
	}
	return t
}

func shapesOf(values []*ir.Value) []valueShape {
	all := []valueShape{}
	for _, v := range values {
		all = append(all, valueShape{v.Name, append([]int{}, v.Type.Shape...)})
	}
	return all
}

// print writes the table for people.
func (t *netTable) print(w io.Writer) error {
	tw := cli.NewTable(4)
	tw.AppendHeader(table.Row{"layer", "op", "output", "parameters", "statistics", "multiply-adds", t.placeName()})
	for _, in := range t.Inputs {
		tw.AppendRow(table.Row{in.Name, "Input", caffe.ShapeString(in.Shape)})
	}
	for _, l := range t.Layers {
		var shapes []string
		for _, top := range l.Tops {
			shapes = append(shapes, caffe.ShapeString(top.Shape))
		}
		tw.AppendRow(append(table.Row{l.Layer, l.Op, strings.Join(shapes, ", ")}, append(l.costs.cells(), place(l.Source))...))
	}
	tw.AppendFooter(append(table.Row{cli.Counted(len(t.Layers), "layer"), "", ""}, t.Total.cells()...))
	if _, err := fmt.Fprintf(w, "%s\n\n%s\n", cli.NetName(t.Net), cli.Render(tw)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s parameters, %s statistics, %s multiply-adds\n", short(t.Total.Parameters), short(t.Total.Statistics), short(t.Total.MultiplyAdds))
	if err != nil || t.SE == nil {
		return err
	}
	return t.SE.print(w)
}

// cells gives the figures as cells of a row, empty where there is nothing.
func (c costs) cells() table.Row {
	row := table.Row{}
	for _, n := range []int64{c.Parameters, c.Statistics, c.MultiplyAdds} {
		if n == 0 {
			row = append(row, "")
		} else {
			row = append(row, grouped(n))
		}
	}
	return row
}

// placeName says what place gives.
func (t *netTable) placeName() string {
	if len(t.Layers) > 0 && strings.Contains(t.Layers[0].Source, binaryPlace) {
		return "offset"
	}
	return "line"
}

// binaryPlace stands before a layer's place in a binary file.
const binaryPlace = ": offset "

// place gives the place of a layer in its file without the file's name: the line,
// or the offset in a binary file.
func place(source string) string {
	if _, offset, ok := strings.Cut(source, binaryPlace); ok {
		return offset
	}
	parts := strings.Split(source, ":")
	if len(parts) < 3 {
		return source
	}
	return parts[len(parts)-2]
}

// grouped gives a number with commas between its thousands.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// short gives a number to three digits and more, in millions or billions, or all
// of it.
func short(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.3f billion", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.2f million", float64(n)/1e6)
	}
	return grouped(n)
}

// graphJSON returns the nodes of a graph.
func graphJSON(g *ir.Graph) any {
	type node struct {
		Node    string       `json:"node"`
		Op      string       `json:"op"`
		Inputs  []string     `json:"inputs"`
		Outputs []valueShape `json:"outputs"`
		Text    string       `json:"text"`
		Source  string       `json:"source"`
	}
	all := struct {
		Graph   string       `json:"graph"`
		Inputs  []valueShape `json:"inputs"`
		Nodes   []node       `json:"nodes"`
		Outputs []valueShape `json:"outputs"`
	}{Graph: g.Name, Inputs: shapesOf(g.Inputs), Nodes: []node{}, Outputs: shapesOf(g.Outputs)}
	for _, n := range g.Nodes {
		inputs := []string{}
		for _, v := range n.In {
			inputs = append(inputs, v.Name)
		}
		all.Nodes = append(all.Nodes, node{n.Name, n.Op.Kind(), inputs, shapesOf(n.Out), n.String(), n.Source})
	}
	return all
}
