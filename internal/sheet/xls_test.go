package sheet

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// record packs one BIFF record; its values stand in their natural widths, strings as bytes.
func record(id uint16, values ...any) []byte {
	var data []byte
	for _, v := range values {
		switch v := v.(type) {
		case string:
			data = append(data, v...)
		case byte:
			data = append(data, v)
		case int: // most fields
			data = binary.LittleEndian.AppendUint16(data, uint16(v))
		case uint32:
			data = binary.LittleEndian.AppendUint32(data, v)
		case float64:
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, id)
	return append(binary.LittleEndian.AppendUint16(head, uint16(len(data))), data...)
}

// wide gives the characters of a BIFF8 string in two bytes each.
func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

var (
	eof     = record(biffEOF)
	bofPage = record(biffBOF, 0x0600, 0x0010, 0, 0, uint32(0), uint32(0))
)

// xlsStream puts a workbook stream together: globals between its BOF and EOF, then the sheets, whose places are
// filled in. Each sheet is its records between BOF and EOF; names are S1, S2 …; the second is hidden.
func xlsStream(version int, globals []byte, sheets ...[]byte) []byte {
	bounds := 0
	for range sheets {
		bounds += 4 + 4 + 2 + 1 + 2
	}
	if version == 0x0600 {
		bounds += len(sheets) // the flags of a name
	}
	stream := append(record(biffBOF, version, 0x0005, 0, 0, uint32(0), uint32(0)), globals...)
	at := len(stream) + bounds + len(eof)
	for i, s := range sheets {
		name := "\x02S" + string(rune('1'+i))
		if version == 0x0600 {
			name = "\x02\x00S" + string(rune('1'+i))
		}
		stream = append(stream, record(biffBoundSheet, uint32(at), byte(i%2), byte(0), name)...)
		at += len(bofPage) + len(s) + len(eof)
	}
	stream = append(stream, eof...)
	for _, s := range sheets {
		stream = append(append(append(stream, bofPage...), s...), eof...)
	}
	return stream
}

// cfbFile wraps a stream as a compound file.
func cfbFile(name string, stream []byte) []byte {
	size := max(len(stream), cfbMiniMaximum)
	stream = append(bytes.Clone(stream), make([]byte, (size+511)/512*512-len(stream))...)
	sectors := len(stream) / 512
	fats := (sectors + 1 + 127) / 128
	for (sectors+1+fats+127)/128 > fats {
		fats++
	}
	header := make([]byte, 512)
	copy(header, compoundSignature)
	le := binary.LittleEndian
	le.PutUint16(header[26:], 3)
	le.PutUint16(header[30:], 9)
	le.PutUint32(header[44:], uint32(fats))
	le.PutUint32(header[48:], uint32(fats))
	le.PutUint32(header[60:], 0xFFFFFFFE)
	le.PutUint32(header[68:], 0xFFFFFFFE)
	for i := range 109 {
		n := uint32(0xFFFFFFFF)
		if i < fats {
			n = uint32(i)
		}
		le.PutUint32(header[76+4*i:], n)
	}
	fat := bytes.Repeat([]byte{0xFF}, fats*512)
	le.PutUint32(fat[4*fats:], 0xFFFFFFFE)
	for i := range sectors {
		next := uint32(fats + 1 + i + 1)
		if i == sectors-1 {
			next = 0xFFFFFFFE
		}
		le.PutUint32(fat[4*(fats+1+i):], next)
	}
	dir := append(cfbDirEntry("Root Entry", 5, 1, 0xFFFFFFFE, 0), cfbDirEntry(name, 2, cfbNone, uint32(fats+1), size)...)
	dir = append(dir, make([]byte, 256)...)
	return append(append(append(header, fat...), dir...), stream...)
}

func cfbDirEntry(name string, kind byte, child, start uint32, size int) []byte {
	b := make([]byte, cfbEntryBytes)
	copy(b, wide(name))
	le := binary.LittleEndian
	le.PutUint16(b[64:], uint16(2*len(name)+2))
	b[66] = kind
	le.PutUint32(b[68:], cfbNone)
	le.PutUint32(b[72:], cfbNone)
	le.PutUint32(b[76:], child)
	le.PutUint32(b[116:], start)
	le.PutUint32(b[120:], uint32(size))
	return b
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestXLS(t *testing.T) {
	globals := join(
		record(biffFormat, 164, 5, byte(1), wide("00000")),
		record(biffXF, 0, 0), record(biffXF, 0, 14), record(biffXF, 0, 22), record(biffXF, 0, 164),
		// Four texts; the second is cut into a continuation that goes on with one byte a character.
		record(biffSST, uint32(9), uint32(4), 2, byte(1), wide("客户"), 4, byte(1), wide("AB")), record(biffContinue, byte(0), "CD",
			3, byte(8), 1, "abc", "\x00\x00\x01\x00"), record(biffContinue, 1, byte(5), uint32(6), wide("字"), "extras"),
	)
	cells := join(
		record(biffDimensions, uint32(0), uint32(9), 0, 3, 0),
		record(biffLabelSST, 0, 0, 0, uint32(0)), record(biffLabelSST, 0, 1, 0, uint32(1)), record(biffLabelSST, 0, 2, 0, uint32(2)), record(biffLabelSST, 0, 3, 0, uint32(3)),
		record(biffNumber, 1, 0, 1, 45352.0), record(biffNumber, 1, 1, 2, 45352.5), record(biffRK, 1, 2, 0, uint32(0x0000000B)), record(biffMulRK, 1, 3, 0, uint32(30), 3, uint32(30), 4),
		record(biffBoolErr, 2, 0, 0, byte(1), byte(0)), record(biffBoolErr, 2, 1, 0, byte(0x2A), byte(1)),
		record(biffFormula, 2, 2, 0, "\x00\x00\x00\x00\x00\x00\xFF\xFF", 0, uint32(0), 0), record(0x04BC, "shared"), record(biffString, 2, byte(1), wide("公式")),
		record(biffFormula, 2, 3, 0, 1.5, 0, uint32(0), 0), record(biffFormula, 2, 4, 0, "\x03\x00\x00\x00\x00\x00\xFF\xFF", 0, uint32(0), 0),
		record(biffFormula, 2, 5, 0, "\x01\x00\x01\x00\x00\x00\xFF\xFF", 0, uint32(0), 0),
		bofPage, record(biffNumber, 9, 9, 0, 9.0), eof, // a chart within the sheet
		record(biffLabel, 3, 0, 0, 2, byte(0), "ok"), record(biffLabelSST, 4, 1, 0, uint32(2)),
		record(biffMergeCells, 1, 3, 5, 0, 0),
	)
	file := cfbFile("Workbook", xlsStream(0x0600, globals, cells, record(biffNumber, 0, 0, 0, 1.0)))
	b := openBytes(t, file, "a.et")
	if got := b.Sheets(); b.Format() != "xls" || len(got) != 2 || got[0] != (Info{Name: "S1", Rows: 9}) || got[1] != (Info{Name: "S2", Hidden: true, Rows: -1}) {
		t.Errorf("%s, sheets %+v", b.Format(), got)
	}
	checkPicture(t, all(t, b, 0), `
1: T客户 TABCD Tabc T字
2: D2024-03-01 D2024-03-01 12:00 N0.02 N7 N00007
3: BTRUE E#N/A T公式 N1.5 - BTRUE
4: Tok
5: T^ok Tabc
`)
	checkPicture(t, all(t, b, 1), "1: N1\n")
}

func TestXLSRowsInDisorder(t *testing.T) {
	cells := join(record(biffNumber, 2, 0, 0, 3.0), record(biffNumber, 0, 1, 0, 1.5), record(biffNumber, 0, 0, 0, 1.0))
	b := openBytes(t, cfbFile("Workbook", xlsStream(0x0600, nil, cells)), "a.xls")
	checkPicture(t, all(t, b, 0), "1: N1 N1.5\n3: N3\n")
}

func TestXLS1904(t *testing.T) {
	b := openBytes(t, cfbFile("Workbook", xlsStream(0x0600, join(record(biffDateMode, 1), record(biffXF, 0, 14)), record(biffNumber, 0, 0, 0, 43890.0))), "a.xls")
	checkPicture(t, all(t, b, 0), "1: D2024-03-01\n")
}

func TestXLS5(t *testing.T) {
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("客户")
	if err != nil {
		t.Fatal(err)
	}
	globals := join(record(biffCodePage, 936), record(biffFormat, 164, byte(4), "yyyy"), record(biffXF, 0, 164))
	cells := join(record(biffDimensions, 0, 2, 0, 1, 0), record(biffLabel, 0, 0, 0, 4, gbk), record(biffNumber, 1, 0, 0, 45352.0))
	b := openBytes(t, cfbFile("Book", xlsStream(0x0500, globals, cells)), "a.xls")
	checkPicture(t, all(t, b, 0), "1: T客户\n2: D2024-03-01\n")
}

func TestXLSRefusals(t *testing.T) {
	number := record(biffNumber, 0, 0, 0, 1.0)
	good := xlsStream(0x0600, nil, number)
	for _, c := range []struct {
		name string
		file []byte
		key  string
	}{
		{"password", cfbFile("Workbook", xlsStream(0x0600, record(biffFilePass, 1), number)), "sheet.password"},
		{"encrypted package", cfbFile("EncryptedPackage", nil), "sheet.password"},
		{"a text", cfbFile("WordDocument", nil), "sheet.not_table"},
		{"no sheets", cfbFile("Workbook", xlsStream(0x0600, nil)), "sheet.no_sheet"},
		{"no globals", cfbFile("Workbook", nil), "sheet.unsupported"},
		{"strings cut", cfbFile("Workbook", xlsStream(0x0600, record(biffSST, uint32(1), uint32(1), 9, byte(0), "x"), number)), "sheet.damaged"},
		{"a billion strings", cfbFile("Workbook", xlsStream(0x0600, record(biffSST, uint32(1), uint32(1<<30)), number)), ""},
		{"a string that is not there", cfbFile("Workbook", xlsStream(0x0600, nil, record(biffLabelSST, 0, 0, 0, uint32(7)))), "sheet.damaged_at"},
		{"column past the limit", cfbFile("Workbook", xlsStream(0x0600, nil, record(biffNumber, 0, 0xFFFF, 0, 1.0))), "sheet.too_many_columns"},
		{"cut file", cfbFile("Workbook", good)[:1500], "sheet.damaged"},
		{"cut stream", cfbFile("Workbook", good[:len(good)-len(eof)]), "sheet.damaged_at"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bounded(t, func() {
				_, err := readAll(c.file, "a.xls")
				checkRefusal(t, err, c.key)
			})
		})
	}
}

// TestXLSChains gives a compound file tables that go round in circles or far out of the file.
func TestXLSChains(t *testing.T) {
	good := cfbFile("Workbook", xlsStream(0x0600, nil, record(biffNumber, 0, 0, 0, 1.0)))
	for at := 0; at < 512*3; at += 4 {
		for _, value := range []uint32{0, 1, 2, 3, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF} {
			bad := bytes.Clone(good)
			binary.LittleEndian.PutUint32(bad[at:], value)
			_, _ = readAll(bad, "a.xls")
		}
	}
	long := append(bytes.Clone(good[:512]), make([]byte, 20<<20)...)
	binary.LittleEndian.PutUint32(long[68:], 1) // the list of tables is a sector that names itself
	bounded(t, func() { _, _ = readAll(long, "a.xls") })
}

func FuzzXLS(f *testing.F) {
	f.Add(cfbFile("Workbook", xlsStream(0x0600, record(biffSST, uint32(1), uint32(1), 1, byte(0), "x"), record(biffLabelSST, 0, 0, 0, uint32(0)))))
	f.Add(cfbFile("Book", xlsStream(0x0500, nil, record(biffLabel, 0, 0, 0, 1, "x"))))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = readAll(append([]byte(compoundSignature), data[min(len(data), 8):]...), "a.xls")
		_, _ = readAll(cfbFile("Workbook", data), "a.xls")
	})
}

func TestLargeXLS(t *testing.T) {
	var cells []byte
	for i := range 20_000 {
		for column := range 5 {
			cells = append(cells, record(biffNumber, i, column, 0, float64(i))...)
		}
	}
	file := cfbFile("Workbook", xlsStream(0x0600, nil, cells))
	bounded(t, func() {
		if rows, err := readAll(file, "a.xls"); rows != 20_000 || err != nil {
			t.Errorf("%d rows, %v", rows, err)
		}
	})
}

func TestXLSLongText(t *testing.T) {
	text := strings.Repeat("字", 9000)
	sst := join(record(biffSST, uint32(1), uint32(1), 9000, byte(1), wide(text[:3*4000])),
		record(biffContinue, byte(1), wide(text[3*4000:3*8000])), record(biffContinue, byte(1), wide(text[3*8000:])))
	rows := all(t, openBytes(t, cfbFile("Workbook", xlsStream(0x0600, sst, record(biffLabelSST, 0, 0, 0, uint32(0)))), "a.xls"), 0)
	if rows[0].Cell(0).Text != text {
		t.Errorf("a text over three records has %d bytes", len(rows[0].Cell(0).Text))
	}
}
