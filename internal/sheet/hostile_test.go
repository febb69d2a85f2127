package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"genjin/internal/errs"
)

const (
	hostileTime   = 2 * time.Second
	hostileMemory = 100 << 20
)

// bounded runs f and fails when it takes longer, or more memory at once, than a hostile file may.
func bounded(t *testing.T, f func()) {
	t.Helper()
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	runtime.GC()
	metrics.Read(heap)
	base := heap[0].Value.Uint64()
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			metrics.Read(heap)
			most.Store(max(most.Load(), heap[0].Value.Uint64()))
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	begin := time.Now()
	f()
	took := time.Since(begin)
	close(stop)
	<-stopped
	if took > slowness*hostileTime {
		t.Errorf("took %v", took)
	}
	if extra := int64(most.Load()) - int64(base); extra > hostileMemory {
		t.Errorf("took %d MiB", extra>>20)
	}
}

// readAll opens data and reads every sheet; it gives how many rows there were and the first error.
func readAll(data []byte, name string) (rows int, err error) {
	b, err := Open(bytes.NewReader(data), int64(len(data)), name, DefaultLimits())
	if err != nil {
		return 0, err
	}
	defer b.Close()
	for i := range b.Sheets() {
		for _, err := range b.Rows(context.Background(), i) {
			if err != nil {
				return rows, err
			}
			rows++
		}
	}
	return rows, nil
}

