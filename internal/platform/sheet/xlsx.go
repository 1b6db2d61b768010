package sheet

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"banyan/internal/platform/fault"
)

// longest is the number of UTF-16 units one XLSX cell can hold.
const longest = 32_767

// The looks of a cell: places in cellXfs of styles.
const (
	lookHead   = "1"
	lookMoment = "2"
	lookQuoted = "3" // a text that stays one even when somebody edits it
)

// xlsxWriter writes a workbook of one sheet (ECMA-376). The rows go straight into the zip archive, so memory does
// not grow; texts are inline. BenchmarkXLSX compares it with excelize's stream writer.
type xlsxWriter struct {
	archive *zip.Writer
	out     *bufio.Writer
	letters []string // names of the columns: A, B, …
	rows    int
}

func newXLSX(w io.Writer, name string, columns []Column) (*xlsxWriter, error) {
	x := &xlsxWriter{archive: zip.NewWriter(w)}
	for _, part := range frame(name) {
		f, err := x.archive.Create(part.name)
		if err != nil {
			return nil, fmt.Errorf("begin %s: %w", part.name, err)
		}
		if _, err := io.WriteString(f, xmlHead+part.text); err != nil {
			return nil, fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	f, err := x.archive.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, fmt.Errorf("begin the sheet: %w", err)
	}
	x.out = bufio.NewWriterSize(f, 32<<10)
	x.put(xmlHead, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">`,
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	head := make([]Cell, len(columns))
	for i, c := range columns {
		x.letters = append(x.letters, letters(i))
		head[i] = Text(c.Title)
		width := c.Width
		if width <= 0 {
			width = 12
		}
		n := strconv.Itoa(i + 1)
		x.put(`<col min="`, n, `" max="`, n, `" width="`, strconv.Itoa(width), `" customWidth="1"/>`)
	}
	x.put(`</cols><sheetData>`)
	return x, x.row(head, lookHead)
}

// put writes pieces; a bufio.Writer keeps its error for the next Flush, which row and Close look at.
func (x *xlsxWriter) put(pieces ...string) {
	for _, p := range pieces {
		_, _ = x.out.WriteString(p)
	}
}

// Write adds a row, or refuses it beyond Most.
func (x *xlsxWriter) Write(row []Cell) error {
	if x.rows > Most {
		return tooMany()
	}
	return x.row(row, "")
}

func (x *xlsxWriter) row(row []Cell, look string) error {
	if err := wide(row, len(x.letters)); err != nil {
		return err
	}
	x.rows++
	n := strconv.Itoa(x.rows)
	x.put(`<row r="`, n, `">`)
	for i, c := range row {
		if c.kind == empty {
			continue
		}
		if c.kind == text && tooLong(c.text) {
			return fault.New(fault.Invalid, "sheet.too_long", "Most", longest)
		}
		x.put(`<c r="`, x.letters[i], n)
		x.cell(c, look)
	}
	x.put(`</row>`)
	_, err := x.out.Write(nil) // gives a kept error
	return err
}

func (x *xlsxWriter) cell(c Cell, look string) {
	switch c.kind {
	case number:
		x.put(`"><v>`, c.text, `</v></c>`)
	case moment:
		x.put(`" s="`, lookMoment, `"><v>`, serial(c.at), `</v></c>`)
	default:
		if look == "" && risky(c.text) {
			look = lookQuoted
		}
		if look != "" {
			x.put(`" s="`, look)
		}
		x.put(`" t="inlineStr"><is><t xml:space="preserve">`, escaped(c.text), `</t></is></c>`)
	}
}

// Close ends the sheet and the archive.
func (x *xlsxWriter) Close() error {
	x.put(`</sheetData></worksheet>`)
	return errors.Join(x.out.Flush(), x.archive.Close())
}

// letters names a column from its place: 0 is A, 26 is AA.
func letters(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// serial is a moment as spreadsheets count: days since 30 December 1899 of the wall clock.
func serial(t time.Time) string {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	seconds := wall.Unix() - time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	return strconv.FormatFloat(float64(seconds)/86400, 'f', -1, 64)
}

func tooLong(s string) bool {
	return len(s) > longest && len(utf16.Encode([]rune(s))) > longest
}

// escaped writes a text for XML. What XML cannot hold, and a carriage return that it would change, is written as
// _xHHHH_ (ECMA-376, ST_Xstring); so is an underscore that would be read as such a mark.
func escaped(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || strings.ContainsRune("&<>\"_\uFFFE\uFFFF", r) }) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '\t' || r == '\n':
			b.WriteRune(r)
		case r < ' ' || r == '\uFFFE' || r == '\uFFFF' || r == '_' && isMark(s[i:]):
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isMark tells whether a text begins like _x005F_.
func isMark(s string) bool {
	return len(s) >= 7 && (s[1] == 'x' || s[1] == 'X') && s[6] == '_' && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == ""
}
