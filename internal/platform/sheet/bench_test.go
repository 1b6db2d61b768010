package sheet_test

import (
	"fmt"
	"io"
	"testing"

	"banyan/internal/platform/sheet"

	"github.com/xuri/excelize/v2"
)

const benchRows, benchColumns = 50_000, 8

func benchHeads() (heads []string) {
	for i := range benchColumns {
		heads = append(heads, fmt.Sprint("列", i))
	}
	return heads
}

// BenchmarkSheet writes 50,000 rows of 8 columns, half of them texts.
func BenchmarkSheet(b *testing.B) {
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w, err := sheet.New(format, io.Discard, "x", columns(benchHeads()...))
				if err != nil {
					b.Fatal(err)
				}
				row := make([]sheet.Cell, benchColumns)
				for i := range benchRows {
					for c := range row {
						if row[c] = sheet.Int(i * c); c%2 == 0 {
							row[c] = sheet.Text("福州市鼓楼区 350102")
						}
					}
					if err := w.Write(row); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkExcelize writes the same with excelize's stream writer.
func BenchmarkExcelize(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		f := excelize.NewFile()
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		row := make([]any, benchColumns)
		for i := range benchRows {
			for c := range row {
				if row[c] = i * c; c%2 == 0 {
					row[c] = "福州市鼓楼区 350102"
				}
			}
			if err := w.SetRow(fmt.Sprint("A", i+1), row); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
