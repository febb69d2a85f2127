package sheet

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestCSV(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"commas", "a,b\n1,2\n", "1: Ta Tb\n2: T1 T2\n"},
		{"no line end at the end", "a,b\n1,2", "1: Ta Tb\n2: T1 T2\n"},
		{"CR LF", "a,b\r\n1,2\r\n", "1: Ta Tb\n2: T1 T2\n"},
		{"CR alone", "a,b\r1,2\r", "1: Ta Tb\n2: T1 T2\n"},
		{"tabs", "a\tb,c\n1\t2\n", "1: Ta Tb,c\n2: T1 T2\n"},
		{"semicolons", "a;b;c\n1,5;2;3\n", "1: Ta Tb Tc\n2: T1,5 T2 T3\n"},
		{"bars", "a|b\n1|2\n", "1: Ta Tb\n2: T1 T2\n"},
		{"full-width commas", "姓名，电话\n张三，138\n", "1: T姓名 T电话\n2: T张三 T138\n"},
		{"full-width commas in values", "名称,说明\n甲,一，二，三\n乙,四\n", "1: T名称 T说明\n2: T甲 T一，二，三\n3: T乙 T四\n"},
		{"sep=", "sep=;\na;b,c\n", "2: Ta Tb,c\n"},
		{"one column", "张三\n李四\n", "1: T张三\n2: T李四\n"},
		{"quoted", `a,"b,""c""",d` + "\n", "1: Ta Tb,\"c\" Td\n"},
		{"quoted line ends", "a,\"b\r\nc\"\nd,e\n", "1: Ta Tb\r\nc\n3: Td Te\n"},
		{"quoted after a space", `a, "b,c" ,d` + "\n", "1: Ta Tb,c Td\n"},
		{"stray marks", "a\"b,c\"\n\"d\"e,f\n5\",6\"\n", "1: Ta\"b Tc\"\n2: T\"d\"e Tf\n3: T5\" T6\"\n"},
		{"mark never closed", "a,\"b\nc,d\ne,f\n", "1: Ta T\"b\n2: Tc Td\n3: Te Tf\n"},
		{"empty quoted", `"","",x` + "\n", "1: - - Tx\n"},
		{"blank lines and empty rows", "a,b\n\n,,\n  , \n1,2\n", "1: Ta Tb\n5: T1 T2\n"},
		{"zero bytes", "a\x00,b\x00c\n1,2\n", "1: Ta Tbc\n2: T1 T2\n"},
		{"kept as text by a formula", `="0123","=""0456""",=A1` + "\n", "1: T0123 T0456 T=A1\n"},
		{"kept as text by an apostrophe", "'=1,'+86,'0138,''x,'y',it's\n", "1: T=1 T+86 T0138 T''x T'y' Tit's\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkPicture(t, all(t, openBytes(t, []byte(c.in), "a.csv"), 0), c.want)
		})
	}
}

func TestEncodings(t *testing.T) {
	text := "客户名称,电话\n深圳市精密机械有限公司,13800138000\n龘靐,—\n"
	want := "1: T客户名称 T电话\n2: T深圳市精密机械有限公司 T13800138000\n3: T龘靐 T—\n"
	encode := func(e encoding.Encoding, prefix string) []byte {
		b, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return append([]byte(prefix), b...)
	}
	for name, data := range map[string][]byte{
		"UTF-8":                     []byte(text),
		"UTF-8 with mark":           []byte("\xef\xbb\xbf" + text),
		"GB18030":                   encode(simplifiedchinese.GB18030, ""),
		"UTF-16 LE with mark":       encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\xff\xfe"),
		"UTF-16 BE with mark":       encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "\xfe\xff"),
		"UTF-16 LE":                 encode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), ""),
		"UTF-16 BE":                 encode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), ""),
		"UTF-8 cut off in the last": []byte(text + "龘")[:len(text)+2],
	} {
		t.Run(name, func(t *testing.T) {
			got := picture(all(t, openBytes(t, data, "a.csv"), 0))
			if !strings.HasPrefix(got, want) {
				t.Errorf("got\n%s", got)
			}
		})
	}
	long := strings.Repeat("深圳市精密机械有限公司,1\n", 20_000)
	cut := long + "被切\xe6\x96,2\n"
	if rows := all(t, openBytes(t, []byte(cut), "a.csv"), 0); rows[0].Cell(0).Text != "深圳市精密机械有限公司" || rows[20_000].Cell(0).Text != "被切�" {
		t.Errorf("UTF-8 with a cut character reads %q, %q", rows[0].Cell(0).Text, rows[20_000].Cell(0).Text)
	}
}

// TestCSVPieces reads the same with any size of buffer, over its edges and by the byte.
func TestCSVPieces(t *testing.T) {
	text := strings.Repeat("a,\"b\nc\",\"d\"\"e\"\r\n"+strings.Repeat("长", 300)+",x\"y,\n", 400)
	want := csvPicture(t, newCSVReader(strings.NewReader(text), ",", DefaultLimits()))
	if got := csvPicture(t, newCSVReader(iotest.OneByteReader(strings.NewReader(text)), ",", DefaultLimits())); got != want {
		t.Error("reading by the byte gives something else")
	}
	small := newCSVReader(strings.NewReader(text), ",", DefaultLimits())
	small.buf = make([]byte, 0, 1)
	if got := csvPicture(t, small); got != want {
		t.Error("a small buffer gives something else")
	}
}

func csvPicture(t testing.TB, r *csvReader) string {
	t.Helper()
	var rows []Row
	if err := r.each(func(row Row) error { rows = append(rows, row.Clone()); return nil }); err != nil {
		return err.Error()
	}
	return picture(rows)
}

func TestCSVHostile(t *testing.T) {
	for name, c := range map[string]struct{ data, key string }{
		"a quotation mark in each line": {strings.Repeat("\"a,b\n", 1_000_000), ""},
		"one line of commas":            {strings.Repeat(",", 50<<20), "sheet.too_many_columns"},
		"one line of letters":           {strings.Repeat("x", 50<<20), "sheet.cell_too_long"},
		"one quoted value":              {"\"" + strings.Repeat("x", 50<<20) + "\"", "sheet.cell_too_long"},
		"quotation marks":               {strings.Repeat("\"", 5<<20), "sheet.cell_too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			data := []byte("a,b\n" + c.data)
			bounded(t, func() {
				_, err := readAll(data, "a.csv")
				checkRefusal(t, err, c.key)
			})
		})
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("a,\"b\n\"\"\",c\r\n'=1,=\"2\"\r3"))
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := csvPicture(t, newCSVReader(bytes.NewReader(data), ",", DefaultLimits()))
		pieces := csvPicture(t, newCSVReader(iotest.OneByteReader(bytes.NewReader(data)), ",", DefaultLimits()))
		if whole != pieces {
			t.Errorf("%q in one piece, %q by the byte", whole, pieces)
		}
		_, _ = readAll(data, "a.csv")
	})
}
