package sheet

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestHTML(t *testing.T) {
	page := func(body string) string {
		return `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312"><style>td{}</style><title>t</title></head><body>` + body + `</body></html>`
	}
	for _, c := range []struct{ name, in, want string }{
		{"plain", `<table><tr><th>名称</th><th>电话</th></tr><tr><td>甲</td><td style='mso-number-format:"\@"'>0138</td></tr></table>`, "1: T名称 T电话\n2: T甲 T0138\n"},
		{"end tags left out", `<table><tr><td>1<td>2<tr><td>3</table>`, "1: T1 T2\n2: T3\n"},
		{"white space, entities, breaks", "<table><tr><td> a \n b&nbsp;&amp;<br>c<b>d</b> </td><td>&#20013;</td></tr></table>", "1: Ta b &\ncd T中\n"},
		{
			"spans", `<table><tr><td rowspan=3>甲</td><td colspan=2>x</td><td>y</td></tr><tr><td>1</td><td>2</td><td>3</td></tr><tr></tr><tr><td>乙</td></tr></table>`,
			"1: T甲 Tx - Ty\n2: T^甲 T1 T2 T3\n4: T乙\n",
		},
		{
			"numbers as Excel marks them", `<table><tr><td x:num="13800138000">1.38E+10</td><td x:num="45352">2024/3/1</td><td x:num>5</td><td x:num="1200.5">1,200.50</td></tr></table>`,
			"1: N13800138000 T2024/3/1 T5 N1200.5\n",
		},
		{"a table within a table", `<table><tr><td>外<table><tr><td>1</td><td>2</td></tr></table></td></tr></table>`, "1: T1 T2\n2: T外\n"},
		{"two tables", `<table><tr><td>1</td></tr></table><p>x</p><table><tr><td>2</td></tr></table>`, "1: T1\n2: T2\n"},
		{"scripts and comments", `<!--[if gte mso 9]><xml><td>0</td></xml><![endif]--><table><tr><td>1<script>var x="<td>2</td>"</script></td></tr></table>`, "1: T1\n"},
		{"never closed", `<table><tr><td>1</td><td>2`, "1: T1 T2\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			gbk, err := simplifiedchinese.GB18030.NewEncoder().String(page(c.in))
			if err != nil {
				t.Fatal(err)
			}
			for _, data := range []string{page(c.in), gbk, c.in} {
				b := openBytes(t, []byte(data), "a.xls")
				if b.Format() != "html" {
					t.Fatalf("format %s", b.Format())
				}
				checkPicture(t, all(t, b, 0), c.want)
			}
		})
	}
}

const spreadsheet2003 = `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">
<Worksheet ss:Name="客户"><Table><Column ss:Width="50"/>
<Row><Cell><Data ss:Type="String">名称</Data></Cell><Cell ss:Index="3" ss:MergeAcross="1"><Data ss:Type="String">电话</Data></Cell><Cell><Data ss:Type="String">e</Data></Cell></Row>
<Row ss:Index="5"><Cell ss:MergeDown="1"><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40"><B>甲</B>乙</ss:Data><Comment><ss:Data>注</ss:Data></Comment></Cell><Cell><Data ss:Type="Number">1.38E10</Data></Cell><Cell><Data ss:Type="DateTime">2024-03-01T00:00:00.000</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="藏"><Table><Row><Cell><Data ss:Type="Number">2</Data></Cell></Row></Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>
</Workbook>`

func TestXML2003(t *testing.T) {
	b := openBytes(t, []byte(spreadsheet2003), "a.xls")
	if got := b.Sheets(); b.Format() != "xml" || len(got) != 2 || got[0] != (Info{Name: "客户", Rows: 3}) || got[1] != (Info{Name: "藏", Hidden: true, Rows: 1}) {
		t.Errorf("%s, %+v", b.Format(), got)
	}
	rows := all(t, b, 0)
	checkPicture(t, rows, "1: T名称 - T电话 - Te\n5: T甲乙 N13800000000 D2024-03-01\n6: T^甲乙 BTRUE E#N/A\n")
	if rows[0].Merges[0] != (Span{Column: 2, Columns: 2, Rows: 1}) {
		t.Errorf("spans %v", rows[0].Merges)
	}
	checkPicture(t, all(t, b, 1), "1: N2\n")
}

func TestMarkupHostile(t *testing.T) {
	start := `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`
	for name, c := range map[string]struct{ data, key string }{
		"spans of a page":       {"<table>" + strings.Repeat("<tr>"+strings.Repeat("<td rowspan=65535 colspan=200>x", 5), 5000), "sheet.too_many_columns"},
		"rows of spans":         {"<table>" + strings.Repeat("<tr>"+strings.Repeat("<td rowspan=2>x", 400), 1500), ""},
		"wide spans":            {"<table><tr>" + strings.Repeat("<td colspan=500>x", 5), "sheet.too_many_columns"},
		"tables within tables":  {strings.Repeat("<table><tr><td>x", 200_000), ""},
		"an endless tag":        {"<table><tr><td a='" + strings.Repeat("x", 5<<20), "sheet.suspicious"},
		"an endless cell":       {"<table><tr><td>" + strings.Repeat("x<b>", 500_000), "sheet.cell_too_long"},
		"entities":              {`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>` + start, "sheet.suspicious"},
		"a million sheets":      {start + strings.Repeat("<Worksheet>", 100), "sheet.damaged"},
		"sheets past the limit": {start + strings.Repeat("<Worksheet/>", 1_000_000), "sheet.too_many_sheets"},
		"merges":                {start + "<Worksheet><Table><Row>" + strings.Repeat(`<Cell MergeDown="9"/>`, 300_000), "sheet.too_many_merges"},
		"column past the limit": {start + `<Worksheet><Table><Row><Cell Index="16384"><Data>x</Data></Cell></Row></Table></Worksheet></Workbook>`, "sheet.too_many_columns"},
		"cut":                   {start + `<Worksheet><Table><Row><Cell><Data>x</Data></Cell></Row><Row><Cell>`, "sheet.damaged_at"},
	} {
		t.Run(name, func(t *testing.T) {
			data := []byte(c.data)
			bounded(t, func() {
				_, err := readAll(data, "a.xls")
				checkRefusal(t, err, c.key)
			})
		})
	}
}

