package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"genjin/internal/auth"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/files"
)

// newCompany is a server with the domain and files, set up, and its administrator.
func newCompany(t *testing.T) (*server, *visitor) {
	t.Helper()
	s := newServerOf(t, crm.Register, func(d *Deps) { d.Files = openFiles(t) })
	if err := s.store.RefreshSchema(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, s.setUp()
}

func openFiles(t *testing.T) *files.Store {
	t.Helper()
	store, err := files.Open(t.TempDir(), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

type rec map[string]any

func (r rec) id() string { return r["id"].(string) }

type page struct {
	Items []rec  `json:"items"`
	Next  string `json:"next"`
}

func (v *visitor) make(path string, values any) rec {
	v.t.Helper()
	return into[rec](v.t, v.want(http.StatusCreated, "POST", path, values))
}

// ifMatch sends one request with a version.
func (v *visitor) ifMatch(version any) *visitor {
	with := *v
	with.header = v.header.Clone()
	with.header.Set("If-Match", fmt.Sprintf(`"%v"`, version))
	return &with
}

func query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return path + "?" + q.Encode()
}

func TestCustomerFromCreateToLog(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	c := admin.make("/customers", rec{"name": "深圳市华为技术有限公司", "industry": "65", "region": "440305", "tags": []string{"high_intent"}, "expected_amount": 12_000_00})
	if c["code"] != "2026-Tech-001" || c["mnemonic"] != "SZHWJS" || c["stage"] != "prospect" {
		t.Errorf("made: %v", c)
	}
	if text := c["_text"].(map[string]any); text["region"] != "广东省 / 深圳市 / 南山区" {
		t.Errorf("text: %v", text)
	}
	p := into[Problem](t, admin.ifMatch(1).want(422, "PATCH", "/customers/"+c.id(), rec{"stage": "lost"}))
	if len(p.Errors) != 1 || p.Errors[0].Field != "loss_reason" {
		t.Errorf("lost without reason: %+v", p)
	}
	admin.want(428, "PATCH", "/customers/"+c.id(), rec{"remark": "x"})
	a := admin.ifMatch(1).want(200, "PATCH", "/customers/"+c.id(), rec{"stage": "lost", "loss_reason": "price", "remark": "以后再说"})
	if a.Header.Get("ETag") != `"2"` {
		t.Errorf("etag %q", a.Header.Get("ETag"))
	}
	admin.ifMatch(1).want(412, "PATCH", "/customers/"+c.id(), rec{"remark": "y"})

	log := into[LogPage](t, admin.want(200, "GET", "/customers/"+c.id()+"/log", nil))
	if len(log.Items) != 2 || log.Items[0].Action != "update" || log.Items[1].Action != "create" {
		t.Fatalf("log: %+v", log)
	}
	changed := map[string]string{}
	for _, ch := range log.Items[0].Changes {
		changed[ch.Field] = ch.OldText + "→" + ch.NewText
	}
	if changed["stage"] != "潜在→流失" || changed["loss_reason"] != "→价格过高" || changed["remark"] != "→以后再说" {
		t.Errorf("changes: %v", changed)
	}
	tl := into[TimelinePage](t, admin.want(200, "GET", "/customers/"+c.id()+"/timeline", nil))
	var types []string
	for _, e := range tl.Items {
		types = append(types, e.Type)
	}
	if fmt.Sprint(types) != "[stage log]" {
		t.Errorf("timeline: %v", types)
	}
	admin.ifMatch(2).want(204, "DELETE", "/customers/"+c.id(), nil)
	if got := into[page](t, admin.want(200, "GET", "/customers", nil)); len(got.Items) != 0 {
		t.Errorf("archived customers are listed: %v", got)
	}
	admin.want(200, "POST", "/customers/"+c.id()+"/restore", nil)
	if got := into[page](t, admin.want(200, "GET", "/customers", nil)); len(got.Items) != 1 {
		t.Errorf("restored: %v", got)
	}
}

func TestContactsAndFollowups(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	c := admin.make("/customers", rec{"name": "杭州凯科机械有限公司"})
	p := into[Problem](t, admin.want(422, "POST", "/contacts", rec{"customer_id": c.id(), "name": "李强"}))
	if len(p.Errors) != 1 || p.Errors[0].Key != "contact.main_phone" {
		t.Errorf("main contact without number: %+v", p)
	}
	boss := admin.make("/contacts", rec{"customer_id": c.id(), "name": "李强", "mobile": "138 0013 8000", "title": "总经理"})
	if boss["mobile"] != "13800138000" || boss["main"] != true {
		t.Errorf("contact: %v", boss)
	}
	buyer := admin.make("/contacts", rec{"customer_id": c.id(), "name": "单芳", "reports_to": boss.id(), "birthday": "农历八月十五"})
	if buyer["main"] != false || buyer["birthday"] != "L--08-15" {
		t.Errorf("second contact: %v", buyer)
	}
	p = into[Problem](t, admin.ifMatch(1).want(422, "PATCH", "/contacts/"+boss.id(), rec{"reports_to": buyer.id()}))
	if p.Errors[0].Key != "field.circle" {
		t.Errorf("circle: %+v", p)
	}
	got := into[rec](t, admin.want(200, "GET", "/customers/"+c.id(), nil))
	if got["main_contact"] != "李强" || got["main_phone"] != "13800138000" || got["version"] != 1.0 {
		t.Errorf("customer: %v", got)
	}
	f := admin.make("/followups", rec{"customer_id": c.id(), "way": "call", "content": "要求报价", "next_at": "2026-11-05T02:00:00Z", "stage": "interested"})
	if f["late"] != false {
		t.Errorf("follow-up: %v", f)
	}
	got = into[rec](t, admin.want(200, "GET", "/customers/"+c.id(), nil))
	if got["stage"] != "interested" || got["next_followup_at"] != "2026-11-05T02:00:00.000Z" || got["last_followup_at"] != "2026-11-02T09:00:00.000Z" {
		t.Errorf("customer after the follow-up: %v", got)
	}
	for q, want := range map[string]string{"kkjx": "杭州凯科机械有限公司", "lq": "李强", "shanfang": "单芳", "8000": "李强", "凯": "杭州凯科机械有限公司"} {
		hits := into[items[SearchHit]](t, admin.want(200, "GET", query("/search", "q", q), nil))
		if len(hits.Items) == 0 || hits.Items[0].Title != want {
			t.Errorf("search %q: %+v, want %s", q, hits.Items, want)
		}
		if found := into[page](t, admin.want(200, "GET", query("/customers", "q", q), nil)); len(found.Items) != 1 {
			t.Errorf("list by %q: %v", q, found.Items)
		}
	}
}

func TestListFiltersSortsAndPages(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	for i, name := range []string{"阿里", "百度", "重庆钢铁", "长沙机械", "东软"} {
		values := rec{"name": name + "有限公司", "grade": []string{"A", "B"}[i%2]}
		if i < 3 {
			values["employees"] = i * 10
		}
		admin.make("/customers", values)
	}
	names := func(path string) string {
		t.Helper()
		var out []string
		for {
			got := into[page](t, admin.want(200, "GET", path, nil))
			for _, r := range got.Items {
				out = append(out, strings.TrimSuffix(r["name"].(string), "有限公司"))
			}
			if got.Next == "" {
				return strings.Join(out, " ")
			}
			u, _ := url.Parse(path)
			q := u.Query()
			q.Set("cursor", got.Next)
			path = u.Path + "?" + q.Encode()
		}
	}
	for path, want := range map[string]string{
		query("/customers", "sort", "name", "limit", "2"):                                                                                                "阿里 百度 长沙机械 重庆钢铁 东软",
		query("/customers", "sort", "-name", "limit", "2"):                                                                                               "东软 重庆钢铁 长沙机械 百度 阿里",
		query("/customers", "sort", "employees", "limit", "1"):                                                                                           "长沙机械 东软 阿里 百度 重庆钢铁",
		query("/customers", "sort", "-employees", "limit", "1"):                                                                                          "重庆钢铁 百度 阿里 东软 长沙机械",
		query("/customers", "limit", "2"):                                                                                                                "东软 长沙机械 重庆钢铁 百度 阿里",
		query("/customers", "sort", "name", "filter", `{"field":"grade","op":"in","value":["A"]}`):                                                       "阿里 重庆钢铁 东软",
		query("/customers", "sort", "name", "filter", `{"field":"employees","op":"empty"}`):                                                              "长沙机械 东软",
		query("/customers", "sort", "name", "filter", `{"not":{"field":"name","op":"contains","value":"机械"}}`):                                           "阿里 百度 重庆钢铁 东软",
		query("/customers", "sort", "name", "filter", `{"field":"owner_id","op":"is","value":"me"}`):                                                     "阿里 百度 长沙机械 重庆钢铁 东软",
		query("/customers", "sort", "name", "filter", `{"field":"created_at","op":"today"}`):                                                             "阿里 百度 长沙机械 重庆钢铁 东软",
		query("/customers", "sort", "name", "filter", `{"or":[{"field":"name","op":"starts","value":"百"},{"field":"employees","op":"gte","value":20}]}`): "百度 重庆钢铁",
	} {
		if got := names(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	for path, want := range map[string]string{
		"/customers/count":                       `{"count":5}`,
		query("/customers/count", "by", "grade"): `{"count":5,"by":{"A":3,"B":2}}`,
		query("/customers/count", "by", "grade", "filter", `{"field":"employees","op":"gte","value":10}`): `{"count":2,"by":{"A":1,"B":1}}`,
		query("/customers/count", "by", "stage", "filter", `{"field":"employees","op":"gte","value":99}`): `{"count":0}`,
		query("/customers/count", "by", "kind", "filter", `{"field":"name","op":"starts","value":"百"}`):   `{"count":1,"by":{"":1}}`,
	} {
		if got := strings.TrimSpace(string(admin.want(200, "GET", path, nil).body)); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	for _, by := range []string{"name", "name_key", "none", "id"} {
		admin.want(422, "GET", query("/customers/count", "by", by), nil)
	}
	for _, filter := range []string{`{"field":"name_key","op":"is","value":"x"}`, `{"field":"name; DROP TABLE customer","op":"is","value":"x"}`, `{"field":"grade","op":"gt","value":"A"}`, `{"bad":1}`, `[`} {
		admin.want(422, "GET", query("/customers", "filter", filter), nil)
	}
	admin.want(422, "GET", query("/customers", "sort", "id) --"), nil)
	admin.want(422, "GET", query("/customers", "cursor", "!!"), nil)
}

func TestBulkAndUndo(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	var ids []string
	for i := range 3 {
		ids = append(ids, admin.make("/customers", rec{"name": fmt.Sprintf("客户%d有限公司", i), "tags": []string{"urgent"}}).id())
	}
	done := into[BulkDone](t, admin.want(200, "POST", "/customers/bulk", rec{"ids": append(ids, "0000000000001"), "action": "tag", "values": rec{"tags": []string{"key"}}}))
	if done.Changed != 3 || len(done.Failed) != 1 {
		t.Fatalf("bulk: %+v", done)
	}
	tags := func(i int) any { return into[rec](t, admin.want(200, "GET", "/customers/"+ids[i], nil))["tags"] }
	if fmt.Sprint(tags(0)) != "[urgent key]" {
		t.Errorf("tags: %v", tags(0))
	}
	admin.ifMatch(2).want(200, "PATCH", "/customers/"+ids[1], rec{"tags": []string{"referral"}})
	left := into[Undone](t, admin.want(200, "POST", "/undo", rec{"token": done.Undo}))
	if len(left.Left) != 1 || left.Left[0].ID.String() != ids[1] {
		t.Errorf("left: %+v", left)
	}
	if fmt.Sprint(tags(0), tags(1)) != "[urgent] [referral]" {
		t.Errorf("after undo: %v %v", tags(0), tags(1))
	}
}

func TestDuplicatesAndSharing(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep, other := s.user("rep", "sales_rep"), s.user("other", "sales_rep")
	mine := rep.make("/customers", rec{"name": "苏州恒通电子有限公司"})
	rep.make("/contacts", rec{"customer_id": mine.id(), "name": "周洋", "mobile": "13900139000"})

	other.want(404, "GET", "/customers/"+mine.id(), nil)
	if got := into[page](t, other.want(200, "GET", "/customers", nil)); len(got.Items) != 0 {
		t.Errorf("another rep sees %v", got.Items)
	}
	found := into[items[Duplicate]](t, other.want(200, "POST", "/customers/duplicates", rec{"values": rec{"name": "苏州 恒通电子 有限责任公司"}}))
	if len(found.Items) != 1 || found.Items[0].Visible || found.Items[0].ID != 0 || found.Items[0].Title != "" || found.Items[0].Owner.Name != "用户rep" {
		t.Errorf("duplicates seen by another rep: %+v", found.Items)
	}
	found = into[items[Duplicate]](t, rep.want(200, "POST", "/customers/duplicates", rec{"values": rec{"name": "别的公司"}, "also": rec{"contact.mobile": "13900139000"}}))
	if len(found.Items) != 1 || found.Items[0].Title != "苏州恒通电子有限公司" {
		t.Errorf("duplicates by number: %+v", found.Items)
	}
	me := into[Me](t, other.want(200, "GET", "/me", nil))
	rep.want(200, "PUT", "/customers/"+mine.id()+"/collaborators", rec{"items": []rec{{"user_id": me.ID, "access": "read"}}})
	got := into[rec](t, other.want(200, "GET", "/customers/"+mine.id(), nil))
	if can := got["_can"].(map[string]any); can["edit"] != false || can["assign"] != false {
		t.Errorf("a reader can %v", can)
	}
	if hits := into[items[SearchHit]](t, other.want(200, "GET", query("/search", "q", "htdz"), nil)); len(hits.Items) != 1 {
		t.Errorf("search of a shared customer: %+v", hits)
	}
	other.ifMatch(1).want(403, "PATCH", "/customers/"+mine.id(), rec{"remark": "x"})
	rep.want(200, "PUT", "/customers/"+mine.id()+"/collaborators", rec{"items": []rec{{"user_id": me.ID, "access": "edit"}}})
	other.ifMatch(1).want(200, "PATCH", "/customers/"+mine.id(), rec{"remark": "x"})
	other.ifMatch(2).want(403, "PATCH", "/customers/"+mine.id(), rec{"owner_id": me.ID})
	admin.ifMatch(2).want(200, "PATCH", "/customers/"+mine.id(), rec{"owner_id": me.ID})
	rep.want(404, "GET", "/customers/"+mine.id(), nil)
}

func TestMaskedForAuditors(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	auditor := s.user("audit", "auditor")
	c := admin.make("/customers", rec{"name": "宁波远望贸易有限公司"})
	k := admin.make("/contacts", rec{"customer_id": c.id(), "name": "林涛", "mobile": "13912345678"})
	got := into[rec](t, auditor.want(200, "GET", "/contacts/"+k.id(), nil))
	if got["mobile"] != "139****5678" || fmt.Sprint(got["_masked"]) != "[mobile]" {
		t.Errorf("contact: %v", got)
	}
	got = into[rec](t, auditor.want(200, "GET", "/customers/"+c.id(), nil))
	if got["main_phone"] != "139****5678" {
		t.Errorf("customer: %v", got)
	}
	for _, path := range []string{
		"/customers", "/contacts", "/customers/" + c.id() + "/log", "/contacts/" + k.id() + "/log", "/customers/" + c.id() + "/timeline",
		query("/search", "q", "lt"), query("/search", "q", "13912345678"), query("/search", "q", "5678"),
	} {
		if a := auditor.want(200, "GET", path, nil); strings.Contains(string(a.body), "13912345678") {
			t.Errorf("%s shows the number: %s", path, a.body)
		}
	}
	for _, q := range []string{"13912345678", "2345"} {
		if hits := into[items[SearchHit]](t, auditor.want(200, "GET", query("/search", "q", q), nil)); len(hits.Items) != 0 {
			t.Errorf("a masked number is found by %q: %+v", q, hits.Items)
		}
		if got := into[page](t, auditor.want(200, "GET", query("/customers", "q", q), nil)); len(got.Items) != 0 {
			t.Errorf("a masked number filters by %q: %+v", q, got.Items)
		}
	}
	auditor.want(422, "GET", query("/contacts", "filter", `{"field":"mobile","op":"starts","value":"139"}`), nil)
	auditor.want(422, "GET", query("/contacts", "sort", "mobile"), nil)
	auditor.want(403, "POST", "/customers", rec{"name": "x公司"})
	auditor.ifMatch(1).want(403, "PATCH", "/customers/"+c.id(), rec{"remark": "x"})
}

func TestFiles(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	c := admin.make("/customers", rec{"name": "青岛海纳食品有限公司"})
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, _ := form.CreateFormFile("file", "合同 2026.txt")
	fmt.Fprint(part, "第一条 甲方……")
	form.Close()
	req := httptest.NewRequest("POST", Base+"/customers/"+c.id()+"/files", &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.AddCookie(&http.Cookie{Name: auth.CookieName, Value: admin.cookie})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	up := into[Uploaded](t, answer{w.Result(), w.Body.Bytes()})
	if w.Code != 201 || len(up.Items) != 1 || up.Items[0].Name != "合同 2026.txt" || !up.Items[0].Preview {
		t.Fatalf("upload: %d %+v", w.Code, up)
	}
	x := up.Items[0].ID.String()
	a := admin.want(200, "GET", "/files/"+x+"/content", nil)
	if string(a.body) != "第一条 甲方……" || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("download: %q %v", a.body, a.Header)
	}
	if a := admin.want(200, "GET", "/files/"+x+"/preview", nil); !strings.HasPrefix(a.Header.Get("Content-Disposition"), "inline") {
		t.Errorf("preview: %v", a.Header)
	}
	s.user("rep", "sales_rep").want(404, "GET", "/files/"+x+"/content", nil)
	if tl := into[TimelinePage](t, admin.want(200, "GET", query("/customers/"+c.id()+"/timeline", "types", "file"), nil)); len(tl.Items) != 1 {
		t.Errorf("timeline: %+v", tl)
	}
}

func TestMetaAndViews(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	a := rep.want(200, "GET", "/meta", nil)
	m := into[Meta](t, a)
	byName := map[string]EntityMeta{}
	for _, e := range m.Entities {
		byName[e.Name] = e
	}
	customer := byName["customer"]
	if customer.Label != "客户" || !customer.Permissions["create"] || customer.Permissions["import"] || len(customer.Children) == 0 {
		t.Errorf("meta: %+v", customer)
	}
	for _, f := range customer.Fields {
		if f.Name == "name_key" || f.Name == "custom" {
			t.Errorf("the page is shown the internal field %s", f.Name)
		}
	}
	rep.header.Set("If-None-Match", a.Header.Get("ETag"))
	rep.want(304, "GET", "/meta", nil)
	rep.header.Del("If-None-Match")

	v := admin.make("/views", rec{"name": "重点", "entity": "customer", "scope": "all", "search": rec{"sort": "-name"}})
	admin.make("/views", rec{"name": "自用", "entity": "customer", "search": rec{}})
	if got := into[page](t, rep.want(200, "GET", "/views", nil)); len(got.Items) != 1 || got.Items[0]["name"] != "重点" {
		t.Errorf("views of a rep: %v", got)
	}
	for typed, want := range map[string]int{"zd": 1, "自用": 0} {
		if got := into[page](t, rep.want(200, "GET", query("/views", "q", typed), nil)); len(got.Items) != want {
			t.Errorf("views by %q: %v", typed, got)
		}
	}
	rep.ifMatch(1).want(403, "PATCH", "/views/"+v.id(), rec{"name": "x"})
	admin.ifMatch(1).want(200, "PATCH", "/views/"+v.id(), rec{"name": "重点客户"})
	admin.want(204, "DELETE", "/views/"+v.id(), nil)
}

func TestCustomFields(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	rep.want(403, "POST", "/fields", rec{"entity": "customer", "label_zh": "车型", "type": "text"})
	admin.want(422, "POST", "/fields", rec{"entity": "customer", "label_zh": "", "type": "blob", "name": "name"})
	made := into[MadeField](t, admin.want(201, "POST", "/fields", rec{
		"entity": "customer", "label_zh": "意向车型", "type": "choice", "choices": []rec{{"value": "m8", "label_zh": "瑞虎8"}, {"label_zh": "星途"}},
	}))
	seats := into[MadeField](t, admin.want(201, "POST", "/fields", rec{"entity": "customer", "label_zh": "座位数", "type": "int", "name": "x_seats"}))
	if seats.Name != "x_seats" {
		t.Errorf("name: %+v", seats)
	}
	a := rep.make("/customers", rec{"name": "甲公司", made.Name: "m8", "x_seats": 7})
	rep.make("/customers", rec{"name": "乙公司", made.Name: "星途", "x_seats": 5})
	rep.make("/customers", rec{"name": "丙公司"})
	if a[made.Name] != "m8" || a["x_seats"] != 7.0 {
		t.Errorf("made: %v", a)
	}
	rep.want(422, "POST", "/customers", rec{"name": "丁公司", made.Name: "不存在"})
	for filter, want := range map[string]int{
		fmt.Sprintf(`{"field":%q,"op":"in","value":["m8"]}`, made.Name): 1,
		fmt.Sprintf(`{"field":%q,"op":"empty"}`, made.Name):             1,
		`{"field":"x_seats","op":"gte","value":5}`:                      2,
		`{"field":"x_seats","op":"not","value":5}`:                      2,
	} {
		if got := into[page](t, rep.want(200, "GET", query("/customers", "filter", filter), nil)); len(got.Items) != want {
			t.Errorf("%s: %d, want %d", filter, len(got.Items), want)
		}
	}
	got := into[page](t, rep.want(200, "GET", query("/customers", "sort", "-x_seats", "limit", "1"), nil))
	if got.Items[0]["name"] != "甲公司" || got.Next == "" {
		t.Errorf("sorted: %v", got)
	}
	got = into[page](t, rep.want(200, "GET", query("/customers", "sort", "-x_seats", "limit", "1", "cursor", got.Next), nil))
	if got.Items[0]["name"] != "乙公司" {
		t.Errorf("second page: %v", got)
	}
	rep.ifMatch(1).want(200, "PATCH", "/customers/"+a.id(), rec{"x_seats": nil, made.Name: "星途"})
	log := into[LogPage](t, rep.want(200, "GET", "/customers/"+a.id()+"/log", nil))
	if len(log.Items[0].Changes) != 2 || log.Items[0].Changes[0].OldText != "瑞虎8" {
		t.Errorf("log: %+v", log.Items[0])
	}
	admin.want(204, "DELETE", "/fields/customer/x_seats", nil)
	rep.want(422, "GET", query("/customers", "sort", "x_seats"), nil)
}

// metaOf gives the definition of an entity, and its fields by name, as somebody sees them.
func (v *visitor) metaOf(name string) (EntityMeta, map[string]FieldMeta) {
	v.t.Helper()
	fields := map[string]FieldMeta{}
	for _, e := range into[Meta](v.t, v.want(200, "GET", "/meta", nil)).Entities {
		if e.Name != name {
			continue
		}
		for _, f := range e.Fields {
			fields[f.Name] = f
		}
		return e, fields
	}
	v.t.Fatalf("no entity %s", name)
	return EntityMeta{}, nil
}

func TestCustomFieldsChange(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	add := func(name, label string) {
		admin.want(201, "POST", "/fields", rec{"entity": "customer", "label_zh": label, "type": "int", "name": name})
	}
	add("x_seats", "座位数")
	add("x_doors", "车门数")
	c := rep.make("/customers", rec{"name": "甲公司", "x_seats": 7})

	rep.want(403, "PATCH", "/fields/customer/x_seats", rec{"label_zh": "座位"})
	rep.want(403, "GET", "/fields/customer/x_seats", nil)
	rep.want(403, "PUT", "/fields/customer/order", rec{"fields": []string{}})
	admin.want(404, "PATCH", "/fields/customer/x_none", rec{"label_zh": "座位"})
	for what, change := range map[string]rec{
		"no name": {"label_zh": " "}, "a name that another has": {"label_zh": "客户名称"}, "the name of another of ours": {"label_en": "车门数"},
		"an unknown group": {"group": "none"}, "too long": {"help_zh": strings.Repeat("长", 201)}, "no bound": {"max": -1},
	} {
		if p := into[Problem](t, admin.want(422, "PATCH", "/fields/customer/x_seats", change)); len(p.Errors) != 1 {
			t.Errorf("%s: %+v", what, p.Errors)
		}
	}
	admin.want(204, "PATCH", "/fields/customer/x_seats", rec{
		"label_zh": "座位", "label_en": "Seats", "help_zh": "含驾驶座", "required": true, "group": "company", "aliases": []string{"几座"},
	})
	admin.want(204, "PUT", "/fields/customer/order", rec{"fields": []string{"x_doors", "x_seats"}})
	e, fields := rep.metaOf("customer")
	if f := fields["x_seats"]; f.Label != "座位" || f.Help != "含驾驶座" || !f.Required || f.Group != "company" {
		t.Errorf("changed: %+v", f)
	}
	if last := e.Fields[len(e.Fields)-1].Name; last != "x_seats" {
		t.Errorf("order: %s comes last", last)
	}
	if f := into[NewField](t, admin.want(200, "GET", "/fields/customer/x_seats", nil)); f.LabelEN != "Seats" || len(f.Aliases) != 1 || f.Type != "int" {
		t.Errorf("as defined: %+v", f)
	}
	rep.want(422, "POST", "/customers", rec{"name": "乙公司"})
	admin.want(204, "PUT", "/fields/customer/x_seats/use", rec{"required": false, "hidden": false})
	rep.make("/customers", rec{"name": "乙公司"})

	// Out of use it keeps its name and its values, and comes back with them.
	admin.want(204, "PUT", "/fields/customer/x_seats/use", rec{"required": false, "hidden": true})
	admin.want(204, "PUT", "/fields/customer/x_seats/use", rec{"required": false, "hidden": true})
	admin.want(404, "PATCH", "/fields/customer/x_seats", rec{"label_zh": "座位"})
	if got := into[rec](t, rep.want(200, "GET", "/customers/"+c.id(), nil)); got["x_seats"] != nil {
		t.Errorf("out of use, but shown: %v", got["x_seats"])
	}
	p := into[Problem](t, admin.want(422, "POST", "/fields", rec{"entity": "customer", "label_zh": "座位", "type": "text", "name": "x_seats"}))
	if len(p.Errors) != 1 || p.Errors[0].Key != "field.removed" || !strings.Contains(p.Errors[0].Message, "座位") {
		t.Errorf("a name out of use: %+v", p.Errors)
	}
	hidden := into[Settings](t, admin.want(200, "GET", "/settings", nil)).Hidden
	if len(hidden) != 1 || hidden[0].Name != "x_seats" || !hidden[0].Custom || hidden[0].Entity != "customer" {
		t.Errorf("unused: %+v", hidden)
	}
	admin.want(204, "PUT", "/fields/customer/x_seats/use", rec{"required": false, "hidden": false})
	if got := into[rec](t, rep.want(200, "GET", "/customers/"+c.id(), nil)); got["x_seats"] != 7.0 {
		t.Errorf("back, but without its value: %v", got["x_seats"])
	}
	if hidden := into[Settings](t, admin.want(200, "GET", "/settings", nil)).Hidden; len(hidden) != 0 {
		t.Errorf("all in use, but unused: %+v", hidden)
	}
}

// TestHiddenFields hides a built-in field, looks for it behind every door, and brings it back.
func TestHiddenFields(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	c := rep.make("/customers", rec{"name": "甲公司", "tags": []string{"high_intent"}, "bank": "工行"})
	for _, name := range []string{"name", "stage", "next_followup_at", "owner_id", "created_at"} {
		admin.want(422, "PUT", "/fields/customer/"+name+"/use", rec{"hidden": true})
		if _, fields := admin.metaOf("customer"); !fields[name].Needed {
			t.Errorf("%s can be hidden", name)
		}
	}
	hide := func(hidden bool) {
		t.Helper()
		for _, name := range []string{"tags", "bank"} {
			admin.want(204, "PUT", "/fields/customer/"+name+"/use", rec{"required": hidden, "hidden": hidden})
		}
	}
	shown := func() (places []string) {
		t.Helper()
		e, fields := rep.metaOf("customer")
		at := func(place string, there bool) {
			if there {
				places = append(places, place)
			}
		}
		at("meta", fields["tags"].Name != "" || fields["bank"].Name != "")
		at("columns", slices.Contains(e.Columns, "tags") || slices.Contains(e.Card, "tags"))
		at("views", slices.ContainsFunc(e.Views, func(v ViewMeta) bool { return v.Name == "high_intent" }))
		got := into[rec](t, rep.want(200, "GET", "/customers/"+c.id(), nil))
		at("record", got["tags"] != nil || got["bank"] != nil)
		list := into[page](t, rep.want(200, "GET", query("/customers", "fields", "name,tags,bank"), nil))
		at("list", list.Items[0]["tags"] != nil || list.Items[0]["bank"] != nil)
		at("filter", rep.send("GET", query("/customers", "filter", `{"field":"bank","op":"not_empty"}`), nil).StatusCode == 200)
		at("sort", rep.send("GET", query("/customers", "sort", "bank"), nil).StatusCode == 200)
		at("change", rep.ifMatch(got["version"]).send("PATCH", "/customers/"+c.id(), rec{"bank": "工行"}).StatusCode == 200)
		at("export", strings.Contains(string(admin.want(200, "GET", query("/customers/export", "format", "csv"), nil).body), "开户银行"))
		at("log", strings.Contains(string(rep.want(200, "GET", "/customers/"+c.id()+"/log", nil).body), "工行"))
		return places
	}
	everywhere := strings.Join(shown(), " ")
	if everywhere != "meta columns views record list filter sort change export log" {
		t.Errorf("before: %s", everywhere)
	}
	hide(true)
	if places := shown(); len(places) != 0 {
		t.Errorf("hidden, but in %v", places)
	}
	var unused []string
	for _, f := range into[Settings](t, admin.want(200, "GET", "/settings", nil)).Hidden {
		unused = append(unused, f.Entity+"."+f.Name+" "+f.Label)
	}
	if got := strings.Join(unused, ", "); got != "customer.tags 标签, customer.bank 开户银行" {
		t.Errorf("settings: %s", got)
	}
	hide(false)
	if again := strings.Join(shown(), " "); again != everywhere {
		t.Errorf("brought back: %s", again)
	}
}

func TestChoicesInOrder(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	values := func(entity, field string) string {
		_, fields := admin.metaOf(entity)
		var out []string
		for _, c := range fields[field].Choices {
			out = append(out, c.Value)
		}
		return strings.Join(out, " ")
	}
	before := values("customer", "grade")
	admin.want(204, "PUT", "/fields/customer/grade/choices", rec{"choices": []rec{{"value": "S", "label_zh": "战略"}, {"value": "B", "label_zh": "二级"}, {"value": "A", "label_zh": "一级"}}})
	if got := values("customer", "grade"); got != "S B C D E A" {
		t.Errorf("grades: %s, were %s", got, before)
	}
	stages := values("customer", "stage")
	admin.want(204, "PUT", "/fields/customer/stage/choices", rec{"choices": []rec{{"value": "won", "label_zh": "成交"}}})
	if got := values("followup", "stage"); got != values("customer", "stage") || len(got) != len(stages) {
		t.Errorf("stages of follow-ups: %s", got)
	}
	admin.want(422, "PUT", "/fields/followup/stage/choices", rec{"choices": []rec{}})
	admin.want(422, "PUT", "/fields/customer/name/choices", rec{"choices": []rec{}})
}

func TestSettingsAndChoices(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	rep.want(403, "GET", "/settings", nil)
	admin.want(422, "PUT", "/settings", rec{"company": "华盛", "code_rule": "K{serial:4}-{x}"})
	admin.want(200, "PUT", "/settings", rec{"company": "华盛", "code_rule": "K{year}-{serial:4}"})
	if c := admin.make("/customers", rec{"name": "甲公司"}); c["code"] != "K2026-0001" {
		t.Errorf("code: %v", c["code"])
	}
	c := into[ChoiceMeta](t, rep.want(201, "POST", "/choices", rec{"entity": "customer", "field": "source", "label": "老乡会"}))
	if made := rep.make("/customers", rec{"name": "乙公司", "source": c.Value}); made["source"] != "老乡会" {
		t.Errorf("source: %v", made["source"])
	}
	rep.want(422, "POST", "/choices", rec{"entity": "customer", "field": "stage", "label": "暧昧"})
	admin.want(204, "PUT", "/fields/customer/industry/use", rec{"required": true, "hidden": false})
	admin.want(204, "PUT", "/fields/customer/bank/use", rec{"required": false, "hidden": true})
	admin.want(422, "PUT", "/fields/customer/name/use", rec{"hidden": true})
	p := into[Problem](t, rep.want(422, "POST", "/customers", rec{"name": "丙公司", "bank": "工行"}))
	fields := map[string]string{}
	for _, e := range p.Errors {
		fields[e.Field] = e.Key
	}
	if fields["bank"] != "field.unknown" {
		t.Errorf("hidden and required fields: %v", fields)
	}
	p = into[Problem](t, rep.want(422, "POST", "/customers", rec{"name": "丙公司"}))
	if len(p.Errors) != 1 || p.Errors[0].Field != "industry" {
		t.Errorf("required: %+v", p.Errors)
	}
}

func TestCountriesAndIDs(t *testing.T) {
	t.Parallel()
	_, admin := newCompany(t)
	found := into[items[CodeItem]](t, admin.want(200, "GET", query("/codes/countries", "q", "德国"), nil))
	if len(found.Items) == 0 || found.Items[0].Code != "DE" {
		t.Fatalf("countries: %+v", found.Items)
	}
	a := admin.make("/customers", rec{"name": "甲公司", "country": "DE"})
	b := admin.make("/customers", rec{"name": "乙公司"})
	admin.make("/customers", rec{"name": "丙公司"})
	got := into[page](t, admin.want(200, "GET", query("/customers", "filter", fmt.Sprintf(`{"field":"id","op":"in","value":[%q,%q]}`, a.id(), b.id())), nil))
	if len(got.Items) != 2 {
		t.Errorf("by id: %v", got.Items)
	}
}
