package sheet

import (
	"context"
	"errors"
	"io"
	"iter"

	"genjin/internal/sheet/xmlscan"
)

// xml2003Book is an XML Spreadsheet of Excel 2002 and 2003, which many programs save under the name of .xls.
type xml2003Book struct {
	watchedReader
	source *textSource
	lim    Limits
	infos  []Info
}

// openXML2003 goes over the file once for the names of the sheets.
func openXML2003(source *textSource, lim Limits) (Book, error) {
	b := &xml2003Book{watchedReader: watchedReader{r: source.r, budget: -1}, source: source, lim: lim}
	source.r = &b.watchedReader
	s := xmlscan.New(source.open())
	var visible bool
	for {
		kind, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if len(b.infos) == 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
				return nil, b.known(err)
			}
			break // cut off: the rows that are there are read, and then the user is told
		}
		switch name := string(s.Name); {
		case kind == xmlscan.Start && name == "Worksheet":
			if len(b.infos) >= lim.Sheets {
				return nil, failLarge("too_many_sheets", "max", lim.Sheets)
			}
			b.infos = append(b.infos, Info{Name: string(s.Attr("Name"))})
		case kind == xmlscan.Start && name == "Row" && len(b.infos) > 0:
			b.infos[len(b.infos)-1].Rows++
		case kind != xmlscan.Chars:
			visible = kind == xmlscan.Start && name == "Visible"
		case visible && len(b.infos) > 0 && string(s.Text) != "SheetVisible":
			b.infos[len(b.infos)-1].Hidden = true
		}
	}
	if len(b.infos) == 0 {
		return nil, fail("not_table")
	}
	return b, nil
}

func (b *xml2003Book) Format() string { return "xml" }
func (b *xml2003Book) Sheets() []Info { return b.infos }
func (b *xml2003Book) Close() error   { return nil }

func (b *xml2003Book) Rows(ctx context.Context, sheet int) iter.Seq2[Row, error] {
	return stream(ctx, b.lim, b.infos, sheet, func(emit func(Row) error) error {
		r := &xml2003Rows{lim: b.lim, scan: xmlscan.New(b.source.open()), merges: newMerges(nil), emit: emit}
		return b.at(r.read(sheet), b.infos[sheet].Name, r.row.Number)
	})
}

// xml2003Rows reads the rows of one sheet.
type xml2003Rows struct {
	lim    Limits
	scan   *xmlscan.Scanner
	merges *merges
	emit   func(Row) error
	row    Row
	text   []byte
}

func (x *xml2003Rows) read(sheet int) error {
	for n := -1; ; {
		kind, err := x.scan.Next()
		if err != nil {
			return ignoreEOF(err)
		}
		switch name := string(x.scan.Name); {
		case kind == xmlscan.Start && name == "Worksheet":
			if n++; n < sheet {
				err = x.scan.Skip()
			}
		case kind == xmlscan.Start && name == "Row" && n == sheet:
			err = x.readRow()
		case kind == xmlscan.End && name == "Worksheet" && n == sheet:
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// index reads an attribute that counts from 1; otherwise gives it when it is missing or wrong.
func (x *xml2003Rows) index(name string, otherwise, most int) int {
	if n, ok := parseInt(x.scan.Attr(name)); ok && n <= most {
		return n
	}
	return otherwise
}

func (x *xml2003Rows) readRow() error {
	x.row = Row{Number: x.index("Index", x.row.Number+1, excelRows), Cells: x.row.Cells[:0]}
	within, column := x.scan.Depth(), 1
	for {
		kind, err := x.scan.Next()
		if err != nil {
			return err
		}
		switch {
		case kind == xmlscan.Start && string(x.scan.Name) == "Cell":
			column = x.index("Index", column, excelColumns)
			across, down := x.index("MergeAcross", 0, excelColumns), x.index("MergeDown", 0, excelRows)
			if err := x.readCell(column - 1); err != nil {
				return err
			}
			if across > 0 || down > 0 {
				if len(x.merges.list) >= x.lim.Merges {
					return failLarge("too_many_merges")
				}
				x.merges.list = append(x.merges.list, merge{
					top: int32(x.row.Number), bottom: int32(x.row.Number + down), left: int32(column - 1), right: int32(column - 1 + across),
				})
			}
			column += 1 + across
		case kind == xmlscan.End && x.scan.Depth() < within:
			x.merges.apply(&x.row)
			return x.emit(x.row)
		}
	}
}

// readCell reads the cell whose Start was given last.
func (x *xml2003Rows) readCell(column int) error {
	within, data := x.scan.Depth(), 0
	var kindOf string
	x.text = x.text[:0]
	for {
		kind, err := x.scan.Next()
		if err != nil {
			return err
		}
		switch {
		case kind == xmlscan.Start && string(x.scan.Name) == "Comment":
			if err := x.scan.Skip(); err != nil {
				return err
			}
		case kind == xmlscan.Start && string(x.scan.Name) == "Data":
			data, kindOf = x.scan.Depth(), string(x.scan.Attr("Type"))
		case kind == xmlscan.Chars && data > 0:
			x.text = append(x.text, x.scan.Text...)
		case kind == xmlscan.End && x.scan.Depth() < within:
			return x.set(column, kindOf)
		case kind == xmlscan.End && x.scan.Depth() < data:
			data = 0
		}
	}
}

func (x *xml2003Rows) set(column int, kind string) error {
	if len(x.text) == 0 {
		return nil
	}
	if column < 0 || column >= x.lim.Columns {
		return failLarge("too_many_columns", "row", x.row.Number, "max", x.lim.Columns)
	}
	if len(x.text) > x.lim.CellBytes {
		return failLarge("cell_too_long", "row", x.row.Number)
	}
	cell := Cell{Kind: Text, Text: string(x.text)}
	switch kind {
	case "Number":
		if num, ok := parseNumber(x.text); ok {
			cell = Cell{Kind: Number, Num: num}
		}
	case "DateTime":
		cell = isoCell(cell.Text)
	case "Boolean":
		cell = Cell{Kind: Bool}
		if isTrue(x.text) {
			cell.Num = 1
		}
	case "Error":
		cell.Kind = Error
	}
	x.row.Cells = setCell(x.row.Cells, column, cell)
	return nil
}
