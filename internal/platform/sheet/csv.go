package sheet

import (
	"bufio"
	"io"
	"strings"
	"time"
)

// csvWriter writes RFC 4180 with CRLF, and a byte order mark so that spreadsheets read the Chinese. encoding/csv
// would change line breaks inside a cell; this keeps every cell to the letter.
type csvWriter struct {
	out     *bufio.Writer
	columns int
}

func newCSV(w io.Writer, columns []Column) (*csvWriter, error) {
	c := &csvWriter{out: bufio.NewWriterSize(w, 32<<10), columns: len(columns)}
	head := make([]Cell, len(columns))
	for i, col := range columns {
		head[i] = Text(col.Title)
	}
	_, _ = c.out.WriteString("\uFEFF") // a bufio.Writer keeps its error for the next Flush
	return c, c.Write(head)
}

// Write adds a row.
func (c *csvWriter) Write(row []Cell) error {
	if err := wide(row, c.columns); err != nil {
		return err
	}
	for i, cell := range row {
		if i > 0 {
			_ = c.out.WriteByte(',') // as above, here and below
		}
		c.cell(cell)
	}
	_, err := c.out.WriteString("\r\n")
	return err
}

func (c *csvWriter) cell(cell Cell) {
	s := cell.text
	switch cell.kind {
	case moment:
		s = cell.at.Format(time.DateTime)
	case text:
		s = Guard(s)
	}
	switch {
	case s == "" && c.columns == 1: // an empty line would be no row
		_, _ = c.out.WriteString(`""`)
	case strings.ContainsAny(s, "\",\r\n") || strings.HasPrefix(s, " ") || strings.HasSuffix(s, " "):
		_ = c.out.WriteByte('"')
		_, _ = c.out.WriteString(strings.ReplaceAll(s, `"`, `""`))
		_ = c.out.WriteByte('"')
	default:
		_, _ = c.out.WriteString(s)
	}
}

// Close writes what is left.
func (c *csvWriter) Close() error { return c.out.Flush() }
