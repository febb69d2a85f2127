package exporter_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/codes"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/exporter"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/money"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sheet"
	"genjin/internal/sqldb"
	"genjin/internal/testkit"
)

type company struct {
	*testkit.Kit
	m *importer.Importer
}

func newCompany(t testing.TB) *company {
	t.Helper()
	k := testkit.New(t)
	return &company{k, importer.New(k.Store, k.Files, map[string]importer.Complete{"customer": crm.CompleteCustomer})}
}

func (c *company) export(actor *access.Actor, o exporter.Order) []byte {
	c.T.Helper()
	var b bytes.Buffer
	_, err := exporter.Export(c.T.Context(), c.Store, actor, audit.Screen, o, &b)
	c.Must(err)
	return b.Bytes()
}

// table is a file that was read: its rows as texts.
func (c *company) table(name string, file []byte) (rows [][]string) {
	c.T.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), name, sheet.DefaultLimits())
	c.Must(err)
	defer book.Close()
	for row, err := range book.Rows(c.T.Context(), 0) {
		c.Must(err)
		var cells []string
		for _, cell := range row.Cells {
			cells = append(cells, cell.String())
		}
		rows = append(rows, cells)
	}
	return rows
}

// edited gives a file in which a cell has another value, and the others are as a spreadsheet program would save them.
func (c *company) edited(format exporter.Format, file []byte, edit func(row int, heading string, v sheet.Value) sheet.Value) []byte {
	c.T.Helper()
	book, err := sheet.Open(bytes.NewReader(file), int64(len(file)), "x."+string(format), sheet.DefaultLimits())
	c.Must(err)
	defer book.Close()
	var b bytes.Buffer
	var out sheet.Writer = sheet.NewXLSX(&b, sheet.XLSXOptions{})
	if format == exporter.CSV {
		out = sheet.NewCSV(&b)
	}
	var headings []string
	n := 0
	for row, err := range book.Rows(c.T.Context(), 0) {
		c.Must(err)
		if headings == nil {
			var columns []sheet.Column
			for _, cell := range row.Cells {
				headings = append(headings, cell.String())
				columns = append(columns, sheet.Column{Title: cell.String()})
			}
			c.Must(out.Header(columns))
			continue
		}
		values := make([]sheet.Value, len(headings))
		for i := range headings {
			values[i] = edit(n, strings.TrimSuffix(headings[i], "*"), row.Cell(i).Value())
		}
		c.Must(out.Row(values))
		n++
	}
	c.Must(out.Close())
	return b.Bytes()
}

func keep(_ int, _ string, v sheet.Value) sheet.Value { return v }

// back imports a file.
func (c *company) back(actor *access.Actor, entityName, name string, file []byte) *importer.Import {
	c.T.Helper()
	imp, err := c.m.Start(c.T.Context(), actor, entityName, name, bytes.NewReader(file))
	c.Must(err)
	checked, err := c.m.Check(c.T.Context(), actor, imp.ID, nil)
	c.Must(err)
	imp, err = c.m.Run(c.T.Context(), actor, imp.ID, nil)
	c.Must(err)
	if checked.Result != imp.Result {
		c.T.Errorf("the check told %+v, the run did %+v", checked.Result, imp.Result)
	}
	return imp
}

func (c *company) problems(imp *importer.Import) []importer.Problem {
	c.T.Helper()
	list, _, err := c.m.Problems(c.T.Context(), c.Admin, imp.ID, "", 0, 100)
	c.Must(err)
	return list
}

// log gives every entry of the change log, without those of rules, from some moment on.
func (c *company) log(after id.ID) (out []audit.Entry) {
	c.T.Helper()
	c.Must(c.Store.DB().Read(c.T.Context(), func(tx *sqldb.Tx) error {
		rows, err := tx.Query(c.T.Context(), "SELECT id, entity, record_id, action, changes FROM audit_entry WHERE id > ? AND origin <> 'rule' ORDER BY id", int64(after))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e audit.Entry
			var changes string
			if err := rows.Scan(&e.ID, &e.Entity, &e.Record, &e.Action, &changes); err != nil {
				return err
			}
			e.UserName = changes
			out = append(out, e)
		}
		return rows.Err()
	}))
	return out
}

func (c *company) now() id.ID {
	c.T.Helper()
	if list := c.log(0); len(list) > 0 {
		return list[len(list)-1].ID
	}
	return 0
}

