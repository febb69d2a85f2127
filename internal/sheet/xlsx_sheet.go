package sheet

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
)

// xlsxSheet writes one sheet. Its rows are held back until widths are known or the first buffer is full.
type xlsxSheet struct {
	w       io.Writer
	columns []Column
	banner  string
	footer  string
	lists   *lists
	refs    []string  // letters by column
	widths  []float64 // of what was written so far
	row     int       // number of the last row
	top     int       // number of the header row
	buf     []byte
	begun   bool // the part before the rows is written
}

const sheetBuffer = 64 << 10

func newXLSXSheet(w io.Writer, columns []Column, opts *XLSXOptions, l *lists) *xlsxSheet {
	return &xlsxSheet{w: w, columns: columns, banner: opts.Banner, footer: opts.Footer, lists: l, buf: make([]byte, 0, sheetBuffer+sheetBuffer/4)}
}

// header writes the banner and the titles.
func (s *xlsxSheet) header() error {
	if s.banner != "" {
		s.row++
		s.buf = append(s.buf, `<row r="1"><c r="A1" s="`...)
		s.buf = append(strconv.AppendInt(s.buf, styleBanner, 10), `" t="inlineStr"><is><t xml:space="preserve">`...)
		s.buf = append(appendXML(s.buf, s.banner), `</t></is></c></row>`...)
	}
	if len(s.columns) == 0 {
		return nil
	}
	s.row++
	s.top = s.row
	s.openRow()
	for i, c := range s.columns {
		style := int64(styleHeader)
		if c.Required {
			style = styleRequired
		}
		s.inline(i, style, columnTitle(c))
		s.widen(i, cellWidth(columnTitle(c))+4)
	}
	s.buf = append(s.buf, "</row>"...)
	return nil
}

func (s *xlsxSheet) openRow() {
	s.buf = append(s.buf, `<row r="`...)
	s.buf = append(strconv.AppendInt(s.buf, int64(s.row), 10), `">`...)
}

// openCell writes a cell's tag up to its type.
func (s *xlsxSheet) openCell(column int, style int64) {
	for len(s.refs) <= column {
		s.refs = append(s.refs, ColumnName(len(s.refs)))
	}
	s.buf = append(s.buf, `<c r="`...)
	s.buf = append(s.buf, s.refs[column]...)
	s.buf = strconv.AppendInt(s.buf, int64(s.row), 10)
	if style != 0 {
		s.buf = append(s.buf, `" s="`...)
		s.buf = strconv.AppendInt(s.buf, style, 10)
	}
	s.buf = append(s.buf, '"')
}

func (s *xlsxSheet) inline(column int, style int64, text string) {
	s.openCell(column, style)
	if needsPreserve(text) {
		s.buf = append(s.buf, ` t="inlineStr"><is><t xml:space="preserve">`...)
	} else {
		s.buf = append(s.buf, ` t="inlineStr"><is><t>`...)
	}
	s.buf = append(appendXML(s.buf, text), `</t></is></c>`...)
}

func (s *xlsxSheet) widen(column int, width float64) {
	for len(s.widths) <= column {
		s.widths = append(s.widths, 0)
	}
	s.widths[column] = max(s.widths[column], width)
}

// write adds one row.
func (s *xlsxSheet) write(values []Value) error {
	s.row++
	s.openRow()
	for i := range values {
		s.cell(i, &values[i])
		if !s.begun {
			s.widen(i, valueWidth(&values[i]))
		}
	}
	s.buf = append(s.buf, "</row>"...)
	if len(s.buf) < sheetBuffer {
		return nil
	}
	return s.flush()
}

// cell writes one value.
func (s *xlsxSheet) cell(column int, v *Value) {
	switch v.kind {
	case valueText:
		s.inline(column, s.textStyle(column, v.text), v.text)
	case valueInt, valueNum, valueMoney:
		s.number(column, v)
	case valueDate:
		s.date(column, styleDate, v)
	case valueDateTime:
		s.date(column, styleDateTime, v)
	case valueBool:
		s.openCell(column, 0)
		s.buf = append(s.buf, ` t="b"><v>`...)
		s.buf = append(strconv.AppendInt(s.buf, v.whole, 10), `</v></c>`...)
	}
}

// textStyle keeps a text that could be taken for a formula a text also when somebody edits its cell, and shows a text of
// several lines as such.
func (s *xlsxSheet) textStyle(column int, text string) int64 {
	switch {
	case startsFormula(text):
		return styleQuoted
	case strings.IndexByte(text, '\n') >= 0:
		return styleWrapped
	case column < len(s.columns) && s.columns[column].Format == AsText:
		return styleText
	default:
		return 0
	}
}

