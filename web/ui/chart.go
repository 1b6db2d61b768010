package ui

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"rsc.io/qr"
)

func rank(i int) string { return strconv.Itoa(i + 1) }

// percent writes a part of 0 to 1 in hundredths, kept within the bar.
func percent(part float64) string { return coord(min(max(part, 0), 1) * 100) }

func coord(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func stepClass(name string, step int) string { return name + "-" + strconv.Itoa(min(max(step, 0), 5)) }

func numeric(columns []Column, i int) bool { return i < len(columns) && columns[i].Num }

func arrow(sorted string) string {
	switch sorted {
	case "ascending":
		return " ↑"
	case "descending":
		return " ↓"
	default:
		return ""
	}
}

func noticeRole(kind string) string {
	if kind == "danger" {
		return "alert"
	}
	return "status"
}

// mapTable is the map's numbers as a table.
func mapTable(ctx context.Context, v MapView) TableView {
	table := TableView{
		Caption: v.Title,
		Columns: []Column{{Label: t(ctx, "ui.map.area")}, {Label: v.Measure, Num: true}},
	}
	for _, area := range v.Areas {
		table.Rows = append(table.Rows, TableRow{Href: area.Href, Cells: []string{area.Name, area.Value}})
	}
	return table
}

// QR draws text as a QR code (error correction M) on white, with label for those who cannot see it.
func QR(text, label string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		code, err := qr.Encode(text, qr.M)
		if err != nil {
			return fmt.Errorf("encode QR: %w", err)
		}
		size := code.Size
		var dots strings.Builder
		for y := range size {
			for x := 0; x < size; x++ {
				from := x
				for x < size && code.Black(x, y) {
					x++
				}
				if x > from {
					fmt.Fprintf(&dots, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
				}
			}
		}
		_, err = fmt.Fprintf(w, `<svg class="qr" viewBox="-3 -3 %d %d" role="img" aria-label="%s" shape-rendering="crispEdges">`+
			`<rect class="qr-paper" x="-3" y="-3" width="%d" height="%d"/><path class="qr-dots" d="%s"/></svg>`,
			size+6, size+6, templ.EscapeString(label), size+6, size+6, dots.String())
		return err
	})
}