func TestVCards(t *testing.T) {
	card := func(lines ...string) string {
		return "BEGIN:VCARD\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("李四")
	if err != nil {
		t.Fatal(err)
	}
	var quoted strings.Builder
	for _, b := range []byte(gbk) {
		quoted.WriteString("=" + strings.ToUpper(string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15])))
	}
	for _, c := range []struct{ name, in, want string }{
		{
			"4.0", card("VERSION:4.0", "FN:张三", "N:张;三;;;", "ORG:甲公司;销售部;一组", "TITLE:经理", "TEL;VALUE=uri;TYPE=\"cell,voice\":tel:+86-138", "EMAIL:a@b.c",
				"ADR;TYPE=work:;;科技路1号;深圳市;广东省;518000;中国", "BDAY:19800322", "URL:http://x", "NOTE:一\\n二\\, 三", "X-WECHAT:zs", "IMPP:qq:123"),
			"T张三 T甲公司 T销售部/一组 T经理 T+86-138 - Ta@b.c T广东省深圳市科技路1号 T1980-03-22 T一\n二, 三 Thttp://x Tzs T123",
		},
		{
			"3.0 folded, grouped", card("VERSION:3.0", "N:张;三;;;", "item1.TEL;type=CELL;type=pref:138", "item1.X-ABLabel:x", "TEL;TYPE=WORK:0755", "TEL;TYPE=HOME:010", "TEL;TYPE=WORK,FAX:99", "NOTE:长\r\n 的"),
			"T张三 - - - T138 T0755;010 - - - T长的",
		},
		{"2.1 quoted in GBK", card("VERSION:2.1", "N;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:"+quoted.String()+";;;;", "TEL;CELL:1;", "TEL;CELL:2"), "T李四 - - - T1;2"},
		{"2.1 with soft line ends", card("VERSION:2.1", "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=\r\n=A0=E4=B8=89"), "T张三"},
		{"picture", card("FN:张三", "PHOTO;ENCODING=BASE64;JPEG:"+strings.Repeat("QUJD", 50_000), " QUJD", "QUJD", "", "TEL;CELL:1"), "T张三 - - - T1"},
		{"a card within a card", card("FN:张三", "AGENT:", "BEGIN:VCARD", "FN:助理", "END:VCARD", "TEL;CELL:1"), "T张三 - - - T1"},
		{"Western name and address", card("N:Doe;John;Q.;;", "ADR:;;1 Road;Town;ST;12345;USA"), "TJohn Q. Doe - - - - - - T1 Road, Town, ST 12345, USA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := openBytes(t, []byte(c.in+card("FN:末")), "a.vcf")
			checkPicture(t, all(t, b, 0), "1: T姓名 T公司 T部门 T职务 T手机 T电话 T邮箱 T地址 T生日 T备注 T网址 T微信 TQQ\n2: "+c.want+"\n3: T末\n")
		})
	}
}

func FuzzMarkup(f *testing.F) {
	f.Add([]byte(spreadsheet2003))
	f.Add([]byte("<table><tr><td rowspan=2 colspan=3>x<table><td x:num='1'>1</table><br>y<tr><td>"))
	f.Add([]byte("BEGIN:VCARD\r\nN;ENCODING=QUOTED-PRINTABLE:=E5=\r\n=BC;;\r\nADR:;;a\\;b;c\r\nEND:VCARD"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, start := range []string{"", "<table>", `<?xml version="1.0"?><Workbook>`, "BEGIN:VCARD\n"} {
			_, _ = readAll(append([]byte(start), data...), "a.xls")
		}
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add([]byte(sheetXML(`<row r="2"><c r="B2" t="s" s="1"><v>0</v></c><c><is><t>x</t></is></c></row>`, `<mergeCells><mergeCell ref="A1:B3"/></mergeCells>`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, part := range []string{"xl/worksheets/s1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"} {
			parts := with(workbook(sheetXML(`<row><c t="s" s="0"><v>0</v></c></row>`)), part, string(data))
			_, _ = readAll(zipOf(t, parts), "a.xlsx")
		}
	})
}

// failingReader is a file whose disk gives up after some bytes.
type failingReader struct {
	data []byte
	good int64
}

func (f failingReader) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.good {
		return 0, errDisk
	}
	return bytes.NewReader(f.data).ReadAt(p, off)
}

var errDisk = errors.New("the disk gave up")

func TestDiskFailure(t *testing.T) {
	long := sheetXML(strings.Repeat(`<row><c><v>1</v></c></row>`, 1000))
	xls := cfbFile("Workbook", xlsStream(0x0600, nil, bytes.Repeat(record(biffNumber, 0, 0, 0, 1.0), 1000)))
	for name, data := range map[string][]byte{
		"a.xlsx": zipOf(t, workbook(long)), "a.xls": xls, "a.csv": []byte(strings.Repeat("a,b\n", 50_000)),
		"a.xml": []byte(strings.Replace(spreadsheet2003, "<Row>", strings.Repeat("<Row></Row>", 10_000)+"<Row>", 1)),
	} {
		b, err := Open(failingReader{data, int64(len(data)) / 2}, int64(len(data)), name, DefaultLimits())
		if err == nil {
			for _, err = range b.Rows(context.Background(), 0) {
			}
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