// fill makes customers with everything that is hard to write and read back.
func (c *company) fill() []*crm.Customer {
	c.T.Helper()
	second := c.User("wang2", "王芳", org.SalesRep, c.Root)
	c.User("wang1", "王芳", org.SalesRep, c.Root) // nobody can tell them apart by name
	amount, more, staff := money.Minor(1234567_89), money.Minor(-5), int64(0)
	at := clock.At(time.Date(2026, 3, 1, 6, 7, 8, 123_000_000, time.UTC))
	customers := []*crm.Customer{
		{
			Name: "深圳甲科技有限公司", Industry: "65", Region: "440305", Tags: entity.List{"high_intent", "自定义"}, Stage: crm.StageInterested, Grade: "A",
			Expected: &amount, ExpectedMax: &more, Employees: &staff, FirstContact: "2024-02-29", NextFollowup: at, Source: "fair", Roles: entity.List{"customer", "dealer"},
			CreditCode: "91110000600037341L", Website: "https://example.com/?a=1&b=2", Remark: "多行\n备注，“引号”,逗号;\"双\"", Country: "CN",
		},
		{Name: "=1+1", Remark: "@risk\t制表", Code: "00123", Address: "+8号", Need: "-", BankAccount: "6222020200112233445"},
		{Name: "北京乙贸易有限公司", Mnemonic: "TRUE", TaxNumber: "1E5", StageNote: "2024/3/1", SourceNote: "13700137000", Bank: "  工商银行 "},
	}
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		for i, x := range customers {
			if i == 2 {
				x.OwnerID = second.ID
				x.ParentID = customers[0].ID
			}
			if err := record.Create(ctx, s, x); err != nil {
				return err
			}
			contact := &crm.Contact{CustomerID: x.ID, Name: "联系人", Mobile: "13900139000", Landline: "0755-26770000转8001", OtherPhones: "13800138000、010-12345678", Email: "a@b.com", Birthday: "L1985-08-15", Main: true}
			if err := record.Create(ctx, s, contact); err != nil {
				return err
			}
		}
		return nil
	}))
	return customers
}

// TestWhatWentOutComesBackIn exports every entity in every format and language and imports it again, saved as a
// spreadsheet program saves it: nothing changes.
func TestWhatWentOutComesBackIn(t *testing.T) {
	t.Parallel()
	for _, entityName := range []string{"customer", "contact", "followup"} {
		for _, format := range []exporter.Format{exporter.XLSX, exporter.CSV} {
			for _, lang := range []string{"zh", "en"} {
				t.Run(fmt.Sprintf("%s/%s/%s", entityName, format, lang), func(t *testing.T) {
					t.Parallel()
					c := newCompany(t)
					customers := c.fill()
					c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
						return record.Create(ctx, s, &crm.Followup{CustomerID: customers[0].ID, Way: "call", Content: "=电话\n两行", Result: "interested"})
					}))
					actor := *c.Admin
					if lang == "en" {
						actor.Lang = "en"
					}
					before := c.now()
					file := c.export(&actor, exporter.Order{Entity: entityName, Format: format})
					exported := c.log(before)
					if len(exported) != 1 || exported[0].Action != audit.Export || exported[0].Entity != entityName || exported[0].Record != 0 {
						t.Errorf("log: %+v", exported)
					}
					before = c.now()
					imp := c.back(&actor, entityName, "x."+string(format), c.edited(format, file, keep))
					if imp.Result.Created != 0 || imp.Result.Updated != 0 || imp.Result.Refused != 0 || imp.Result.Skipped == 0 || len(c.log(before)) != 0 {
						t.Errorf("%+v\n%+v\n%+v", imp.Result, c.problems(imp), c.log(before))
					}
					if p := c.problems(imp); len(p) != 0 {
						t.Errorf("problems: %+v", p)
					}
				})
			}
		}
	}
}

