package sheet

import (
	"bytes"
	"strconv"
	"time"

	"genjin/internal/sheet/xmlscan"
)

const (
	excelRows    = 1 << 20
	excelColumns = 1 << 14
)

// xlsxRows reads the rows of one sheet.
type xlsxRows struct {
	book   *xlsxBook
	scan   *xmlscan.Scanner
	merges *merges
	emit   func(Row) error
	row    Row
	text   []byte
}

// read goes over the sheet up to the end of its rows.
func (r *xlsxRows) read() error {
	rows := 0 // the depth within <sheetData>, 0 before it
	for {
		kind, err := r.scan.Next()
		if err != nil {
			return ignoreEOF(err)
		}
		switch name := string(r.scan.Name); {
		case kind == xmlscan.End && rows > 0 && r.scan.Depth() < rows:
			return nil
		case kind != xmlscan.Start || name == "worksheet" || name == "AlternateContent" || name == "Fallback":
		case name == "sheetData":
			rows = r.scan.Depth()
		case name == "row" && rows > 0:
			err = r.readRow()
		default:
			err = r.scan.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// readRow reads one row. A row without a number follows the one before it.
func (r *xlsxRows) readRow() error {
	number := r.row.Number + 1
	if attr := r.scan.Attr("r"); attr != nil {
		n, ok := parseInt(attr)
		if !ok || n == 0 || n > excelRows {
			return fail("damaged")
		}
		number = n
	}
	r.row = Row{Number: number, Cells: r.row.Cells[:0]}
	within, column := r.scan.Depth(), -1
	for {
		kind, err := r.scan.Next()
		switch {
		case err != nil:
			return err
		case kind == xmlscan.Start && string(r.scan.Name) == "c":
			column, err = r.readCell(column + 1)
		case kind == xmlscan.Start && !isWrapper(r.scan.Name):
			err = r.scan.Skip()
		case kind == xmlscan.End && r.scan.Depth() < within:
			r.merges.apply(&r.row)
			return r.emit(r.row)
		}
		if err != nil {
			return err
		}
	}
}

func isWrapper(name []byte) bool {
	return string(name) == "AlternateContent" || string(name) == "Fallback"
}

// readCell reads one cell and gives its column; column is where it stands if it does not say.
func (r *xlsxRows) readCell(column int) (int, error) {
	var kind byte = 'n'
	var style int
	for i := range r.scan.Attrs {
		value := r.scan.Attrs[i].Value
		switch string(r.scan.Attrs[i].Name) {
		case "r":
			c, row, ok := parseRef(value)
			if !ok || row == 0 {
				return 0, fail("damaged")
			}
			column = c
		case "s":
			style, _ = parseInt(value)
		case "t":
			kind = cellKind(value)
		}
	}
	if err := r.readValue(); err != nil {
		return 0, err
	}
	if len(r.text) == 0 {
		return column, nil
	}
	switch {
	case column >= r.book.lim.Columns:
		return 0, failLarge("too_many_columns", "row", r.row.Number, "max", r.book.lim.Columns)
	case len(r.text) > r.book.lim.CellBytes:
		return 0, failLarge("cell_too_long", "row", r.row.Number)
	}
	cell, ok := r.cell(kind, style)
	if !ok {
		return 0, fail("damaged")
	}
	r.row.Cells = setCell(r.row.Cells, column, cell)
	return column, nil
}

// cellKind shortens the t attribute: n number, s shared string, i inline string, t text of a formula, b, e, d.
func cellKind(t []byte) byte {
	switch string(t) {
	case "inlineStr":
		return 'i'
	case "str":
		return 't'
	case "s", "b", "e", "d":
		return t[0]
	default:
		return 'n'
	}
}

// readValue reads the value of the cell whose Start was given last into text: its <v>, or its inline string.
func (r *xlsxRows) readValue() (err error) {
	r.text = r.text[:0]
	within := r.scan.Depth()
	inValue := false
	for {
		kind, err := r.scan.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlscan.Start:
			switch string(r.scan.Name) {
			case "v":
				inValue = true
			case "is":
				r.text, err = richText(r.scan, r.text)
			case "AlternateContent", "Fallback":
			default:
				err = r.scan.Skip()
			}
			if err != nil {
				return err
			}
		case xmlscan.Chars:
			if inValue {
				r.text = append(r.text, r.scan.Text...)
			}
		case xmlscan.End:
			inValue = false
			if r.scan.Depth() < within {
				return nil
			}
		}
	}
}

// cell makes the cell of the text read. Not ok: it refers to a string that is not there.
func (r *xlsxRows) cell(kind byte, style int) (Cell, bool) {
	switch kind {
	case 's':
		i, _ := parseInt(bytes.TrimSpace(r.text))
		text, ok := r.book.strings.get(i)
		if text == "" {
			return Cell{}, ok
		}
		return Cell{Kind: Text, Text: text}, true
	case 'i':
		return Cell{Kind: Text, Text: string(r.text)}, true
	case 't':
		return Cell{Kind: Text, Text: string(unescape(r.text))}, true
	case 'b':
		value := 0.0
		if isTrue(r.text) {
			value = 1
		}
		return Cell{Kind: Bool, Num: value}, true
	case 'e':
		return Cell{Kind: Error, Text: string(r.text)}, true
	case 'd':
		return isoCell(string(r.text)), true
	default:
		return r.number(style), true
	}
}

// number makes the cell of a number, or of the text some programs put in a number's place.
func (r *xlsxRows) number(style int) Cell {
	num, ok := parseNumber(r.text)
	if !ok {
		return Cell{Kind: Text, Text: string(r.text)}
	}
	if style < 0 || style >= len(r.book.styles) {
		return Cell{Kind: Number, Num: num}
	}
	return r.book.styles[style].cell(num, r.book.from1904)
}

// isoCell reads a date written in full, as strict workbooks may have it.
func isoCell(text string) Cell {
	for layout, hasTime := range map[string]bool{
		"2006-01-02T15:04:05.999999999Z07:00": true,
		"2006-01-02T15:04:05.999999999":       true,
		"2006-01-02T15:04":                    true,
		"2006-01-02":                          false,
	} {
		if t, err := time.Parse(layout, text); err == nil {
			wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
			return Cell{Kind: Date, Time: wall, HasTime: hasTime && wall.Truncate(day) != wall, Num: timeSerial(wall)}
		}
	}
	return Cell{Kind: Text, Text: text}
}

// parseRef reads a cell's place, such as AB12: the column from 0, the row from 1 or 0 when it is left out.
func parseRef(ref []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	if i == 0 || column > excelColumns {
		return 0, 0, false
	}
	row, ok = parseInt(ref[i:])
	return column - 1, row, ok && row <= excelRows
}

// parseInt reads up to nine digits.
func parseInt(b []byte) (n int, ok bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseNumber reads a number; the common ones of up to fifteen digits exactly and without the general machinery.
func parseNumber(b []byte) (float64, bool) {
	mantissa, digits, point := int64(0), 0, -1
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9' && digits < 15:
			mantissa = mantissa*10 + int64(c-'0')
			digits++
		case c == '.' && point < 0:
			point = digits
		default:
			return parseAnyNumber(b)
		}
	}
	if digits == 0 {
		return 0, false
	}
	if point < 0 {
		return float64(mantissa), true
	}
	return float64(mantissa) / tens[digits-point], true
}

func parseAnyNumber(b []byte) (float64, bool) {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' && !isBlank(c) {
			return 0, false // NaN, Inf and hexadecimal are no numbers of a workbook
		}
	}
	f, err := strconv.ParseFloat(string(bytes.TrimSpace(b)), 64)
	return f, err == nil
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
