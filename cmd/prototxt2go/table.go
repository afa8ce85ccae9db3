package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/prototxt2go/prototxt2go/caffe"
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
	t := &netTable{Net: g.Name, Total: costs(g.Cost()), SE: newSETable(g, passes.FindSqueezeExcite(g))}
	t.Inputs = shapesOf(g.Inputs)
	for _, n := range g.Nodes {
		t.Layers = append(t.Layers, layerRow{n.Name, n.Op.Kind(), shapesOf(n.Out), costs(n.Cost()), n.Source})
	}
	return t
}

func shapesOf(values []*ir.Value) []valueShape {
	var all []valueShape
	for _, v := range values {
		all = append(all, valueShape{v.Name, v.Type.Shape})
	}
	return all
}

// print writes the table for people.
func (t *netTable) print(w io.Writer) error {
	tw := newTable()
	tw.AppendHeader(table.Row{"layer", "op", "output", "parameters", "statistics", "multiply-adds", "line"})
	for _, in := range t.Inputs {
		tw.AppendRow(table.Row{in.Name, "Input", caffe.ShapeString(in.Shape), "", "", "", ""})
	}
	for _, l := range t.Layers {
		var shapes []string
		for _, top := range l.Tops {
			shapes = append(shapes, caffe.ShapeString(top.Shape))
		}
		tw.AppendRow(table.Row{l.Layer, l.Op, strings.Join(shapes, ", "), grouped(l.Parameters), grouped(l.Statistics), grouped(l.MultiplyAdds), line(l.Source)})
	}
	tw.AppendFooter(table.Row{fmt.Sprintf("%d layers", len(t.Layers)), "", "", grouped(t.Total.Parameters), grouped(t.Total.Statistics), grouped(t.Total.MultiplyAdds), ""})
	if _, err := fmt.Fprintf(w, "%s\n\n%s\n", t.Net, tw.Render()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s parameters, %s statistics, %s multiply-adds\n", short(t.Total.Parameters), short(t.Total.Statistics), short(t.Total.MultiplyAdds))
	if err != nil || t.SE == nil {
		return err
	}
	return t.SE.print(w)
}

// line gives the place of a layer in its file without the file's name.
func line(source string) string {
	parts := strings.Split(source, ":")
	if strings.Contains(source, "offset") {
		return strings.TrimSpace(parts[len(parts)-1])
	}
	if len(parts) < 3 {
		return source
	}
	return parts[len(parts)-2]
}

// newTable returns an empty table in the style of all tables.
func newTable() table.Writer {
	tw := table.NewWriter()
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = true
	style.Options.SeparateFooter = true
	style.Format = table.FormatOptions{}
	tw.SetStyle(style)
	var columns []table.ColumnConfig
	for n := 4; n <= 9; n++ {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight})
	}
	tw.SetColumnConfigs(columns)
	return tw
}

// grouped gives a number with commas between its thousands, and nothing for 0.
func grouped(n int64) string {
	if n == 0 {
		return ""
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// short gives a number to three digits and more, in millions or billions.
func short(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.3f·10⁹", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.2f million", float64(n)/1e6)
	}
	return fmt.Sprint(n)
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
	}{Graph: g.Name, Inputs: shapesOf(g.Inputs), Outputs: shapesOf(g.Outputs)}
	for _, n := range g.Nodes {
		var inputs []string
		for _, v := range n.In {
			inputs = append(inputs, v.Name)
		}
		all.Nodes = append(all.Nodes, node{n.Name, n.Op.Kind(), inputs, shapesOf(n.Out), n.String(), n.Source})
	}
	return all
}
