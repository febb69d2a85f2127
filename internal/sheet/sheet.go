// Package sheet reads the workbooks people really have and writes clean ones. It reads .xlsx, .xls (BIFF 5 to 8), CSV
// and other separated text in UTF-8, UTF-16 or GB18030, HTML tables and XML Spreadsheet 2003 saved under the name of
// .xls, and vCards; it writes .xlsx and CSV. Reading and writing stream: memory does not grow with the rows.
//
// Nothing in a file is trusted. What a file claims (sizes, dimensions, counts) is checked against Limits before memory
// or time is spent on it, formulas are never computed, and nothing outside the file is ever opened.
//
// The package knows no entity. Finding the header is in sheet/layout; giving a column its meaning is the importer's.
package sheet

import (
	"context"
	"iter"
	"slices"
	"time"
)

// Kind says what a cell holds.
type Kind uint8

// The kinds of cells. A formula has the kind of its cached value.
const (
	Empty Kind = iota
	Text
	Number
	Date
	Bool
	Error // Text is the spreadsheet's sign for it, such as #N/A
)

// Cell is one cell as it was read.
type Cell struct {
	Kind    Kind
	HasTime bool      // Date: the cell shows a time of day
	Merged  bool      // the value stands in the merged cell's first row, and was filled down to this one
	Text    string    // Text and Error; Number: only where the cell's format decides what a person sees (001, 85%)
	Num     float64   // Number; Bool: 1 is true
	Time    time.Time // Date: wall time in UTC. A mere time of day has the year 1899
}

// IsEmpty reports whether the cell has no value.
func (c Cell) IsEmpty() bool { return c.Kind == Empty }

// Row is one row that has a value.
type Row struct {
	Number int    // from 1, as the spreadsheet program shows it; in a text file the line on which the record starts
	Cells  []Cell // by column, without trailing empty ones
	Merges []Span // merged ranges that start in this row
}

// Span is a merged range by its first cell's column and its size; a row that holds it is its first.
type Span struct {
	Column        int // from 0
	Columns, Rows int // at least 1
}

// Clone gives a row that stays valid after the next one was read.
func (r Row) Clone() Row {
	return Row{Number: r.Number, Cells: slices.Clone(r.Cells), Merges: slices.Clone(r.Merges)}
}

// Cell gives the cell of a column counted from 0, an empty one past the end.
func (r Row) Cell(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Info describes one sheet of a book.
type Info struct {
	Name   string
	Hidden bool
	Rows   int // about how many rows there are, from what the file claims; -1 where it claims nothing
}

// Book is an opened file. It is for one goroutine.
type Book interface {
	// Format is "xlsx", "xls", "csv", "html", "xml" (XML Spreadsheet 2003) or "vcard": what the file is, whatever its
	// name says.
	Format() string
	// Sheets lists the sheets in their order; there is at least one.
	Sheets() []Info
	// Rows reads a sheet, counted from 0, from its first row on. Rows without any value are left out, and so are those
	// that hold nothing but what was filled down from a merged cell. A row and its cells are valid until the next. An
	// error ends the sequence: an *errs.Error where the file is at fault, the context's when it was cancelled.
	Rows(ctx context.Context, sheet int) iter.Seq2[Row, error]
	// Close lets go of what the book holds; the reader given to Open stays the caller's.
	Close() error
}

// Head reads the first rows of a sheet, at most n; fewer, with the error, when the file is damaged.
func Head(ctx context.Context, b Book, sheet, n int) ([]Row, error) {
	var rows []Row
	for row, err := range b.Rows(ctx, sheet) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row.Clone())
		if len(rows) >= n {
			break
		}
	}
	return rows, nil
}

// ColumnName gives the letters a spreadsheet program shows for a column counted from 0.
func ColumnName(column int) string {
	var b [8]byte
	i := len(b)
	for column++; column > 0; column /= 26 {
		column--
		i--
		b[i] = byte('A' + column%26)
	}
	return string(b[i:])
}
