// Package layout finds the table in a sheet: which row is its header, where its data begins, what its columns are
// called and where it ends. Sheets that people made have titles and instructions above the header, headers of two
// lines, blank columns to the left, and notes and totals below.
package layout

import "genjin/internal/sheet"

// Table says where a table stands in its sheet.
type Table struct {
	HeaderRow    int      // row number of the header's first line; 0: the table has none
	HeaderRows   int      // lines of the header; 0 without one
	FirstDataRow int      // row number of the first record; one past the header when there is none yet
	Columns      []Column // the columns that have a header or, without one, values
	Note         string   // title and instructions above the header, one line each
}

// Column is one column of a table.
type Column struct {
	Index  int    // in Row.Cells, from 0
	Header string // as CleanHeader gives it, both lines of a two-line header joined; without a header the letter
}

// Lookahead is how many rows FindTable wants to see.
const Lookahead = 50

// Row is a row as sheet.Head gives it.
type Row = sheet.Row

// FindTable finds the table in the first rows of a sheet. known says how surely, from 0 to 1, a text is the name of a
// field.
func FindTable(rows []Row, known func(header string) float64) Table { return Table{} }

// IsFooter reports whether a row stands below the table's records: a note, a total, a signature line.
func IsFooter(row Row) bool { return false }

// CleanHeader gives a header's bare name: without the marks of required fields, line breaks and doubled spaces.
func CleanHeader(text string) string { return text }