func TestEditedCells(t *testing.T) {
	t.Parallel()
	for _, format := range []exporter.Format{exporter.XLSX, exporter.CSV} {
		for name, x := range map[string]struct {
			heading string
			to      sheet.Value
			want    string // of the entry's changes
		}{
			"text":    {"需求描述", sheet.Str("二十台"), `[{"f":"need","o":"-","n":"二十台"}]`},
			"emptied": {"地址", sheet.Value{}, `[{"f":"address","o":"+8号","n":""}]`},
			"choice":  {"跟进阶段", sheet.Str("谈判中"), `[{"f":"stage","o":"prospect","n":"negotiating"}`},
			"region":  {"所在地区", sheet.Str("广东省 / 广州市"), `[{"f":"region","n":"440100"}]`},
			"date":    {"首次接触时间", sheet.Day(time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)), `[{"f":"first_contact_on","n":"2024-05-06"}]`},
			"amount":  {"预计成交金额", sheet.Num(88.5), `[{"f":"expected_amount","n":8850}]`},
			"tags":    {"标签", sheet.Str("需重点跟进、新标签"), `[{"f":"tags","n":"[\"key\",\"新标签\"]"}]`},
			"hurried": {"标签", sheet.Str("紧急"), `[{"f":"tags","n":"[\"urgent\"]"},{"f":"next_followup_at",`},
			"name":    {"客户名称", sheet.Str("改名有限公司"), `[{"f":"name","o":"=1+1","n":"改名有限公司"}`},
			"owner":   {"负责人", sheet.Str("wang2"), `[{"f":"owner_id",`},
		} {
			t.Run(string(format)+"/"+name, func(t *testing.T) {
				t.Parallel()
				c := newCompany(t)
				customers := c.fill()
				file := c.export(c.Admin, exporter.Order{Entity: "customer", Format: format, Query: record.Query{Sort: "created_at"}})
				before := c.now()
				imp := c.back(c.Admin, "customer", "x."+string(format), c.edited(format, file, func(row int, heading string, v sheet.Value) sheet.Value {
					if row == 1 && heading == x.heading {
						return x.to
					}
					return v
				}))
				log := slices.DeleteFunc(c.log(before), func(e audit.Entry) bool { return e.Entity != "customer" })
				if len(log) != 1 || log[0].Record != customers[1].ID || log[0].Action != "update" && log[0].Action != "assign" ||
					!strings.HasPrefix(strings.NewReplacer(`,"n":""`, "", `"o":"",`, "").Replace(log[0].UserName), strings.ReplaceAll(x.want, `,"n":""`, "")) {
					t.Errorf("%+v\n%+v\n%+v", log, imp.Result, c.problems(imp))
				}
				if imp.Result != (importer.Result{Rows: 3, Updated: 1, Skipped: 2}) {
					t.Errorf("%+v %+v", imp.Result, c.problems(imp))
				}
			})
		}
	}
}

// TestChangedMeanwhile imports an edited export after somebody else has changed the same records.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	x := c.fill()[0]
	file := c.export(c.Admin, exporter.Order{Entity: "customer", Format: exporter.XLSX, Query: record.Query{Sort: "created_at"}})
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, x.ID, 0, func(x *crm.Customer) error {
			x.Grade, x.Need = "B", "他们改的"
			return nil
		})
		return err
	}))
	imp := c.back(c.Admin, "customer", "x.xlsx", c.edited(exporter.XLSX, file, func(row int, heading string, v sheet.Value) sheet.Value {
		switch {
		case row == 0 && heading == "客户等级":
			return sheet.Str("C") // both changed it
		case row == 0 && heading == "客户来源":
			return sheet.Str("官网") // only the file changed it; the need, only the others
		}
		return v
	}))
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
		now, err := record.Get[crm.Customer](ctx, s, x.ID)
		if err == nil && (now.Grade != "B" || now.Need != "他们改的" || now.Source != "website") {
			t.Errorf("%+v", now)
		}
		return err
	})
	if p := c.problems(imp); len(p) != 1 || p[0].Code != "import.changed_meanwhile" || p[0].Column != "客户等级" || p[0].Value != "C" || p[0].Row != 2 {
		t.Errorf("%+v", p)
	}
}

