package sheet

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// zipOf packs parts by name.
func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(parts[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// workbook gives the parts of a plain workbook around the XML of its sheets.
func workbook(sheets ...string) map[string]string {
	var list, rels strings.Builder
	parts := map[string]string{}
	for i, xml := range sheets {
		n := strconv.Itoa(i + 1)
		list.WriteString(`<sheet name="S` + n + `" sheetId="` + n + `" r:id="r` + n + `"/>`)
		rels.WriteString(`<Relationship Id="r` + n + `" Type="http://x/worksheet" Target="worksheets/s` + n + `.xml"/>`)
		parts["xl/worksheets/s"+n+".xml"] = xml
	}
	parts["[Content_Types].xml"] = `<Types/>`
	parts["_rels/.rels"] = `<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	parts["xl/workbook.xml"] = `<workbook xmlns:r="r"><sheets>` + list.String() + `</sheets></workbook>`
	parts["xl/_rels/workbook.xml.rels"] = `<Relationships>` + rels.String() + `</Relationships>`
	return parts
}

// with gives parts with some replaced.
func with(parts map[string]string, changes ...string) map[string]string {
	parts = maps.Clone(parts)
	for i := 0; i < len(changes); i += 2 {
		parts[changes[i]] = changes[i+1]
	}
	return parts
}

// sheetXML wraps rows, and what follows them, as the XML of a sheet.
func sheetXML(rows string, after ...string) string {
	return `<worksheet><sheetData>` + rows + `</sheetData>` + strings.Join(after, "") + `</worksheet>`
}
