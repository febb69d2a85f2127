package sheet

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

const testStyles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>` +
	`<numFmt numFmtId="165" formatCode="[$-804]yyyy/m/d h:mm"/><numFmt numFmtId="166" formatCode="00000"/>` +
	`<numFmt numFmtId="167" formatCode="&quot;KH&quot;0000"/><numFmt numFmtId="168" formatCode="[h]:mm"/></numFmts>` +
	`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/>` +
	`<xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="10"/><xf numFmtId="168"/><xf numFmtId="31"/><xf numFmtId="20"/><xf/></cellXfs></styleSheet>`

func TestXLSXCells(t *testing.T) {
	for _, c := range []struct{ name, rows, want string }{
		{
			"kinds", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c><c r="E1" t="str"><f>A1</f><v>甲</v></c><c r="F1" t="inlineStr"><is><t>内</t></is></c></row>`,
			"1: T共享 N1.5 BTRUE E#N/A T甲 T内\n",
		},
		{
			"rich text without its pronunciation", `<row><c t="s"><v>1</v></c><c t="inlineStr"><is><r><rPr><b/></rPr><t>粗</t></r><r><t xml:space="preserve"> 细</t></r></is></c></row>`,
			"1: T富文本 T粗 细\n",
		},
		{"without references", `<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>`, "1: N1 - N3\n2: N4\n"},
		{"sparse", `<row r="3"><c r="C3"><v>1</v></c><c><v>2</v></c></row><row r="9"><c r="A9"><v>3</v></c></row>`, "3: - - N1 N2\n9: N3\n"},
		{"empty rows and trailing empty cells", `<row r="1"><c r="A1"/></row><row r="2"><c r="A2"><v>1</v></c><c r="B2" s="1"/><c r="C2" t="s"><v>2</v></c></row>`, "2: N1\n"},
		{
			"dates", `<row><c s="1"><v>45352</v></c><c s="2"><v>45352.646</v></c><c s="7"><v>45352.9</v></c><c s="8"><v>0.5</v></c><c s="1"><v>60</v></c><c s="1"><v>-1</v></c></row>`,
			"1: D2024-03-01 D2024-03-01 15:30:14 D2024-03-01 D12:00 D1900-03-01 N-1\n",
		},
		{
			"ISO dates", `<row><c t="d"><v>2024-03-01T15:04:05</v></c><c t="d"><v>2024-03-01</v></c><c t="d"><v>2024-03-01T00:00:00Z</v></c></row>`,
			"1: D2024-03-01 15:04:05 D2024-03-01 D2024-03-01\n",
		},
		{
			"formats a person sees", `<row><c s="3"><v>42</v></c><c s="4"><v>7</v></c><c s="5"><v>0.855</v></c><c s="6"><v>1.25</v></c><c s="3"><v>1.5</v></c></row>`,
			"1: N00042 NKH0007 N85.50% N30:00:00 N1.5\n",
		},
		{
			"long numbers", `<row><c><v>1.3800138000E+10</v></c><c><v>0.30000000000000004</v></c><c><v>1E-3</v></c><c><v>440300199001011234</v></c></row>`,
			"1: N13800138000 N0.3 N0.001 N440300199001011000\n",
		},
		{"no number", `<row><c><v>NaN</v></c><c><v>甲</v></c></row>`, "1: TNaN T甲\n"},
		{"escaped characters", `<row><c t="str"><v>a_x000D__x0041__x005F_x0041_&amp;_xZZZZ_</v></c></row>`, "1: Ta\rA_x0041_&_xZZZZ_\n"},
		{"prefixed names", `<x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c></x:row>`, "2: N1\n"},
		{"alternate content", `<row><mc:AlternateContent><mc:Choice Requires="x"><c><v>9</v></c></mc:Choice><mc:Fallback><c><v>1</v></c></mc:Fallback></mc:AlternateContent></row>`, "1: N1\n"},
		{"unknown elements", `<row><extLst><ext><c><v>9</v></c></ext></extLst><c><v>1</v><extLst><v>8</v></extLst></c></row>`, "1: N1\n"},
		{"style out of range", `<row><c s="99"><v>45352</v></c></row>`, "1: N45352\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts := with(workbook(strings.ReplaceAll(sheetXML(c.rows), "mc:Choice", "mc:Choice")), "xl/styles.xml", testStyles,
				"xl/sharedStrings.xml", `<sst><si><t>共享</t></si><si><r><t>富</t></r><rPh><t>fu</t></rPh><r><t>文本</t></r><phoneticPr fontId="1"/></si><si><t/></si></sst>`)
			checkPicture(t, all(t, openBytes(t, zipOf(t, parts), "x.xlsx"), 0), c.want)
		})
	}
}

func TestXLSXMerges(t *testing.T) {
	rows := `<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><v>标题</v></c></row>
<row r="2"><c r="A2" t="str"><v>甲</v></c><c r="B2"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row>
<row r="4"><c r="A4"/></row><row r="5"><c r="A5" t="str"><v>乙</v></c></row>`
	book := openBytes(t, zipOf(t, workbook(sheetXML(rows,
		`<phoneticPr/><mergeCells count="3"><mergeCell ref="A2:A4"/><mergeCell ref="B1:D1"/><mergeCell ref="XFE1:B2"/><mergeCell ref="B2:A1"/></mergeCells>`))), "x.xlsx")
	for range 2 { // what is found behind the rows is kept
		got := all(t, book, 0)
		checkPicture(t, got, "1: N1 T标题\n2: T甲 N1\n3: T^甲 N2\n5: T乙\n")
		if len(got[0].Merges) != 1 || got[0].Merges[0] != (Span{Column: 1, Columns: 3, Rows: 1}) || got[1].Merges[0] != (Span{Columns: 1, Rows: 3}) {
			t.Errorf("spans %v, %v", got[0].Merges, got[1].Merges)
		}
	}
}

