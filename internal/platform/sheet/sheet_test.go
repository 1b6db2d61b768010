package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/sheet"

	"github.com/xuri/excelize/v2"
)

// noon is four in the morning in UTC and noon in the city.
var noon = time.Date(2026, 11, 25, 4, 0, 5, 0, time.UTC)

func columns(titles ...string) []sheet.Column {
	var out []sheet.Column
	for _, t := range titles {
		out = append(out, sheet.Column{Title: t, Width: 20})
	}
	return out
}

// file writes rows in a format.
func file(t testing.TB, f sheet.Format, titles []string, rows ...[]sheet.Cell) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := sheet.New(f, &b, "案件", columns(titles...))
	for _, row := range rows {
		if err == nil {
			err = w.Write(row)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// book opens a workbook with another program's eyes.
func book(t testing.TB, content []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() }) // it holds no file open
	return f
}

func row() []sheet.Cell {
	return []sheet.Cell{
		sheet.Text("=HYPERLINK(\"http://x\",\"点我\")"), sheet.Text("城管局, \"东街\""), sheet.Int(-3), sheet.Number(97.456, 1), sheet.At(noon), sheet.Text(""), sheet.Number(math.NaN(), 1),
	}
}

var titles = []string{"公式", "单位", "件数", "比率", "时间", "空", "无"}

func TestCSV(t *testing.T) {
	t.Parallel()
	got := string(file(t, sheet.CSV, titles, row()))
	want := "\uFEFF公式,单位,件数,比率,时间,空,无\r\n" +
		"\"'=HYPERLINK(\"\"http://x\"\",\"\"点我\"\")\",\"城管局, \"\"东街\"\"\",-3,97.5,2026-11-25 12:00:05,,\r\n"
	if got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got, "\uFEFF"))).ReadAll()
	if err != nil || len(records) != 2 || records[1][1] != `城管局, "东街"` {
		t.Errorf("encoding/csv reads %q, %v", records, err)
	}
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	f := book(t, file(t, sheet.XLSX, titles, row()))
	if names := f.GetSheetList(); !slices.Equal(names, []string{"案件"}) {
		t.Errorf("sheets %q", names)
	}
	for cell, want := range map[string]string{
		"A1": "公式", "A2": "=HYPERLINK(\"http://x\",\"点我\")", "B2": `城管局, "东街"`, "C2": "-3", "D2": "97.5", "E2": "2026-11-25 12:00:05", "F2": "", "G2": "",
	} {
		if got, err := f.GetCellValue("案件", cell); err != nil || got != want {
			t.Errorf("%s holds %q, %v; want %q", cell, got, err, want)
		}
		if formula, err := f.GetCellFormula("案件", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
	if kind, err := f.GetCellType("案件", "A2"); err != nil || kind != excelize.CellTypeInlineString {
		t.Errorf("a text that looks like a formula is of type %v, %v", kind, err)
	}
	for cell, want := range map[string]bool{"A2": true, "B2": false} {
		id, err := f.GetCellStyle("案件", cell)
		if got := f.Styles.CellXfs.Xf[id].QuotePrefix; err != nil || (got != nil && *got) != want {
			t.Errorf("%s stays a text when it is edited: want %v (%v)", cell, want, err)
		}
	}
	raw, err := f.GetCellValue("案件", "E2", excelize.Options{RawCellValue: true})
	if at, _ := excelize.ExcelDateToTime(float(t, raw), false); err != nil || !at.Equal(time.Date(2026, 11, 25, 12, 0, 5, 0, time.UTC)) {
		t.Errorf("the date is stored as %s = %s, %v", raw, at, err)
	}
	panes, err := f.GetPanes("案件")
	width, err2 := f.GetColWidth("案件", "B")
	if errors.Join(err, err2) != nil || !panes.Freeze || panes.YSplit != 1 || width != 20 {
		t.Errorf("head %+v, width %v, %v, %v", panes, width, err, err2)
	}
}

func float(t *testing.T, s string) (x float64) {
	t.Helper()
	if _, err := fmt.Sscan(s, &x); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w, err := sheet.New(sheet.XLSX, io.Discard, "x", columns("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]sheet.Cell{sheet.Text(strings.Repeat("字", 32_768))}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a cell that is too long: %v", err)
	}
	if err := w.Write(nil); err == nil {
		t.Error("a row without its cells was taken")
	}
	if _, err := sheet.New("ods", io.Discard, "x", nil); err == nil {
		t.Error("an unknown format was taken")
	}
	broken, err := sheet.New(sheet.CSV, refusing{}, "x", columns("a"))
	if err == nil {
		err = broken.Close()
	}
	if err == nil {
		t.Error("a file that could not be written ended well")
	}
}

// refusing is a reader who has gone away.
type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestXLSXHoldsMostRows(t *testing.T) {
	t.Parallel()
	w, err := sheet.New(sheet.XLSX, io.Discard, "x", columns("a"))
	if err != nil {
		t.Fatal(err)
	}
	one := []sheet.Cell{sheet.Int(1)}
	for i := range sheet.Most {
		if err := w.Write(one); err != nil {
			t.Fatalf("row %d: %v", i+1, err)
		}
	}
	if err := w.Write(one); fault.KindOf(err) != fault.Invalid {
		t.Errorf("row %d: %v", sheet.Most+1, err)
	}
}

func TestSheetName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "1", "a/b": "a b", "'x'": "x", strings.Repeat("长", 40): strings.Repeat("长", 31), "A<B&C": "A<B&C"} {
		var b bytes.Buffer
		w, err := sheet.New(sheet.XLSX, &b, name, columns("a"))
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := book(t, b.Bytes()).GetSheetList(); !slices.Equal(got, []string{want}) {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

// many columns, to see their names beyond Z.
func TestColumnNames(t *testing.T) {
	t.Parallel()
	var heads []string
	var cells []sheet.Cell
	for i := range 800 {
		heads, cells = append(heads, fmt.Sprint("h", i)), append(cells, sheet.Int(i))
	}
	f := book(t, file(t, sheet.XLSX, heads, cells))
	for _, i := range []int{0, 25, 26, 51, 52, 701, 702, 799} {
		name, err := excelize.CoordinatesToCellName(i+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.GetCellValue("案件", name); err != nil || got != fmt.Sprint(i) {
			t.Errorf("%s holds %q, %v, want %d", name, got, err, i)
		}
	}
}

// The archive is one that a strict reader takes: each part once, the sheet well-formed to its end.
func TestXLSXIsAnArchive(t *testing.T) {
	t.Parallel()
	content := file(t, sheet.XLSX, titles, row())
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	want := []string{"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"}
	if !slices.Equal(names, want) {
		t.Errorf("parts %q", names)
	}
}