func (s *xlsxSheet) number(column int, v *Value) {
	if v.kind == valueNum && (math.IsNaN(v.num) || math.IsInf(v.num, 0)) {
		return
	}
	style := int64(0)
	if v.kind == valueMoney {
		style = styleMoney
	} else if column < len(s.columns) {
		style = s.columns[column].Format.style()
	}
	s.openCell(column, style)
	s.buf = append(s.buf, "><v>"...)
	switch v.kind {
	case valueInt:
		s.buf = strconv.AppendInt(s.buf, v.whole, 10)
	case valueMoney:
		s.buf = appendMoney(s.buf, v.whole)
	default:
		s.buf = strconv.AppendFloat(s.buf, v.num, 'g', -1, 64)
	}
	s.buf = append(s.buf, "</v></c>"...)
}

// date writes a day; one before 1900-03-01, which spreadsheets count otherwise or not at all, as text.
func (s *xlsxSheet) date(column int, style int64, v *Value) {
	serial := timeSerial(v.time)
	if serial < 61 || serial >= maxSerial {
		s.inline(column, styleText, formatTime(v.time, v.kind == valueDateTime))
		return
	}
	if v.kind == valueDate {
		serial = math.Floor(serial)
	}
	s.openCell(column, style)
	s.buf = append(s.buf, "><v>"...)
	s.buf = append(strconv.AppendFloat(s.buf, serial, 'f', -1, 64), "</v></c>"...)
}

// valueWidth gives about how wide a value is shown.
func valueWidth(v *Value) float64 {
	switch v.kind {
	case valueText:
		return cellWidth(v.text) + 1
	case valueDate:
		return 12
	case valueDateTime:
		return 18
	case valueNone:
		return 0
	default:
		return 12
	}
}

// flush writes the rows held back, and before the first of them what stands above.
func (s *xlsxSheet) flush() error {
	if !s.begun {
		s.begun = true
		if _, err := s.w.Write(s.prologue()); err != nil {
			return err
		}
	}
	_, err := s.w.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}

func (s *xlsxSheet) finish() error {
	if err := s.flush(); err != nil {
		return err
	}
	_, err := s.w.Write(s.epilogue())
	return err
}

// prologue is the sheet's part above the rows: the frozen header and the widths.
func (s *xlsxSheet) prologue() []byte {
	var b bytes.Buffer
	b.WriteString(xmlHead + `<worksheet xmlns="` + mainSpace + `"><sheetViews><sheetView workbookViewId="0">`)
	if s.top > 0 {
		below := "A" + strconv.Itoa(s.top+1)
		b.WriteString(`<pane ySplit="` + strconv.Itoa(s.top) + `" topLeftCell="` + below + `" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="` + below + `" sqref="` + below + `"/>`)
	}
	b.WriteString(`</sheetView></sheetViews>`)
	if n := max(len(s.columns), len(s.widths)); n > 0 {
		b.WriteString("<cols>")
		for i := range n {
			s.col(&b, i)
		}
		b.WriteString("</cols>")
	}
	b.WriteString("<sheetData>")
	return b.Bytes()
}

func (s *xlsxSheet) col(b *bytes.Buffer, i int) {
	width, style := 0.0, int64(0)
	if i < len(s.widths) {
		width = min(max(s.widths[i], 8), 48)
	}
	if i < len(s.columns) {
		if s.columns[i].Width > 0 {
			width = min(s.columns[i].Width, 255)
		}
		style = s.columns[i].Format.style()
	}
	n := strconv.Itoa(i + 1)
	b.WriteString(`<col min="` + n + `" max="` + n + `" width="` + strconv.FormatFloat(width, 'f', 1, 64) + `" customWidth="1"`)
	if style != 0 {
		b.WriteString(` style="` + strconv.FormatInt(style, 10) + `"`)
	}
	b.WriteString("/>")
}

// footer writes a text for the foot of a page, where & begins a command and 255 characters are the most.
func footer(text string) string {
	const most = 120 // each may be doubled
	if rs := []rune(text); len(rs) > most {
		text = string(rs[:most])
	}
	return "&amp;C" + string(appendXML(nil, strings.ReplaceAll(text, "&", "&&")))
}

// epilogue is the sheet's part below the rows: the filter, the drop-down lists and hints.
func (s *xlsxSheet) epilogue() []byte {
	var b bytes.Buffer
	b.WriteString("</sheetData>")
	if s.top > 0 {
		b.WriteString(`<autoFilter ref="A` + strconv.Itoa(s.top) + ":" + ColumnName(len(s.columns)-1) + strconv.Itoa(max(s.row, s.top+1)) + `"/>`)
		s.validations(&b)
	}
	if s.footer != "" {
		b.WriteString("<headerFooter><oddFooter>" + footer(s.footer) + "</oddFooter></headerFooter>")
	}
	b.WriteString("</worksheet>")
	return b.Bytes()
}
