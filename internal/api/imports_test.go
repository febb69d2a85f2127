package api

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/files"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/job"
	"genjin/internal/sheet"
)

// newImportingCompany is a company whose jobs are done in the background.
func newImportingCompany(t *testing.T) (*server, *visitor) {
	t.Helper()
	s := newServerOf(t, crm.Register, func(d *Deps) {
		store, err := files.Open(t.TempDir(), clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		d.Files = store
		d.Importer = importer.New(d.Store, store, map[string]importer.Complete{"customer": crm.CompleteCustomer})
		actors := d.Actors
		q := job.New(d.Store.DB(), slog.New(slog.DiscardHandler))
		d.Importer.Handle(q, func(ctx context.Context, user id.ID) (*access.Actor, error) {
			return actors.Get(ctx, d.Store.DB(), user)
		})
		if err := q.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := q.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
	})
	if err := s.store.RefreshSchema(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, s.setUp()
}

// upload sends a file to be imported.
func (v *visitor) upload(status int, name string, content []byte) answer {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = part.Write(content)
	form.Close()
	req := httptest.NewRequest(http.MethodPost, Base+"/imports?entity=customer", &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	for name, values := range v.header {
		req.Header[name] = values
	}
	req.AddCookie(&http.Cookie{Name: auth.CookieName, Value: v.cookie})
	w := httptest.NewRecorder()
	v.ServeHTTP(w, req)
	if w.Code != status {
		v.t.Fatalf("upload: %d, want %d: %s", w.Code, status, w.Body)
	}
	return answer{w.Result(), w.Body.Bytes()}
}

// until polls an import as the page does.
func (v *visitor) until(x id.ID, states ...importer.State) Import {
	v.t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		imp := into[Import](v.t, v.want(200, "GET", "/imports/"+x.String(), nil))
		for _, s := range states {
			if imp.State == string(s) {
				return imp
			}
		}
		if time.Now().After(deadline) {
			v.t.Fatalf("import stays %s: %+v", imp.State, imp)
		}
	}
}

const threeCustomers = "客户名称,联系人,手机,跟进阶段,来源\n深圳华为技术有限公司,李经理,13900139000,意向,展会\n北京百度网讯科技有限公司,王总,13800138000,成交,电视广告\n,无名,13700137000,潜在,官网\n"

// jobOver waits for the end of a job; an import is done just before its job is.
func (v *visitor) jobOver(x id.ID) Job {
	v.t.Helper()
	for range 600 {
		j := into[Job](v.t, v.want(200, "GET", "/jobs/"+x.String(), nil))
		if j.State != "waiting" && j.State != "running" {
			return j
		}
		time.Sleep(50 * time.Millisecond)
	}
	v.t.Fatal("the job does not end")
	return Job{}
}

func TestImportOverHTTP(t *testing.T) {
	t.Parallel()
	s, admin := newImportingCompany(t)
	imp := into[Import](t, admin.upload(201, "客户.csv", []byte(threeCustomers)))
	if imp.State != "analysed" || len(imp.Sheets) != 1 || imp.Sheets[0].Rows != 3 || imp.Sheets[0].Columns[0].Field != "customer.name" || len(imp.Targets) < 50 {
		t.Fatalf("analysed: %+v", imp)
	}
	one := "/imports/" + imp.ID.String()
	admin.want(200, "POST", one+"/check", nil)
	imp = admin.until(imp.ID, importer.Checked)
	if want := (importer.Result{Rows: 3, Created: 2, Refused: 1}); imp.Result == nil || *imp.Result != want {
		t.Errorf("checked: %+v", imp.Result)
	}
	if u := imp.UnknownValues; len(u) != 1 || u[0].Field != "customer.source" || u[0].Value != "电视广告" || u[0].Suggestions[0] != "advertising" {
		t.Errorf("unknown values: %+v", u)
	}
	if p := imp.Problems; len(p) != 1 || p[0].Row != 4 || p[0].Column != "客户名称" || p[0].Severity != importer.Refused || p[0].Reason != "必填" {
		t.Errorf("problems: %+v", p)
	}
	change := `{"options":{"values":{"customer.source":{"电视广告":"advertising"}}}}`
	imp = into[Import](t, admin.want(200, "PATCH", one, change))
	if imp.State != "analysed" || len(imp.UnknownValues) != 0 {
		t.Errorf("changed: %+v", imp)
	}
	admin.want(200, "POST", one+"/run", nil)
	imp = admin.until(imp.ID, importer.Done)
	if want := (importer.Result{Rows: 3, Created: 2, Refused: 1}); *imp.Result != want || imp.Progress.Done != 3 || imp.Progress.Total != 3 || !imp.Undo.Possible {
		t.Errorf("done: %+v", imp)
	}
	list := into[page](t, admin.want(200, "GET", query("/customers", "sort", "code"), nil))
	if len(list.Items) != 2 || list.Items[1]["source"] != "advertising" || list.Items[1]["main_phone"] != "13800138000" {
		t.Errorf("customers: %+v", list.Items)
	}
	job := admin.jobOver(imp.Job)
	if job.Kind != importer.RunJob || job.Progress.Done != 3 {
		t.Errorf("job: %+v", job)
	}
	refused := admin.want(200, "GET", one+"/refused", nil)
	book, err := sheet.Open(bytes.NewReader(refused.body), int64(len(refused.body)), "x.xlsx", sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := sheet.Head(t.Context(), book, 0, 10)
	if err != nil || len(rows) != 2 || rows[1].Cell(1).Text != "无名" || !strings.Contains(rows[1].Cell(5).Text, "必填") {
		t.Errorf("refused rows: %v %+v", err, rows)
	}
	if d := refused.Header.Get("Content-Disposition"); !strings.Contains(d, "filename*=UTF-8''"+url.PathEscape("客户-未导入.xlsx")) {
		t.Errorf("name of the refused rows: %s", d)
	}
	admin.want(200, "POST", one+"/undo", nil)
	imp = admin.until(imp.ID, importer.Undone)
	if n := into[Count](t, admin.want(200, "GET", "/customers/count", nil)); n.Count != 0 || len(imp.Undo.Conflicts) != 0 {
		t.Errorf("after undo %d customers, %+v", n.Count, imp.Undo)
	}
	admin.want(409, "POST", one+"/run", nil)
	admin.want(409, "POST", one+"/cancel", nil)

	rep := s.user("rep", "auditor")
	rep.want(404, "GET", one, nil)
	rep.want(404, "POST", one+"/run", nil)
	rep.want(404, "GET", "/jobs/"+imp.Job.String(), nil)
	rep.upload(403, "x.csv", []byte(threeCustomers))
	if list := into[page](t, rep.want(200, "GET", "/imports", nil)); len(list.Items) != 0 {
		t.Errorf("somebody else's imports: %+v", list)
	}
}

func TestImportRetryIsOne(t *testing.T) {
	t.Parallel()
	_, admin := newImportingCompany(t)
	admin.header.Set("Idempotency-Key", "once")
	paste := ImportPaste{threeCustomers}
	first := into[Import](t, admin.want(201, "POST", "/imports?entity=customer", paste))
	again := admin.want(201, "POST", "/imports?entity=customer", paste)
	if into[Import](t, again).ID != first.ID || again.Header.Get("Idempotent-Replay") != "true" {
		t.Errorf("another import: %s", again.body)
	}
	if list := into[page](t, admin.want(200, "GET", "/imports", nil)); len(list.Items) != 1 {
		t.Errorf("%d imports", len(list.Items))
	}
	run := "/imports/" + first.ID.String() + "/run"
	admin.header.Set("Idempotency-Key", "run")
	admin.want(200, "POST", run, nil)
	admin.until(first.ID, importer.Done)
	admin.want(200, "POST", run, nil) // the answer of then, and no second run
	if n := into[Count](t, admin.want(200, "GET", "/customers/count", nil)); n.Count != 2 {
		t.Errorf("%d customers", n.Count)
	}
}

// TestCancelOverHTTP stops a run in its middle: what it wrote is taken back.
func TestCancelOverHTTP(t *testing.T) {
	t.Parallel()
	_, admin := newImportingCompany(t)
	var rows strings.Builder
	rows.WriteString("客户名称,联系人,手机\n")
	for i := range 20_000 {
		fmt.Fprintf(&rows, "第%d号精密机械有限公司,张三,139%08d\n", i, i)
	}
	imp := into[Import](t, admin.upload(201, "many.csv", []byte(rows.String())))
	one := "/imports/" + imp.ID.String()
	admin.want(200, "POST", one+"/run", nil)
	admin.want(409, "POST", one+"/run", nil)
	admin.want(409, "POST", one+"/undo", nil)
	admin.want(409, "PATCH", one, `{"options":{"duplicates":"skip"}}`)
	for into[Import](t, admin.want(200, "GET", one, nil)).Progress.Done == 0 {
		time.Sleep(10 * time.Millisecond)
	}
	admin.want(200, "POST", one+"/cancel", nil)
	imp = admin.until(imp.ID, importer.Cancelled)
	if n := into[Count](t, admin.want(200, "GET", "/customers/count", nil)); n.Count != 0 || imp.Undo.Possible {
		t.Errorf("%d customers, %+v", n.Count, imp.Undo)
	}
	admin.want(409, "POST", one+"/cancel", nil)
}

func TestPastedTextOverHTTP(t *testing.T) {
	t.Parallel()
	_, admin := newImportingCompany(t)
	text := "深圳华为技术有限公司 李经理 13900139000 求购网关\n张三 13800138000 要两台\n"
	imp := into[Import](t, admin.want(201, "POST", "/imports?entity=customer", ImportPaste{text}))
	admin.want(200, "POST", "/imports/"+imp.ID.String()+"/run", nil)
	imp = admin.until(imp.ID, importer.Done)
	if imp.Result.Created != 2 {
		t.Fatalf("%+v", imp)
	}
	list := into[page](t, admin.want(200, "GET", query("/customers", "sort", "code"), nil))
	if list.Items[0]["need"] != "求购网关" || list.Items[0]["main_contact"] != "李经理" || list.Items[1]["name"] != "张三" {
		t.Errorf("%+v", list.Items)
	}
	admin.want(422, "POST", "/imports?entity=customer", ImportPaste{" \n"})
}

func TestExportOverHTTP(t *testing.T) {
	t.Parallel()
	s, admin := newImportingCompany(t)
	admin.make("/customers", rec{"name": "深圳华为技术有限公司", "region": "440305", "tags": []string{"urgent"}})
	admin.make("/customers", rec{"name": "=cmd|' /C calc'!A0"})
	csv := admin.want(200, "GET", query("/customers/export", "format", "csv", "fields", "name,region,tags,owner_id", "sort", "code"), nil)
	lines := strings.Split(strings.TrimPrefix(string(csv.body), "\ufeff"), "\r\n")
	if len(lines) != 4 || lines[0] != "客户名称*,所在地区,标签,负责人,系统编号,数据版本" && lines[0] != "客户名称,所在地区,标签,负责人,系统编号,数据版本" {
		t.Errorf("csv: %q", lines)
	}
	if !strings.HasPrefix(lines[1], "深圳华为技术有限公司,广东省 / 深圳市 / 南山区,紧急,王芳,") || !strings.HasPrefix(lines[2], "'=cmd") && !strings.HasPrefix(lines[2], `"'=cmd`) {
		t.Errorf("csv: %q", lines)
	}
	xlsx := admin.want(200, "GET", "/customers/export?watermark=true", nil)
	if !bytes.HasPrefix(xlsx.body, []byte("PK")) || xlsx.Header.Get("Content-Type") != sheetType {
		t.Errorf("xlsx: %v", xlsx.Header)
	}
	admin.want(200, "GET", "/customers/template", nil)
	admin.want(422, "GET", "/customers/export?format=pdf", nil)
	admin.want(422, "GET", "/customers/export?fields=norm_name", nil)
	rep := s.user("rep", "sales_rep")
	rep.want(403, "GET", "/customers/export", nil)
	rep.want(403, "GET", "/customers/template", nil)
	admin.want(404, "GET", "/stage-changes/export", nil)
}
