// Package sheet writes tables for spreadsheet programs, row by row, as CSV or XLSX, in memory that does not
// grow with the rows.
//
// Both formats take the same Columns and Cells. A text stays a text: what a spreadsheet would take for a
// formula is written so that it does not (Guard in CSV, a text cell with the program's own quote mark in
// XLSX), and a number stays a number. Times are city time; in XLSX they are dates that can be sorted and
// counted with.
//
// It owns no tables and knows no word of what stands in the cells.
package sheet
