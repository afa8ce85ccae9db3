package main

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/prototxt2go/prototxt2go/internal/cli"
	"github.com/prototxt2go/prototxt2go/ir"
	"github.com/prototxt2go/prototxt2go/ir/passes"
)

// seTable is what dump tells of a net's squeeze-and-excitation blocks.
type seTable struct {
	Blocks []seBlock `json:"blocks"`
	Stages []seStage `json:"stages"`
	Total  seCost    `json:"total"`
}

type seBlock struct {
	Layer        string  `json:"layer"`
	Channels     int     `json:"channels"`
	Hidden       int     `json:"hidden"`
	Reduction    float64 `json:"reduction"`
	Map          [2]int  `json:"map"`
	Parameters   int64   `json:"parameters"`
	MultiplyAdds int64   `json:"multiply_adds"`
}

// seStage sums up the blocks whose maps have the same size.
type seStage struct {
	Map    [2]int `json:"map"`
	Blocks int    `json:"blocks"`
	seCost
}

// seCost is what blocks add, absolute and in per cent of the net without any.
type seCost struct {
	Parameters          int64   `json:"parameters"`
	ParametersPercent   float64 `json:"parameters_percent"`
	MultiplyAdds        int64   `json:"multiply_adds"`
	MultiplyAddsPercent float64 `json:"multiply_adds_percent"`
}

// newSETable returns nil for a net without such blocks.
func newSETable(g *ir.Graph, blocks []passes.SqueezeExcite) *seTable {
	if len(blocks) == 0 {
		return nil
	}
	t := &seTable{}
	for _, b := range blocks {
		cost := b.Reduce.Cost().Add(b.Expand.Cost())
		shape := b.Map.Type.Shape
		t.Blocks = append(t.Blocks, seBlock{
			Layer: b.Apply.Name, Channels: b.Channels, Hidden: b.Hidden, Reduction: float64(b.Channels) / float64(b.Hidden),
			Map: [2]int{shape[2], shape[3]}, Parameters: cost.Parameters, MultiplyAdds: cost.MultiplyAdds,
		})
		t.Total.Parameters += cost.Parameters
		t.Total.MultiplyAdds += cost.MultiplyAdds
	}
	t.addStages()
	all := g.Cost()
	for i := range t.Stages {
		t.Stages[i].percent(all.Parameters-t.Total.Parameters, all.MultiplyAdds-t.Total.MultiplyAdds)
	}
	t.Total.percent(all.Parameters-t.Total.Parameters, all.MultiplyAdds-t.Total.MultiplyAdds)
	return t
}

// addStages sums up the blocks by the size of their maps, in the net's order.
func (t *seTable) addStages() {
	place := map[[2]int]int{}
	for _, b := range t.Blocks {
		i, ok := place[b.Map]
		if !ok {
			i = len(t.Stages)
			place[b.Map] = i
			t.Stages = append(t.Stages, seStage{Map: b.Map})
		}
		s := &t.Stages[i]
		s.Blocks++
		s.Parameters += b.Parameters
		s.MultiplyAdds += b.MultiplyAdds
	}
}

func (c *seCost) percent(parameters, multiplyAdds int64) {
	c.ParametersPercent = 100 * float64(c.Parameters) / float64(parameters)
	c.MultiplyAddsPercent = 100 * float64(c.MultiplyAdds) / float64(multiplyAdds)
}

// print writes the section for people.
func (t *seTable) print(w io.Writer) error {
	blocks := cli.NewTable(4)
	blocks.AppendHeader(table.Row{"squeeze-and-excitation", "map", "channels", "hidden", "reduction", "parameters", "multiply-adds"})
	for _, b := range t.Blocks {
		blocks.AppendRow(table.Row{b.Layer, size(b.Map), b.Channels, b.Hidden, fmt.Sprintf("%.4g", b.Reduction), grouped(b.Parameters), grouped(b.MultiplyAdds)})
	}
	stages := cli.NewTable(4)
	stages.AppendHeader(table.Row{"stage", "blocks", "", "parameters", "", "multiply-adds", ""})
	for _, s := range t.Stages {
		stages.AppendRow(s.seCost.row(size(s.Map), s.Blocks))
	}
	stages.AppendFooter(t.Total.row("all", len(t.Blocks)))
	_, err := fmt.Fprintf(w, "\n%s\n\nWhat these blocks add to the net without them:\n\n%s\n", cli.Render(blocks), cli.Render(stages))
	return err
}

func (c seCost) row(name string, blocks int) table.Row {
	return table.Row{name, blocks, "", grouped(c.Parameters), fmt.Sprintf("+%.2f %%", c.ParametersPercent), grouped(c.MultiplyAdds), fmt.Sprintf("+%.3f %%", c.MultiplyAddsPercent)}
}

func size(m [2]int) string { return fmt.Sprintf("%dx%d", m[0], m[1]) }
