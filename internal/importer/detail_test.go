package importer_test

import (
	"os"
	"testing"

	"genjin/internal/crm"
	"genjin/internal/importer"
)

func (c *company) checked(imp *importer.Import) *importer.Import {
	c.T.Helper()
	imp, err := c.m.Check(c.T.Context(), c.Admin, imp.ID, nil)
	c.Must(err)
	return imp
}

// choices counts the choices of where leads and customers come from.
func (c *company) choices() int { return len(c.Store.Schema().Def("lead").Field("source").Choices) }

// TestRealLeads brings in a register of leads as a company keeps it: what it says of where each came from is taken for the
// source within it, and kept in full beside that.
func TestRealLeads(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	before := c.choices()
	f, err := os.Open("testdata/线索登记.xlsx")
	c.Must(err)
	defer f.Close()
	imp, err := c.m.Start(t.Context(), c.Admin, "lead", "线索登记.xlsx", f)
	c.Must(err)
	imp = c.checked(imp)
	c.want(imp, 118, 2, 0, 0)
	if first := c.listUnknowns(imp)[0]; first.Field != "lead.source" {
		t.Errorf("told first: %+v", first)
	}
	unknown := c.unknowns(imp)["lead.source"]
	for said, want := range map[string]string{"2026年行业展会": "fair", "客户李推荐": "referral", "官网在线表单": "website"} {
		if u := unknown[said]; u.Taken != want || u.Detail != "来源说明" || u.Count < 20 {
			t.Errorf("%s: %+v", said, u)
		}
	}
	if len(unknown) != 3 || c.choices() != before {
		t.Errorf("%d choices, not %d; unknown: %+v", c.choices(), before, unknown)
	}
	imp = c.run(imp)
	c.want(imp, 118, 2, 0, 0)
	said := map[string]int{}
	for _, l := range all[crm.Lead](c) {
		said[l.Source+" "+l.SourceDetail]++
	}
	for _, want := range []string{"fair 2026年行业展会", "referral 客户李推荐", "website 官网在线表单", "webinar "} {
		if said[want] < 20 {
			t.Errorf("%s: %d of %v", want, said[want], said)
		}
	}
	if len(said) != 4 || c.choices() != before {
		t.Errorf("%d choices, not %d: %v", c.choices(), before, said)
	}
	_, err = c.m.Undo(t.Context(), c.Admin, imp.ID, nil, nil)
	c.Must(err)
	if left := all[crm.Lead](c); len(left) != 0 {
		t.Errorf("%d leads are left", len(left))
	}
}

// TestDetailOfChoice: a text is taken for the choice within it, unless somebody says otherwise, and is kept whole.
func TestDetailOfChoice(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp := c.checked(c.text("客户名称\t客户来源", "甲公司\t2026广交会展会", "乙公司\t电视购物", "丙公司\t展会（上海）", "丁公司\t展会现场电话", "戊公司\t官网", "己公司\t老王推荐"))
	c.want(imp, 6, 0, 0, 0)
	taken := map[string]string{}
	for said, u := range c.unknowns(imp)["customer.source"] {
		taken[said] = u.Taken
	}
	if len(taken) != 4 || taken["2026广交会展会"] != "fair" || taken["老王推荐"] != "referral" || taken["电视购物"]+taken["展会现场电话"] != "" {
		t.Errorf("%v", taken)
	}
	o := imp.Options
	o.Values = map[string]map[string]string{"customer.source": {"老王推荐": "老王推荐", "电视购物": "advertising"}}
	imp = c.run(c.change(imp, importer.Change{Options: &o}))
	c.want(imp, 6, 0, 0, 0)
	label := map[string]string{}
	for _, choice := range c.Store.Schema().Def("customer").Field("source").Choices {
		label[choice.Value] = choice.Label.ZH
	}
	for name, want := range map[string]string{
		"甲公司": "展会 2026广交会展会", "乙公司": "广告 电视购物", "丙公司": "展会 展会（上海）", "丁公司": "展会现场电话 ", "戊公司": "官网 ", "己公司": "老王推荐 ",
	} {
		if got := c.customer(name); label[got.Source]+" "+got.SourceNote != want || got.Remark != "" {
			t.Errorf("%s: %s %s, remark %q; want %s", name, label[got.Source], got.SourceNote, got.Remark, want)
		}
	}

	// Where a column says the detail itself, the text goes to the remark.
	imp = c.checked(c.text("客户名称\t客户来源\t来源说明", "庚公司\t2026广交会展会\t三号馆"))
	if u := c.unknowns(imp)["customer.source"]["2026广交会展会"]; u.Taken != "fair" || u.Detail != "" {
		t.Errorf("%+v", u)
	}
	c.run(imp)
	if got := c.customer("庚公司"); got.Source != "fair" || got.SourceNote != "三号馆" || got.Remark != "客户来源：2026广交会展会" {
		t.Errorf("%+v", got)
	}
}
