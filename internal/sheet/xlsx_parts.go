package sheet

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
)

const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relSpace   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packSpace  = "http://schemas.openxmlformats.org/package/2006"
	partPrefix = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// The cell styles of stylesPart, by their place in cellXfs.
const (
	styleText = iota + 1
	styleDate
	styleDateTime
	styleMoney
	styleInteger
	styleHeader
	styleRequired
	styleQuoted
	styleBanner
	styleWrapped
)

// style gives the cell style of a column's format.
func (f Format) style() int64 {
	switch f {
	case AsText:
		return styleText
	case AsDate:
		return styleDate
	case AsTime:
		return styleDateTime
	case AsMoney:
		return styleMoney
	case AsInteger:
		return styleInteger
	default:
		return 0
	}
}

const stylesPart = xmlHead + `<styleSheet xmlns="` + mainSpace + `">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>` +
	`<fonts count="4"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font>` +
	`<font><b/><sz val="11"/><color rgb="FFC00000"/><name val="等线"/></font><font><sz val="10"/><color rgb="FF808080"/><name val="等线"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
	`<fill><patternFill patternType="solid"><fgColor rgb="FFF2F4F7"/><bgColor indexed="64"/></patternFill></fill></fills>` +
	`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>` +
	`<border><left/><right/><top/><bottom style="thin"><color rgb="FFD0D5DD"/></bottom><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="11">` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"/>` +
	`<xf numFmtId="49" fontId="2" fillId="2" borderId="1" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/>` +
	`<xf numFmtId="49" fontId="3" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>` +
	`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

const relsPart = xmlHead + `<Relationships xmlns="` + packSpace + `/relationships">` +
	`<Relationship Id="rId1" Type="` + relSpace + `/officeDocument" Target="xl/workbook.xml"/>` +
	`<Relationship Id="rId2" Type="` + packSpace + `/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
	`</Relationships>`

func (x *XLSXWriter) workbook(visible int) []byte {
	var b []byte
	b = append(b, xmlHead+`<workbook xmlns="`+mainSpace+`" xmlns:r="`+relSpace+`"><bookViews><workbookView/></bookViews><sheets>`...)
	for i, name := range x.sheets {
		n := strconv.Itoa(i + 1)
		b = append(b, `<sheet name="`+attribute(name)+`" sheetId="`+n+`"`...)
		if i >= visible {
			b = append(b, ` state="hidden"`...)
		}
		b = append(b, ` r:id="rId`+n+`"/>`...)
	}
	return append(b, `</sheets></workbook>`...)
}

func (x *XLSXWriter) workbookRels() []byte {
	var b strings.Builder
	b.WriteString(xmlHead + `<Relationships xmlns="` + packSpace + `/relationships">`)
	for i := range x.sheets {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<Relationship Id="rId` + n + `" Type="` + relSpace + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	b.WriteString(`<Relationship Id="rId` + strconv.Itoa(len(x.sheets)+1) + `" Type="` + relSpace + `/styles" Target="styles.xml"/></Relationships>`)
	return []byte(b.String())
}

func (x *XLSXWriter) contentTypes() []byte {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="` + packSpace + `/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + partPrefix + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + partPrefix + `styles+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`)
	for i := range x.sheets {
		b.WriteString(`<Override PartName="/xl/worksheets/sheet` + strconv.Itoa(i+1) + `.xml" ContentType="` + partPrefix + `worksheet+xml"/>`)
	}
	b.WriteString(`</Types>`)
	return []byte(b.String())
}

func (x *XLSXWriter) properties() []byte {
	b := []byte(xmlHead + `<cp:coreProperties xmlns:cp="` + packSpace + `/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>`)
	return append(appendXML(b, x.opts.Author), `</dc:creator></cp:coreProperties>`...)
}

// listSheet is the hidden sheet that holds drop-down lists too long to stand in their column.
const listSheet = "选项"

// lists are the columns of that sheet.
type lists struct{ columns [][]string }

// formula gives what a drop-down list refers to: the choices themselves, or a range of the hidden sheet when they are
// more than 255 characters or hold a comma.
func (l *lists) formula(choices []string) string {
	literal := `"` + strings.ReplaceAll(strings.Join(choices, ","), `"`, `""`) + `"`
	if len(utf16.Encode([]rune(literal))) <= 255 && !containsComma(choices) {
		return literal
	}
	column := -1
	for i, known := range l.columns {
		if strings.Join(known, "\x00") == strings.Join(choices, "\x00") {
			column = i
		}
	}
	if column < 0 {
		l.columns = append(l.columns, choices)
		column = len(l.columns) - 1
	}
	name := ColumnName(column)
	return "'" + listSheet + "'!$" + name + "$1:$" + name + "$" + strconv.Itoa(min(len(choices), excelRows))
}

func containsComma(choices []string) bool {
	for _, c := range choices {
		if strings.ContainsAny(c, ",\n") || strings.TrimSpace(c) != c {
			return true
		}
	}
	return false
}

// sheet writes the hidden sheet.
func (l *lists) sheet() []byte {
	var b bytes.Buffer
	s := newXLSXSheet(&b, nil, &XLSXOptions{}, l)
	for i := 0; ; i++ {
		values, any := make([]Value, len(l.columns)), false
		for c, choices := range l.columns {
			if i < len(choices) {
				values[c], any = Str(choices[i]), true
			}
		}
		if !any || s.row >= excelRows {
			break
		}
		_ = s.write(values) // a bytes.Buffer takes everything
	}
	_ = s.finish()
	return b.Bytes()
}

// validations writes the drop-down lists of the cells below the titles and the hints of the titles.
func (s *xlsxSheet) validations(b *bytes.Buffer) {
	var items []string
	for i, c := range s.columns {
		name := ColumnName(i)
		if len(c.Choices) > 0 {
			formula := appendXML(nil, s.lists.formula(c.Choices))
			items = append(items, `<dataValidation type="list" allowBlank="1" sqref="`+
				name+strconv.Itoa(s.top+1)+":"+name+strconv.Itoa(excelRows)+`"><formula1>`+string(formula)+`</formula1></dataValidation>`)
		}
		if c.Hint != "" {
			items = append(items, `<dataValidation allowBlank="1" showInputMessage="1" promptTitle="`+attribute(cutName(c.Title, 32))+
				`" prompt="`+attribute(cutName(c.Hint, 255))+`" sqref="`+name+strconv.Itoa(s.top)+`"/>`)
		}
	}
	if len(items) > 0 {
		b.WriteString(`<dataValidations count="` + strconv.Itoa(len(items)) + `">` + strings.Join(items, "") + `</dataValidations>`)
	}
}
