package importer_test

import (
	"strings"
	"testing"

	"genjin/internal/crm"
	"genjin/internal/importer"
	"genjin/internal/org"
)

// TestDuplicates imports a row whose record is there already, in each way in which it may be the same and each way of
// dealing with it.
func TestDuplicates(t *testing.T) {
	t.Parallel()
	const head = "客户名称\t客户编号\t统一社会信用代码\t客户来源\t客户等级\t联系人\t手机"
	by := map[string]string{
		"code":        "深圳甲科技有限公司\tK-7\t\t官网\tA\t\t",
		"credit code": "另一个名字有限公司\t\t91110000600037341L\t官网\tA\t\t",
		"name":        "深圳市甲科技有限公司\t\t\t官网\tA\t\t",
		"phone":       "完全不同有限公司\t\t\t官网\tA\t张三\t139 0013 9000",
	}
	type want struct {
		created, updated, skipped, refused int
		source, grade                      string // of the record that was there, whose source is 展会 and which has no grade
	}
	wants := map[string]map[string]want{
		"code": {
			importer.Auto: {updated: 1, source: "website", grade: "A"}, importer.Skip: {skipped: 1, source: "fair"},
			importer.Fill: {updated: 1, source: "fair", grade: "A"}, importer.Overwrite: {updated: 1, source: "website", grade: "A"},
			importer.Create: {refused: 1, source: "fair"}, // the code is taken
		},
		"credit code": {
			importer.Auto: {skipped: 1, source: "fair"}, importer.Skip: {skipped: 1, source: "fair"},
			importer.Fill: {updated: 1, source: "fair", grade: "A"}, importer.Overwrite: {updated: 1, source: "website", grade: "A"},
			importer.Create: {refused: 1, source: "fair"},
		},
		"name": {
			importer.Auto: {skipped: 1, source: "fair"}, importer.Skip: {skipped: 1, source: "fair"},
			importer.Fill: {updated: 1, source: "fair", grade: "A"}, importer.Overwrite: {updated: 1, source: "website", grade: "A"},
			importer.Create: {created: 1, source: "fair"},
		},
		"phone": {
			importer.Auto: {skipped: 1, source: "fair"}, importer.Skip: {skipped: 1, source: "fair"},
			importer.Fill: {updated: 1, source: "fair", grade: "A"}, importer.Overwrite: {updated: 1, source: "website", grade: "A"},
			importer.Create: {created: 1, source: "fair"},
		},
	}
	for name, row := range by {
		for how, want := range wants[name] {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				c := newCompany(t)
				name := "深圳甲科技有限公司"
				if strings.Contains(row, "市甲") {
					name = "深圳市甲科技有限公司"
				}
				old := c.make(c.Admin, &crm.Customer{Name: name, Code: "K-7", CreditCode: "91110000600037341L", Source: "fair"},
					&crm.Contact{Name: "张三", Mobile: "13900139000"})
				imp := c.run(c.with(c.text(head, row), how))
				c.want(imp, want.created, want.updated, want.skipped, want.refused)
				for _, x := range c.customers() {
					if x.ID == old.ID && (x.Source != want.source || x.Grade != want.grade) {
						t.Errorf("source %q, grade %q; want %+v", x.Source, x.Grade, want)
					}
				}
				if n := len(c.contactsOf(old.ID)); n != 1 {
					t.Errorf("%d contacts", n)
				}
				if want.skipped == 1 {
					if p := c.listProblems(imp); len(p) != 1 || p[0].Code != "import.exists" || p[0].Severity != importer.Warning {
						t.Errorf("%+v", p)
					}
				}
			})
		}
	}
}

// TestSameCodeOfAnother leaves a record alone that has the row's number and another name: people number each of their
// workbooks from one on.
func TestSameCodeOfAnother(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.make(c.Admin, &crm.Customer{Name: "深圳甲科技有限公司", Code: "1", Source: "fair"})
	c.want(c.run(c.text("客户编号\t客户名称\t客户来源", "1\t北京乙贸易有限公司\t官网")), 0, 0, 1, 0)
	if x := c.customer("深圳甲科技有限公司"); x.Source != "fair" {
		t.Errorf("%+v", x)
	}
}

func TestMatchOnlyByWhatCounts(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.make(c.Admin, &crm.Customer{Name: "深圳甲科技有限公司"}, &crm.Contact{Name: "张三", Mobile: "13900139000"})
	imp := c.text("客户名称\t联系人\t手机", "北京乙贸易有限公司\t李四\t13900139000")
	o := imp.Options
	o.Match = []string{"customer.name"}
	c.want(c.run(c.change(imp, importer.Change{Options: &o})), 1, 0, 0, 0)
}