// TestFollowedUpMeanwhile imports an export after its customers were followed up, which moved when they are due next. What
// stood there by the cadence, or by a plan that is over, is nobody's wish: it makes no plan.
func TestFollowedUpMeanwhile(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(row int, heading string, v sheet.Value) sheet.Value{
		"unedited": keep,
		"edited": func(row int, heading string, v sheet.Value) sheet.Value {
			if row == 1 && heading == "需求描述" {
				return sheet.Str("二十台")
			}
			return v
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			customers := c.fill()
			file := c.export(c.Admin, exporter.Order{Entity: "customer", Format: exporter.XLSX, Query: record.Query{Sort: "created_at"}})
			c.Clock.Advance(26 * time.Hour)
			c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
				for _, x := range customers[:2] {
					if err := record.Create(ctx, s, &crm.Followup{CustomerID: x.ID, Way: "call", Content: "电话"}); err != nil {
						return err
					}
				}
				return nil
			}))
			before := c.next()
			imp := c.back(c.Admin, "customer", "x.xlsx", c.edited(exporter.XLSX, file, edit))
			want := importer.Result{Rows: 3, Skipped: 3}
			if name == "edited" {
				want = importer.Result{Rows: 3, Updated: 1, Skipped: 2}
			}
			if imp.Result != want || len(c.problems(imp)) != 0 {
				t.Errorf("%+v %+v", imp.Result, c.problems(imp))
			}
			if after := c.next(); after != before {
				t.Errorf("next follow-ups were %s, are %s", before, after)
			}
		})
	}
}

// next tells when each customer is due next, and what is planned.
func (c *company) next() (text string) {
	c.T.Helper()
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
		customers, err := record.Find[crm.Customer](ctx, s, record.Query{Sort: "created_at", Limit: 10})
		for _, x := range customers {
			text += fmt.Sprintln(x.Name, x.NextFollowup, x.NextPlanned)
		}
		return err
	})
	return text
}

// TestMaskedStaysMasked exports on behalf of somebody who sees personal data masked and fields hidden, and imports that
// again: what was masked stays as it is.
func TestMaskedStaysMasked(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.fill()
	role := &org.Role{
		Name: "外部", Permissions: `{"customer":{"view":"all","create":true,"edit":"all","import":true,"export":true}}`,
		Fields: `{"customer":{"remark":"hidden","bank_account":"masked","grade":"see"}}`,
	}
	u := &org.User{Login: "ext", Name: "外部", DepartmentID: c.Root, Active: true}
	c.Must(c.Store.Write(t.Context(), access.System("test"), audit.Rule, func(s *record.Session) error {
		if err := record.Create(t.Context(), s, role); err != nil {
			return err
		}
		u.RoleIDs = entity.List{role.ID.String()}
		return record.Create(t.Context(), s, u)
	}))
	ext := c.Actor(u.ID)
	for _, entityName := range []string{"customer", "contact"} {
		file := c.export(ext, exporter.Order{Entity: entityName, Format: exporter.XLSX})
		for _, row := range c.table("x.xlsx", file) {
			for _, cell := range row {
				for _, secret := range []string{"13900139000", "26770000", "6222020200112233445", "a@b.com", "多行", "@risk"} {
					if strings.Contains(cell, secret) {
						t.Errorf("%s: %q went out", entityName, cell)
					}
				}
			}
		}
		before := c.now()
		imp := c.back(ext, entityName, "x.xlsx", c.edited(exporter.XLSX, file, keep))
		if imp.Result.Updated+imp.Result.Created+imp.Result.Refused != 0 || len(c.log(before)) != 0 {
			t.Errorf("%s: %+v %+v\n%+v", entityName, imp.Result, c.problems(imp), c.log(before))
		}
	}
	for _, name := range []string{"remark", "norm_name", "nonsense"} {
		if _, err := exporter.Export(t.Context(), c.Store, ext, audit.Screen, exporter.Order{Entity: "customer", Format: exporter.CSV, Fields: []string{name}}, io.Discard); err == nil {
			t.Errorf("%s was exported", name)
		}
	}
}

func TestScopesAndPermissionHold(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.fill()
	rep := c.User("rep", "销售", org.SalesRep, c.Root)
	if _, err := exporter.Export(t.Context(), c.Store, rep, audit.Screen, exporter.Order{Entity: "customer", Format: exporter.CSV}, io.Discard); err == nil {
		t.Error("exported without the permission")
	}
	if before := c.now(); len(c.log(before)) != 0 {
		t.Error("a refused export was logged")
	}
	role := &org.Role{Name: "自己导出", Permissions: `{"customer":{"view":"self","create":true,"edit":"self","export":true}}`}
	c.Must(c.Store.Write(t.Context(), access.System("test"), audit.Rule, func(s *record.Session) error { return record.Create(t.Context(), s, role) }))
	c.Must(c.Store.Write(t.Context(), access.System("test"), audit.Rule, func(s *record.Session) error {
		_, err := record.Update(t.Context(), s, rep.ID, 0, func(u *org.User) error {
			u.RoleIDs = entity.List{role.ID.String()}
			return nil
		})
		return err
	}))
	rep = c.Actor(rep.ID)
	c.Must(c.Do(rep, func(ctx context.Context, s *record.Session) error {
		return record.Create(ctx, s, &crm.Customer{Name: "自己的"})
	}))
	rows := c.table("x.csv", c.export(rep, exporter.Order{Entity: "customer", Format: exporter.CSV, Fields: []string{"name"}}))
	if len(rows) != 2 || rows[1][0] != "自己的" {
		t.Errorf("%v", rows)
	}
}