func TestXLSXPackages(t *testing.T) {
	row := sheetXML(`<row><c><v>1</v></c></row>`)
	plain := workbook(row)
	utf16le := []byte("\xff\xfe")
	for _, u := range utf16.Encode([]rune(`<?xml version="1.0" encoding="UTF-16"?>` + sheetXML(`<row><c t="str"><v>字</v></c></row>`))) {
		utf16le = binary.LittleEndian.AppendUint16(utf16le, u)
	}
	for _, c := range []struct {
		name  string
		parts map[string]string
		want  string
	}{
		{"absolute targets", with(plain, "xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="/xl/worksheets/s1.xml"/></Relationships>`), "1: N1\n"},
		{"backslashes", with(plain, "xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets\s1.xml"/></Relationships>`), "1: N1\n"},
		{"out of the folder and back", with(plain, "xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="../../../xl/worksheets/s1.xml"/></Relationships>`), "1: N1\n"},
		{"workbook elsewhere", map[string]string{
			"_rels/.rels":             `<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="/book.xml"/></Relationships>`,
			"book.xml":                plain["xl/workbook.xml"],
			"_rels/book.xml.rels":     `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="xl/worksheets/s1.xml"/></Relationships>`,
			"xl/worksheets/s1.xml":    row,
			"xl/worksheets/other.xml": row,
		}, "1: N1\n"},
		{"no package relations", with(plain, "_rels/.rels", ""), "1: N1\n"},
		{"UTF-16", with(plain, "xl/worksheets/s1.xml", string(utf16le)), "1: T字\n"},
		{"byte order mark", with(plain, "xl/worksheets/s1.xml", "\xef\xbb\xbf"+row), "1: N1\n"},
		{"1904", with(plain, "xl/workbook.xml", strings.Replace(plain["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="true"/><sheets>`, 1),
			"xl/styles.xml", testStyles, "xl/worksheets/s1.xml", sheetXML(`<row><c s="1"><v>43890</v></c></row>`)), "1: D2024-03-01\n"},
		{"other capitals", map[string]string{
			"_rels/.rels": plain["_rels/.rels"], "XL/Workbook.xml": plain["xl/workbook.xml"],
			"xl/_rels/Workbook.xml.rels": plain["xl/_rels/workbook.xml.rels"], "xl/worksheets/S1.xml": row,
		}, "1: N1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkPicture(t, all(t, openBytes(t, zipOf(t, c.parts), "x.xlsx"), 0), c.want)
		})
	}
}

func TestXLSXSheets(t *testing.T) {
	parts := workbook(sheetXML(""), sheetXML(""), sheetXML(""), sheetXML(""))
	parts["xl/workbook.xml"] = `<workbook><sheets><sheet name="甲&amp;乙" state="visible" r:id="r2"/><sheet name="藏" state="veryHidden" r:id="r1"/><sheet name="图" r:id="r3"/><sheet name="无" r:id="r9"/></sheets></workbook>`
	parts["xl/_rels/workbook.xml.rels"] = strings.Replace(parts["xl/_rels/workbook.xml.rels"], `Id="r3" Type="http://x/worksheet"`, `Id="r3" Type="http://x/chartsheet"`, 1)
	b := openBytes(t, zipOf(t, parts), "x.xlsx")
	got := b.Sheets()
	if len(got) != 2 || got[0] != (Info{Name: "甲&乙"}) || got[1] != (Info{Name: "藏", Hidden: true}) {
		t.Errorf("sheets %+v", got)
	}
}

func TestFormats(t *testing.T) {
	for code, want := range map[string]string{
		"General": "45352.5", "G/通用格式": "45352.5", "0.00": "45352.5", "#,##0": "45352.5", `"¥"#,##0.00_);[Red]\("¥"#,##0.00\)`: "45352.5", "@": "45352.5",
		"000-0000-0000": "45352.5", "0.00E+00": "45352.5", "_ * #,##0_ ;_ * -#,##0_ ": "45352.5", "[Red]0": "45352.5",
		"yyyy-mm-dd": "2024-03-01", `yyyy"年"m"月"d"日"`: "2024-03-01", "[$-F800]dddd, mmmm dd, yyyy": "2024-03-01", "[DBNum1][$-804]yyyy年m月d日": "2024-03-01",
		"mmm-yy": "2024-03-01", `m\月d\日`: "2024-03-01", "yyyy/m/d h:mm AM/PM": "2024-03-01 12:00", "h:mm:ss": "2024-03-01 12:00", "[$-804]aaaa;@": "45352.5",
		"[h]:mm:ss": "1088460:00:00", "0%": "4535250%", "mm:ss.0": "2024-03-01 12:00", "e年m月": "2024-03-01",
	} {
		f := parseFormat(code)
		if got := f.cell(45352.5, false).String(); got != want {
			t.Errorf("%s shows %s, want %s", code, got, want)
		}
	}
}

func TestColumnName(t *testing.T) {
	for n, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnName(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
		if column, _, ok := parseRef([]byte(want + "1")); !ok || column != n {
			t.Errorf("%s is %d", want, column)
		}
	}
}
