package sheet

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType is the media type of a file in this format.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Most is how many rows one XLSX file may hold, without its head: what an office machine still opens. A CSV
// file has no limit.
const Most = 200_000

// Column is one column: its head, and its width in characters (0: 12).
type Column struct {
	Title string
	Width int
}

// kind tells what a cell holds.
type kind uint8

const (
	empty kind = iota
	text
	number
	moment
)

// Cell is one value. The zero Cell is empty.
type Cell struct {
	kind kind
	text string // a text, or a number as it is written
	at   time.Time
}

// Text is a cell of words; "" is an empty cell.
func Text(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{kind: text, text: strings.ToValidUTF8(s, "\uFFFD")}
}

// Int is a whole number. A spreadsheet keeps 15 digits exactly.
func Int(n int) Cell { return Cell{kind: number, text: strconv.Itoa(n)} }

// Number is a number with so many decimals (-1: as many as it needs); what is no number is an empty cell.
func Number(x float64, decimals int) Cell {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Cell{}
	}
	return Cell{kind: number, text: strconv.FormatFloat(x, 'f', decimals, 64)}
}

// At is a moment, shown to the second in city time; the zero time is an empty cell.
func At(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{kind: moment, at: t.In(clock.City)}
}

// Writer takes rows. Close ends the file; what was written without it is not one.
type Writer interface {
	// Write adds a row with a cell for every column. fault.Invalid when the format cannot take it.
	Write(row []Cell) error
	Close() error
}

// New begins a file on w with its head. The name is that of the sheet, which only XLSX shows.
func New(f Format, w io.Writer, name string, columns []Column) (Writer, error) {
	switch f {
	case CSV:
		return newCSV(w, columns)
	case XLSX:
		return newXLSX(w, name, columns)
	}
	return nil, fmt.Errorf("there is no sheet format %q", f)
}

// wide refuses a row with another number of cells than columns: a mistake of the program.
func wide(row []Cell, columns int) error {
	if len(row) != columns {
		return fmt.Errorf("a row of %d cells in a sheet of %d columns", len(row), columns)
	}
	return nil
}

func tooMany() error { return fault.New(fault.Invalid, "sheet.too_many", "Most", Most) }
