package main

import (
	"fmt"
	"strings"
)

// The plot's measures, in pixels.
const (
	plotWidth  = 720
	labelWidth = 230
	rowHeight  = 22
	topMargin  = 40
	perRatio   = 300 // from 0 to 1
)

// plot draws each row's ratio as a bar, with its quartiles, against the line where
// both are as fast.
func (r *report) plot() string {
	var b strings.Builder
	height := topMargin + rowHeight*len(r.Rows) + 20
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", plotWidth, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/><text x="10" y="20">time against %s: shorter is faster</text>`+"\n", r.Peer)
	for i, row := range r.Rows {
		y := topMargin + i*rowHeight
		x := func(ratio float64) float64 { return labelWidth + min(ratio, 1.5)*perRatio }
		fmt.Fprintf(&b, `<text x="10" y="%d">%s</text>`, y+14, row.title())
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>`, labelWidth, y+3, x(row.Ratio.Median)-labelWidth, rowHeight-6, colour(row.Ratio.Median))
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="black"/>`, x(row.Ratio.Q1), x(row.Ratio.Q3), y+rowHeight/2, y+rowHeight/2)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d">%.2f</text>`+"\n", x(max(row.Ratio.Q3, row.Ratio.Median))+6, y+14, row.Ratio.Median)
	}
	fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="grey" stroke-dasharray="4"/>`+"\n", labelWidth+perRatio, labelWidth+perRatio, topMargin-6, height-14)
	b.WriteString("</svg>\n")
	return b.String()
}

// colour tells a bar that is faster from one that is not.
func colour(ratio float64) string {
	if ratio < 1 {
		return "#4a90c2"
	}
	return "#d08a4e"
}
