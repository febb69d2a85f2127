package api

import (
	"archive/zip"
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// attach attaches a file to a customer.
func (v *visitor) attach(customer, name, content string) (FileItem, answer) {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = io.WriteString(part, content)
	form.Close()
	with := *v
	with.header = http.Header{"Content-Type": {form.FormDataContentType()}}
	a := with.send("POST", "/customers/"+customer+"/files", body.String())
	if a.StatusCode != http.StatusCreated {
		return FileItem{}, a
	}
	return into[Uploaded](v.t, a).Items[0], a
}

// TestAttachmentsRunNowhere: a page, a picture with scripts or anything that a browser might run is a download whose
// policy runs nothing, whatever it is called and says it is.
func TestAttachmentsRunNowhere(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	c := admin.make("/customers", rec{"name": "青岛海纳食品有限公司"})
	const page = "<!doctype html><html><script>alert(document.domain)</script></html>"
	const picture = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`
	for name, content := range map[string]string{
		"a.html": page, "a.htm": page, "a.xhtml": page, "a.svg": picture, "a.png": page, "a.pdf": page, "a.txt": page, "a.xml": `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>`,
		"a.js": "alert(1)", "a.css": "x", "a.swf": "FWS\x09", "a.md": "[x](javascript:alert(1))", "a": page, "a.html.png": "GIF89a/*<script>*/=1;", "a.mhtml": page, "a.hta": page,
	} {
		file, a := admin.attach(c.id(), name, content)
		if a.StatusCode != http.StatusCreated {
			continue // refused
		}
		for _, how := range []string{"content", "preview"} {
			a := admin.want(200, "GET", "/files/"+file.ID.String()+"/"+how, nil)
			kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
			mediaType, _, _ := mime.ParseMediaType(a.Header.Get("Content-Type"))
			harmless := mediaType == "text/plain" || mediaType == "application/pdf" || strings.HasPrefix(mediaType, "image/") && mediaType != "image/svg+xml"
			switch policy := a.Header.Get("Content-Security-Policy"); {
			case err != nil || a.Header.Get("X-Content-Type-Options") != "nosniff":
				t.Errorf("%s %s: %v", name, how, a.Header)
			case !strings.Contains(policy, "sandbox") || !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "allow-scripts"):
				t.Errorf("%s %s: %s", name, how, policy)
			case kind != "attachment" && !(how == "preview" && harmless):
				t.Errorf("%s %s: %s as %s", name, how, kind, mediaType)
			}
		}
	}
}

// TestNamesOfFilesLeadNowhere: a name with a path, a line break or a mark that turns letters round is a plain name
// afterwards, in the record and in the header that a download carries.
func TestNamesOfFilesLeadNowhere(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	c := admin.make("/customers", rec{"name": "青岛海纳食品有限公司"})
	for _, name := range []string{
		"../../etc/passwd", `..\..\windows\win.ini`, "/etc/passwd", `C:\x.txt`, "a/../../b.txt", "..", "a\x00.txt", "a\r\nSet-Cookie: x=1.txt", "gpj.\u202eexe", `a";filename="b.txt`,
		"%2e%2e%2fx.txt", "CON.txt", strings.Repeat("长", 500) + ".pdf", "<img src=x onerror=alert(1)>.png", "{{7*7}}.txt",
	} {
		file, a := admin.attach(c.id(), name, "text")
		if a.StatusCode >= 500 {
			t.Errorf("%q: %d %s", name, a.StatusCode, a.body)
		}
		if a.StatusCode != http.StatusCreated {
			continue
		}
		if strings.ContainsAny(file.Name, "/\\\x00\r\n\u202e") || file.Name == ".." || len([]rune(file.Name)) > 255 {
			t.Errorf("%q became %q", name, file.Name)
		}
		got := admin.want(200, "GET", "/files/"+file.ID.String()+"/content", nil)
		_, params, err := mime.ParseMediaType(got.Header.Get("Content-Disposition"))
		if err != nil || strings.ContainsAny(params["filename"], "/\\\r\n") || got.Header.Get("Set-Cookie") != "" || string(got.body) != "text" {
			t.Errorf("%q: %v %v", name, got.Header, err)
		}
	}
	for _, x := range []string{"../../etc/passwd", "..%2f..%2fetc%2fpasswd", strings.Repeat("0", 64), "04zzzzzzzzzz0"} {
		for _, how := range []string{"content", "preview"} {
			if a := admin.send("GET", "/files/"+url.PathEscape(x)+"/"+how, nil); a.StatusCode != 404 && a.StatusCode != 400 {
				t.Errorf("%s: %d", x, a.StatusCode)
			}
		}
	}
}

// TestHostileWorkbooksOverHTTP: a workbook made to exhaust the server is refused, or read, within two seconds of its time
// and 100 MB.
func TestHostileWorkbooksOverHTTP(t *testing.T) { //nolint:paralleltest // what it takes is measured
	onePath(t)
	_, admin := newImportingCompany(t)
	const sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	entities := `<!DOCTYPE x [<!ENTITY a "` + strings.Repeat("a", 1000) + `"><!ENTITY b "` + strings.Repeat("&a;", 1000) + `"><!ENTITY c "` + strings.Repeat("&b;", 1000) + `">]>`
	for name, parts := range map[string]map[string]string{
		"a bomb":              {"xl/worksheets/sheet1.xml": sheet + strings.Repeat(" ", 300<<20)},
		"entities":            {"xl/worksheets/sheet1.xml": entities + sheet + `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>`},
		"a file from outside": {"xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + sheet + `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>root:&a;</t></is></c></row></sheetData></worksheet>`},
		"dimensions":          {"xl/worksheets/sheet1.xml": sheet + `<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>`},
		"a path out of it":    {"../../../../tmp/evil.xml": "x", "xl/worksheets/sheet1.xml": sheet + `<sheetData/></worksheet>`},
		"merged cells":        {"xl/worksheets/sheet1.xml": sheet + `<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:XFD1048576"/>`, 10_000) + `</mergeCells></worksheet>`},
	} {
		file := zipped(t, parts)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		a := admin.uploaded("x.xlsx", file)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if took > 10*time.Second || a.StatusCode >= 500 || strings.Contains(string(a.body), "root:x") { // two of a machine's own
			t.Errorf("%s: %d after %v: %.200s", name, a.StatusCode, took, a.body)
		}
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 100<<20 {
			t.Errorf("%s takes %d MB", name, grown>>20)
		}
	}
}

// onePath skips a test of large data on one path, in which nothing races, under the race detector, which makes it take
// minutes.
func onePath(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("nothing races here")
	}
}

// zipped makes a workbook of one sheet with the given parts.
func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	}
	for name, text := range parts {
		all[name] = text
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range all {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// uploaded sends a file to be imported and gives the answer, whatever it is.
func (v *visitor) uploaded(name string, content []byte) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = part.Write(content)
	form.Close()
	with := *v
	with.header = http.Header{"Content-Type": {form.FormDataContentType()}}
	return with.send("POST", "/imports?entity=customer", body.String())
}
