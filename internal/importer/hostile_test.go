package importer_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"genjin/internal/errs"
)

// TestHostileFiles takes in what was made to break programs that read workbooks: each is refused, soon and with little
// memory. Processor time counts, since the machine may be busy; the test runs beside no other.
func TestHostileFiles(t *testing.T) {
	const main = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	for name, parts := range map[string]map[string]io.Reader{
		"strings without end": {
			"xl/sharedStrings.xml": io.MultiReader(
				strings.NewReader(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>`), zeros(300<<20), strings.NewReader("</t></si></sst>")),
			"xl/worksheets/sheet1.xml": strings.NewReader(main + `<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>`),
		},
		"a cell without end": {
			"xl/worksheets/sheet1.xml": io.MultiReader(strings.NewReader(main+`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>`), zeros(8<<20)),
		},
		"entities": {
			"xl/worksheets/sheet1.xml": strings.NewReader(`<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>` +
				main + `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>`),
		},
		"far cells": {
			"xl/worksheets/sheet1.xml": strings.NewReader(main + `<sheetData>` + strings.Repeat(`<row><c r="XFD1048576"><v>1</v></c></row>`, 1000) + `</sheetData></worksheet>`),
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCompany(t)
			file := workbookOf(t, parts)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			used := processorTime(t)
			imp, err := c.m.Start(t.Context(), c.Admin, "customer", "x.xlsx", bytes.NewReader(file))
			if err == nil {
				_, err = c.m.Run(t.Context(), c.Admin, imp.ID, nil)
			}
			used = processorTime(t) - used
			runtime.ReadMemStats(&after)
			var refused *errs.Error
			if !errors.As(err, &refused) {
				t.Errorf("not refused: %v", err)
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); used > 2*time.Second*slowness || grown > 100<<20 {
				t.Errorf("took %v and %d MiB", used, grown>>20)
			}
		})
	}
}

func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// zeros gives n times the figure 0, which packs to nearly nothing.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	return len(b), nil
}

// workbookOf makes a workbook of one sheet with the given parts.
func workbookOf(t *testing.T, parts map[string]io.Reader) []byte {
	t.Helper()
	all := map[string]io.Reader{
		"[Content_Types].xml":        strings.NewReader(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`),
		"_rels/.rels":                strings.NewReader(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/workbook.xml":            strings.NewReader(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/_rels/workbook.xml.rels": strings.NewReader(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`),
	}
	for name, r := range parts {
		all[name] = r
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, r := range all {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
