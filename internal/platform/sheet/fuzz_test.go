package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"banyan/internal/platform/sheet"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		"", "城管局", "=1+1", "'=1", " =1", "\t", "\r\n", "a\rb", "a\nb", `"`, `""`, "a,b", " a ", "_x0041_", "_x005F_x0041_", "_X0041_", "__x0041_", "<&>", "]]>",
		"\x00", "\x1f", "\uFFFE", "\uFFFF", "\xff", "＝cmd|' /C calc'!A0", "-3", "+1e5", "\u2028", "\U0001F600", "\uFEFF",
	} {
		f.Add(s, s)
	}
}

// FuzzCSV: what goes in comes out equal, and no cell begins as a formula does.
func FuzzCSV(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, a, b string) {
		got := file(t, sheet.CSV, []string{"a", "b"}, []sheet.Cell{sheet.Text(a), sheet.Text(b)}, []sheet.Cell{sheet.Text(b), sheet.Int(-7)})
		rows := parse(t, strings.TrimPrefix(string(got), "\uFEFF"))
		if len(rows) != 3 || rows[2][1] != "-7" {
			t.Fatalf("%d rows in %q", len(rows), got)
		}
		for i, want := range []string{a, b, b} {
			cell := rows[1+i/2][i%2]
			if strings.ContainsAny(first(cell), "=+-@＝＋－＠\t\r\n") && !number(cell) {
				t.Errorf("%q begins as a formula does", cell)
			}
			if back := sheet.Unguard(cell); back != strings.ToValidUTF8(want, "\uFFFD") {
				t.Errorf("%q came back as %q", want, back)
			}
		}
	})
}

func first(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

func number(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil && !strings.ContainsAny(s, "xXnNiI_")
}

// parse reads CSV strictly by RFC 4180, to the letter: encoding/csv would change line breaks in cells.
func parse(t *testing.T, s string) (rows [][]string) {
	t.Helper()
	var row []string
	for s != "" {
		cell, rest := "", ""
		if inner, ok := strings.CutPrefix(s, `"`); ok {
			end := 0
			for {
				i := strings.IndexByte(inner[end:], '"')
				if i < 0 {
					t.Fatalf("a quote is not closed in %q", s)
				}
				if end += i; !strings.HasPrefix(inner[end:], `""`) {
					break
				}
				end += 2
			}
			cell, rest = strings.ReplaceAll(inner[:end], `""`, `"`), inner[end+1:]
		} else {
			end := strings.IndexAny(s, ",\r\n\"")
			if end < 0 {
				t.Fatalf("the last line has no end: %q", s)
			}
			cell, rest = s[:end], s[end:]
		}
		row = append(row, cell)
		switch {
		case strings.HasPrefix(rest, ","):
			s = rest[1:]
		case strings.HasPrefix(rest, "\r\n"):
			rows, row, s = append(rows, row), nil, rest[2:]
		default:
			t.Fatalf("after a cell comes %q", rest)
		}
	}
	return rows
}

// FuzzXLSX: what goes in comes out equal from the XML itself, in cells that are texts.
func FuzzXLSX(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 20_000 {
			return
		}
		cells := texts(t, file(t, sheet.XLSX, []string{"a", "b"}, []sheet.Cell{sheet.Text(a), sheet.Text(b)}))
		for cell, want := range map[string]string{"A2": a, "B2": b} {
			if got := cells[cell]; got != strings.ToValidUTF8(want, "\uFFFD") {
				t.Errorf("%q came back as %q", want, got)
			}
		}
	})
}

// texts reads the inline texts of a sheet, and fails on anything that is not one: a formula above all.
func texts(t *testing.T, content []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Cells []struct {
			Ref     string   `xml:"r,attr"`
			Kind    string   `xml:"t,attr"`
			Text    string   `xml:"is>t"`
			Formula []string `xml:"f"`
			Value   []string `xml:"v"`
		} `xml:"sheetData>row>c"`
	}
	if err := xml.Unmarshal(body, &found); err != nil {
		t.Fatalf("the sheet is not XML: %v\n%q", err, body)
	}
	out := map[string]string{}
	for _, c := range found.Cells {
		if c.Kind != "inlineStr" || c.Formula != nil || c.Value != nil {
			t.Errorf("%s is no text: %+v", c.Ref, c)
		}
		out[c.Ref] = unmarked(c.Text)
	}
	return out
}

// unmarked reads _xHHHH_ as spreadsheets do.
func unmarked(s string) string {
	var b strings.Builder
	for s != "" {
		if len(s) >= 7 && s[0] == '_' && (s[1] == 'x' || s[1] == 'X') && s[6] == '_' {
			if n, err := strconv.ParseUint(s[2:6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				s = s[7:]
				continue
			}
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String()
}