// TestManyPages exports more than one page in the order asked for, with filter and fields.
func TestManyPages(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	const n = 1203
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		for i := range n {
			if err := record.Create(ctx, s, &crm.Customer{Name: fmt.Sprintf("客户%04d", i), Grade: string("AB"[i%2])}); err != nil {
				return err
			}
		}
		return nil
	}))
	filter, err := record.ParseFilter(`{"field":"grade","op":"is","value":"A"}`)
	c.Must(err)
	o := exporter.Order{Entity: "customer", Format: exporter.XLSX, Fields: []string{"grade", "name"}, Query: record.Query{Filter: filter, Sort: "-name"}, Watermark: true}
	before := c.now()
	rows := c.table("x.xlsx", c.export(c.Admin, o))
	if len(rows) != (n+1)/2+2 || !strings.Contains(rows[0][0], "管理员") || rows[2][1] != "客户1202" || rows[len(rows)-1][1] != "客户0000" {
		t.Errorf("%d rows: %v … %v", len(rows), rows[:3], rows[len(rows)-1])
	}
	log := c.log(before)
	if len(log) != 1 {
		t.Fatalf("log since %v: %+v", before, log)
	}
	if e := log[0].UserName; !strings.Contains(e, `"rows","n":602`) || !strings.Contains(e, `"fields","n":"grade,name"`) || !strings.Contains(e, "grade") {
		t.Errorf("log: %s", e)
	}
}

// TestTemplate fills the blank workbook in as people do and imports it: every column means its own field.
func TestTemplate(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		for _, entityName := range []string{"customer", "contact"} {
			t.Run(entityName+"/"+lang, func(t *testing.T) {
				t.Parallel()
				c := newCompany(t)
				actor := *c.Admin
				if lang == "en" {
					actor.Lang = "en"
				}
				var b bytes.Buffer
				c.Must(exporter.Template(t.Context(), c.m, c.Store, &actor, entityName, &b))
				imp, err := c.m.Start(t.Context(), &actor, entityName, "x.xlsx", &b)
				c.Must(err)
				seen := map[string]string{}
				for _, col := range imp.Sheets[0].Columns {
					if col.Field == "" || col.Field == importer.ToRemark || !col.Certain {
						t.Errorf("%q means %q (certain: %v)", col.Header, col.Field, col.Certain)
					}
					if other := seen[col.Field]; other != "" {
						t.Errorf("%q and %q both mean %s", other, col.Header, col.Field)
					}
					seen[col.Field] = col.Header
				}
				if len(seen) < 12 {
					t.Errorf("%d columns", len(seen))
				}
			})
		}
	}
}

// TestEveryCodeComesBack writes every region and industry as an export does and reads it as an import does.
func TestEveryCodeComesBack(t *testing.T) {
	t.Parallel()
	env := &entity.Env{Lang: "zh", Zone: time.UTC, Today: "2026-03-10"}
	for name, x := range map[string]struct {
		t   entity.Type
		set *codes.Set
	}{"region": {entity.Region, codes.Regions().Set}, "industry": {entity.Industry, codes.Industries().Set}} {
		bad := 0
		var walk func(parent string)
		walk = func(parent string) {
			for _, code := range x.set.Children(parent) {
				f := &entity.Field{Type: x.t}
				said := x.t.Text(code.Code, f, env)
				got, problem := x.t.FromCell(sheet.Cell{Kind: sheet.Text, Text: said}, f, env)
				if problem != nil || x.t.Text(got, f, env) != said && !strings.HasPrefix(code.Code, strings.TrimRight(got.(string), "0")) { // an entry and the one below it may share a name
					if bad++; bad < 10 {
						t.Errorf("%s %s %q came back as %v (%+v)", name, code.Code, said, got, problem)
					}
				}
				walk(code.Code)
			}
		}
		walk("")
		if bad > 0 {
			t.Errorf("%s: %d", name, bad)
		}
	}
}
