package cli

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// maxColumns is more columns than any table has.
const maxColumns = 9

// NewTable returns an empty table in the style of all tables. Columns are set to
// the right from that number on, counted from 1.
func NewTable(right int) table.Writer {
	tw := table.NewWriter()
	style := table.StyleLight
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = true
	style.Options.SeparateFooter = true
	style.Format = table.FormatOptions{}
	tw.SetStyle(style)
	var columns []table.ColumnConfig
	for n := right; n <= maxColumns; n++ {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight, AlignFooter: text.AlignRight})
	}
	tw.SetColumnConfigs(columns)
	return tw
}

// Render returns the table's lines without the white space at their ends.
func Render(tw table.Writer) string {
	lines := strings.Split(tw.Render(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}