func TestHostileWorkbooks(t *testing.T) {
	row := `<row r="1"><c r="A1"><v>1</v></c></row>`
	plain := workbook(sheetXML(row))
	spaces := strings.Repeat(" ", bombFloor+1<<20)
	for _, c := range []struct {
		name string
		file func() []byte
		key  string // of the refusal; "" when it is read
	}{
		{"bomb in a sheet", func() []byte { return zipOf(t, workbook("<worksheet><sheetData>"+spaces)) }, "sheet.suspicious"},
		{"bomb in the strings", func() []byte { return zipOf(t, with(plain, "xl/sharedStrings.xml", "<sst><si><t>"+spaces)) }, "sheet.suspicious"},
		{"bomb in the styles", func() []byte { return zipOf(t, with(plain, "xl/styles.xml", "<styleSheet>"+spaces)) }, "sheet.suspicious"},
		{"bomb in the relations", func() []byte { return zipOf(t, with(plain, "_rels/.rels", "<R>"+spaces)) }, "sheet.suspicious"},
		{"bomb that claims to be small", func() []byte { return lyingZip(t, plain, 60<<20) }, "sheet.damaged"},
		{"many strings", func() []byte {
			return zipOf(t, with(plain, "xl/sharedStrings.xml", "<sst>"+strings.Repeat("<si/>", 6_000_000)+"</sst>"))
		}, ""},
		{"a claim of rows", func() []byte {
			return zipOf(t, workbook(`<worksheet><dimension ref="A1:XFD2147483648"/><sheetData>`+row+`</sheetData></worksheet>`))
		}, ""},
		{"a million sheets", func() []byte {
			return zipOf(t, with(plain, "xl/workbook.xml", `<workbook><sheets>`+strings.Repeat(`<sheet name="x" r:id="r1"/>`, 1_000_000)+`</sheets></workbook>`))
		}, "sheet.too_many_sheets"},
		{"a million relations", func() []byte {
			return zipOf(t, with(plain, "xl/_rels/workbook.xml.rels", `<R>`+strings.Repeat(`<Relationship Id="x" Target="y"/>`, 1_000_000)+`</R>`))
		}, "sheet.suspicious"},
		{"a million styles", func() []byte {
			return zipOf(t, with(plain, "xl/styles.xml", `<s><cellXfs>`+strings.Repeat(`<xf numFmtId="14"/>`, 1_000_000)+`</cellXfs></s>`))
		}, ""},
		{"entity expansion", func() []byte {
			return zipOf(t, with(plain, "xl/sharedStrings.xml", `<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>`))
		}, "sheet.suspicious"},
		{"outer entity", func() []byte {
			return zipOf(t, workbook(`<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]>`+sheetXML(`<row><c t="str"><v>&a;</v></c></row>`)))
		}, "sheet.suspicious"},
		{"column past the last", func() []byte { return zipOf(t, workbook(sheetXML(`<row r="1"><c r="XFE1"><v>1</v></c></row>`))) }, "sheet.damaged_at"},
		{"columns past the limit", func() []byte { return zipOf(t, workbook(sheetXML(`<row r="1"><c r="XFD1"><v>1</v></c></row>`))) }, "sheet.too_many_columns"},
		{"row past the last in a cell", func() []byte {
			return zipOf(t, workbook(sheetXML(`<row r="1"><c r="A2147483648"><v>1</v></c></row>`)))
		}, "sheet.damaged_at"},
		{"row past the last", func() []byte {
			return zipOf(t, workbook(sheetXML(`<row r="2147483648"><c><v>1</v></c></row>`)))
		}, "sheet.damaged"},
		{"negative row", func() []byte { return zipOf(t, workbook(sheetXML(`<row r="-1"><c><v>1</v></c></row>`))) }, "sheet.damaged"},
		{"overlapping merges", func() []byte {
			return zipOf(t, workbook(sheetXML(strings.Repeat(`<row><c><v>1</v></c></row>`, 20_000), `<mergeCells>`, strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 150_000), `</mergeCells>`)))
		}, ""},
		{"a million merges", func() []byte {
			return zipOf(t, workbook(sheetXML(row, `<mergeCells>`, strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 1_000_000), `</mergeCells>`)))
		}, "sheet.too_many_merges"},
		{"deep", func() []byte { return zipOf(t, workbook(sheetXML(strings.Repeat("<a>", 100_000)))) }, "sheet.suspicious"},
		{"deep within a cell", func() []byte {
			return zipOf(t, workbook(sheetXML(`<row><c><is>`+strings.Repeat("<r>", 100_000))))
		}, "sheet.suspicious"},
		{"a long text", func() []byte {
			return zipOf(t, workbook(sheetXML(`<row><c t="str"><v>`+strings.Repeat("<b/>"+strings.Repeat("x", 9999), 100)+`</v></c></row>`)))
		}, "sheet.cell_too_long"},
		{"a string that is not there", func() []byte {
			return zipOf(t, workbook(sheetXML(`<row><c t="s"><v>999999999</v></c></row>`)))
		}, "sheet.damaged_at"},
		{"cut off", func() []byte { return zipOf(t, workbook(`<worksheet><sheetData>`+row+`<row><c>`)) }, "sheet.damaged_at"},
		{"paths out of the folder", func() []byte {
			return zipOf(t, with(plain, "xl/_rels/workbook.xml.rels", `<R><Relationship Id="r1" Type="worksheet" Target="../../../../etc/passwd"/></R>`, "../../etc/passwd", sheetXML("")))
		}, ""}, // a part of the file by that name, nothing beside it
		{"outer target", func() []byte {
			return zipOf(t, with(plain, "xl/_rels/workbook.xml.rels", `<R><Relationship Id="r1" Type="worksheet" TargetMode="External" Target="file:///etc/passwd"/></R>`))
		}, "sheet.no_sheet"},
		{"a list of a million parts", func() []byte { return manyParts(t, 300_000) }, "sheet.suspicious"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := c.file()
			bounded(t, func() {
				_, err := readAll(file, "x.xlsx")
				checkRefusal(t, err, c.key)
			})
		})
	}
}

// checkRefusal wants the error that says key, or none when key is empty.
func checkRefusal(t *testing.T, err error, key string) {
	t.Helper()
	e, ok := errs.As(err)
	switch {
	case key == "" && err != nil:
		t.Errorf("refused: %v", err)
	case key != "" && !ok:
		t.Errorf("got %v, want %s", err, key)
	case ok && e.Key != key:
		t.Errorf("got %s, want %s", e.Key, key)
	}
}

