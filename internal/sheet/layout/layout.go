// Package layout finds the table in a sheet: which row is its header, where its data begins, what its columns are
// called and which rows belong to no record. Sheets that people made have titles and instructions above the header,
// headers of two lines, blank columns to the left, and notes and totals below.
package layout

import (
	"strings"

	"genjin/internal/sheet"
)

// Row is a row as sheet.Head gives it.
type Row = sheet.Row

// Lookahead is how many rows FindTable wants to see.
const Lookahead = 50

// Table says where a table stands in its sheet.
type Table struct {
	HeaderRow    int      // row number of the header's first line; 0: the table has none
	HeaderRows   int      // lines of the header; 0 without one
	FirstDataRow int      // row number of the first record; the row after the header when there is none yet
	Columns      []Column // those that have a header or values
	Note         string   // title and instructions above the header, one line each
}

// Column is one column of a table.
type Column struct {
	Index  int    // in Row.Cells, from 0
	Header string // as CleanHeader gives it, the lines of a header joined; the column's letters when it has none
}

// FindTable finds the table in the first rows of a sheet, of which Lookahead are enough. known says how surely, from 0
// to 1, a text that CleanHeader gave is the name of a field.
func FindTable(rows []Row, known func(header string) float64) Table {
	if len(rows) > Lookahead {
		rows = rows[:Lookahead]
	}
	if len(rows) == 0 {
		return Table{FirstDataRow: 1}
	}
	f := finder{rows: rows, known: known, width: width(rows)}
	best := f.bestRow()
	if best < 0 {
		return f.bare()
	}
	first, last := f.lines(best)
	return f.table(first, last)
}

// AsHeader gives the table whose header the user says is at row number header, of that many lines; 0 means that the
// table has none.
func AsHeader(rows []Row, header, lines int, known func(header string) float64) Table {
	f := finder{rows: rows, known: known, width: width(rows)}
	for i := range rows {
		if header > 0 && rows[i].Number >= header {
			last := i
			for last+1 < len(rows) && rows[last+1].Number < header+max(1, lines) {
				last++
			}
			return f.table(i, last)
		}
	}
	return f.bare()
}

// Records gives a judge of the rows below the header, to be asked for each in its order: whether it is a record. Not
// one is what Skip says; and behind a note, where people put legends and small tables, a row that fills less than half
// the columns.
func (t Table) Records() func(Row) bool {
	ended := false
	return func(row Row) bool {
		if t.Skip(row) {
			ended = ended || isNote(row)
			return false
		}
		return !ended || 2*filled(row) >= len(t.Columns)
	}
}

// Skip reports whether a row below the header is no record, by itself: a footer, the header once more on a printed
// page, or a row prepared with nothing but its serial number.
func (t Table) Skip(row Row) bool {
	return IsFooter(row) || t.repeats(row) || t.onlySerial(row)
}

func (t Table) repeats(row Row) bool {
	same, all := 0, 0
	for _, c := range t.Columns {
		if 5*(all-same) > len(t.Columns) { // too many differ already
			return false
		}
		text := CleanHeader(row.Cell(c.Index).String())
		if text == "" {
			continue
		}
		all++
		if text == c.Header || strings.HasSuffix(c.Header, "/"+text) {
			same++
		}
	}
	return t.HeaderRow > 0 && all >= 2 && same*5 >= all*4
}

func (t Table) onlySerial(row Row) bool {
	serial := -1
	for _, c := range t.Columns {
		if isSerial(c.Header) {
			serial = c.Index
		}
	}
	for i, cell := range row.Cells {
		if i != serial && !cell.Merged && strings.TrimSpace(cell.String()) != "" {
			return false
		}
	}
	return serial >= 0
}

func isSerial(header string) bool {
	switch strings.ToLower(header) {
	case "序号", "序", "编号#", "no", "no.", "#", "s/n", "行号":
		return true
	default:
		return false
	}
}

func width(rows []Row) int {
	w := 0
	for _, r := range rows {
		w = max(w, len(r.Cells))
	}
	return w
}