func TestInFileDuplicates(t *testing.T) {
	t.Parallel()
	rows := []string{
		"客户名称\t客户编号\t联系人\t手机",
		"深圳甲科技有限公司\tA-1\t张三\t13900139000",
		"深圳甲科技有限公司\tA-1\t张三\t13900139000", // again
		"深圳甲科技有限公司\t\t李四\t13800138000",    // another contact
		"北京乙贸易有限公司\tA-1\t\t",              // another company with a number that is taken: it is the same by its number
		"王强\t\t\t13700137000",
		"王强\t\t\t13600136000", // another person of that name
	}
	c := newCompany(t)
	imp := c.run(c.text(rows...))
	c.want(imp, 3, 1, 2, 0)
	c2 := newCompany(t)
	imp = c2.run(c2.with(c2.text(rows...), importer.Create))
	c2.want(imp, 4, 0, 0, 2)
}

// TestEveryRowJoinsAcrossBatches joins rows that are far apart in the file as it joins neighbours.
func TestEveryRowJoinsAcrossBatches(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rows := []string{"客户名称\t联系人\t手机"}
	for i := range 700 {
		rows = append(rows, company1300(i%350)+"\t联系人"+letters(i/350)+"\t"+mobile(i))
	}
	imp := c.run(c.text(rows...))
	c.want(imp, 350, 350, 0, 0)
	if a := c.customer(company1300(0)); len(c.contactsOf(a.ID)) != 2 {
		t.Errorf("%+v", c.contactsOf(a.ID))
	}
	// Once more, nothing is new.
	c.want(c.run(c.text(rows...)), 0, 0, 700, 0)
	c.want(c.run(c.with(c.text(rows...), importer.Overwrite)), 0, 0, 700, 0)
}

// TestNarrowScope imports on behalf of somebody who sees their own customers only.
func TestNarrowScope(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rep := c.importingRep("rep", "小王")
	other := c.User("other", "小李", org.SalesRep, c.Root)
	c.make(other, &crm.Customer{Name: "深圳甲科技有限公司", Remark: "机密"})
	imp := c.start(rep, "x.tsv", strings.NewReader(tsv(
		"客户名称\t负责人", "深圳甲科技有限公司\t", "北京乙贸易有限公司\t小李", "上海丙网络有限公司\t小王", "广州丁食品有限公司\trep", "杭州戊物流有限公司\t",
	)))
	imp = c.runAs(rep, imp)
	c.want(imp, 3, 0, 1, 1)
	p := c.listProblems(imp)
	if len(p) != 2 || p[0].Code != "import.exists_elsewhere" || p[0].Value != "" || strings.Contains(p[0].Reason, "机密") {
		t.Errorf("%+v", p)
	}
	if p[1].Code != "field.assign_denied" || p[1].Column != "负责人" || p[1].Value != "小李" {
		t.Errorf("%+v", p[1])
	}
	for _, name := range []string{"上海丙网络有限公司", "广州丁食品有限公司", "杭州戊物流有限公司"} {
		if x := c.customer(name); x.OwnerID != rep.ID || x.DepartmentID != c.Root {
			t.Errorf("%+v", x)
		}
	}
	// Others' imports are not there for them; the administrator sees all.
	theirs := c.text("客户名称", "甲公司")
	if _, err := c.m.Get(t.Context(), rep, theirs.ID); err == nil {
		t.Error("sees the import of another")
	}
	if _, err := c.m.Get(t.Context(), c.Admin, imp.ID); err != nil {
		t.Error(err)
	}
}

func TestOwnerOfAll(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	rep := c.User("rep", "小王", org.SalesRep, c.Root)
	imp := c.text("客户名称\t负责人", "甲公司\t", "乙公司\t管理员")
	o := imp.Options
	o.OwnerID = rep.ID
	c.want(c.run(c.change(imp, importer.Change{Options: &o})), 2, 0, 0, 0)
	if a, b := c.customer("甲公司"), c.customer("乙公司"); a.OwnerID != rep.ID || b.OwnerID != c.Admin.ID {
		t.Errorf("%v %v", a.OwnerID, b.OwnerID)
	}
}

// TestRefusedHalfWay refuses a row whose contact is refused after its customer was written: nothing of it stays, and the
// rows beside it do.
func TestRefusedHalfWay(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.run(c.text("客户名称\t联系人\t职务", "甲公司\t张三\t经理", "乙公司\t"+strings.Repeat("长", 70)+"\t", "乙公司\t李四\t经理", "丙公司\t王五\t"))
	c.want(imp, 3, 0, 0, 1)
	if b := c.customer("乙公司"); b.MainContact != "李四" || len(c.contactsOf(b.ID)) != 1 {
		t.Errorf("%+v", b)
	}
	if p := c.listProblems(imp); len(p) != 1 || p[0].Row != 3 || p[0].Column != "联系人" {
		t.Errorf("%+v", p)
	}
	codes := map[string]bool{}
	for _, x := range c.customers() {
		codes[x.Code] = true
	}
	if !codes["2026-Gen-001"] || !codes["2026-Gen-003"] || len(codes) != 3 {
		t.Errorf("numbers have gaps: %v", codes)
	}
}