// lyingZip packs a sheet that unpacks to size bytes and claims to be of ten.
func lyingZip(t *testing.T, parts map[string]string, size int) []byte {
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"<worksheet><sheetData>", strings.Repeat(" ", size)} {
		if _, err := z.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for name, text := range parts {
		header := &zip.FileHeader{Name: name, Method: zip.Store, CompressedSize64: uint64(len(text)), UncompressedSize64: uint64(len(text)), CRC32: crc32.ChecksumIEEE([]byte(text))}
		content := []byte(text)
		if name == "xl/worksheets/s1.xml" {
			header.Method, header.CompressedSize64, header.UncompressedSize64, content = zip.Deflate, uint64(packed.Len()), 10, packed.Bytes()
		}
		part, err := w.CreateRaw(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func manyParts(t *testing.T, n int) []byte {
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for i := range n {
		if _, err := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestRefusals(t *testing.T) {
	odd := func(parts ...string) []byte { return zipOf(t, with(map[string]string{}, parts...)) }
	for _, c := range []struct {
		name string
		data []byte
		key  string
	}{
		{"a.xlsx", nil, "sheet.empty"},
		{"a.csv", []byte("\xef\xbb\xbf \r\n"), "sheet.empty"},
		{"a.xlsx", []byte("PK\x03\x04 nothing more"), "sheet.damaged"},
		{"a.xlsb", odd("[Content_Types].xml", "", "xl/workbook.bin", ""), "sheet.unsupported"},
		{"a.ods", odd("mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", ""), "sheet.unsupported"},
		{"a.numbers", odd("Index/Document.iwa", ""), "sheet.unsupported"},
		{"a.docx", odd("[Content_Types].xml", "", "word/document.xml", "", "_rels/.rels", `<R><Relationship Type="officeDocument" Target="word/document.xml"/></R>`), "sheet.not_table"},
		{"a.zip", odd("客户.xlsx", ""), "sheet.archive"},
		{"a.rar", []byte("Rar!\x1a\x07"), "sheet.archive"},
		{"a.csv", []byte("%PDF-1.7\n"), "sheet.not_table"},
		{"a.xls", []byte("\x09\x04\x06\x00\x00\x04\x10\x00"), "sheet.unsupported"},
		{"a.xls", []byte("MIME-Version: 1.0\r\n"), "sheet.unsupported"},
		{"a.xls", []byte("<html><body>请重新登录</body></html>"), "sheet.not_table"},
		{"a.xml", []byte("<?xml version=\"1.0\"?><note/>"), "sheet.not_table"},
		{"a.csv", bytes.Repeat([]byte{1, 2, 3, 0xF0, 5}, 100), "sheet.not_table"},
		{"a.xls", []byte(compoundSignature + strings.Repeat("\x00", 504)), "sheet.damaged"},
	} {
		t.Run(c.name+" "+c.key, func(t *testing.T) {
			_, err := readAll(c.data, c.name)
			checkRefusal(t, err, c.key)
		})
	}
	lim := DefaultLimits()
	lim.FileBytes = 10
	_, err := Open(strings.NewReader("a,b,c\n1,2,3\n"), 12, "a.csv", lim)
	checkRefusal(t, err, "sheet.too_large")
	data, err := os.ReadFile(filepath.Join("testdata", "poi_password_tika.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = readAll(data, "a.xlsx")
	checkRefusal(t, err, "sheet.password")
}

func TestLimits(t *testing.T) {
	lim := DefaultLimits()
	lim.Rows, lim.Columns, lim.CellBytes = 3, 4, 10
	for _, c := range []struct{ name, data, key string }{
		{"rows", "a,b\n1,2\n\n3,4\n", ""},
		{"too many rows", "a,b\n1,2\n3,4\n5,6\n", "sheet.too_many_rows"},
		{"too many columns", "a,b\n1,2,3,4,5\n", "sheet.too_many_columns"},
		{"a long cell", "a,b\n1,12345678901\n", "sheet.cell_too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := Open(strings.NewReader(c.data), int64(len(c.data)), "a.csv", lim)
			if err != nil {
				t.Fatal(err)
			}
			for _, err = range b.Rows(context.Background(), 0) {
			}
			checkRefusal(t, err, c.key)
		})
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var err error
	n := 0
	for _, err = range openBytes(t, []byte(strings.Repeat("a,b\n", 1000)), "a.csv").Rows(ctx, 0) {
		n++
		cancel()
	}
	if err != context.Canceled || n > 100 {
		t.Errorf("%d rows, %v", n, err)
	}
	for _, err = range openBytes(t, []byte("a,b\n"), "a.csv").Rows(context.Background(), 1) {
	}
	checkRefusal(t, err, "sheet.no_sheet")
}
