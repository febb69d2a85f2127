package record_test

import (
	"context"
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// found says which of some records a list has for what was typed, by their names in all, and that the count agrees.
func found(t *testing.T, c *company, who *access.Actor, entityName string, all map[string]id.ID, q record.Query) (out string) {
	t.Helper()
	c.Read(who, func(ctx context.Context, s *record.Session) error {
		var got []id.ID
		q := q
		for q.Limit = 2; ; {
			page, err := s.List(ctx, entityName, q)
			if err != nil {
				return err
			}
			for _, row := range page.Rows {
				got = append(got, row.ID())
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		n, err := s.Count(ctx, entityName, q)
		if int(n) != len(got) {
			t.Errorf("%s %q: %d counted, %d listed", entityName, q.Text, n, len(got))
		}
		byName := map[string]*id.ID{}
		for name, x := range all {
			byName[name] = &x
		}
		out = names(byName, func(x *id.ID) id.ID { return *x }, got)
		return err
	})
	return out
}

// TestTextFindsInEveryList types into the search box above the list of every entity.
func TestTextFindsInEveryList(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	x := map[string]map[string]id.ID{"user": {}, "department": {}, "role": {}, "followup": {}, "stage_change": {}, "file": {}}
	for login, name := range map[string]string{"shan.xx": "单雄信", "qin2": "秦琼", "wei": "魏征"} {
		x["user"][login] = c.User(login, name, org.SalesRep, c.Root).ID
	}
	for _, name := range []string{"仓储物流部", "国际贸易部"} {
		x["department"][name] = c.Department(name, c.Root)
	}
	for _, name := range []string{"渠道经理", "实习生"} {
		role := add(c.Kit, &org.Role{Name: name})
		x["role"][name] = role.ID
	}
	of := c.customer("远望有限公司", c.rep)
	for name, f := range map[string]crm.Followup{
		"quote": {Content: strings.Repeat("很长的开头", 30) + "对方要 A3 报价单，100%同意"},
		"call":  {Content: "电话打不通", NextAction: "周五再打", Feedback: "在开会"},
	} {
		f.CustomerID = of.ID
		f.OwnerID = c.rep.ID
		x["followup"][name] = add(c.Kit, &f).ID
	}
	for _, name := range []string{"框架合同.pdf", "logo_v2.png"} {
		x["file"][name] = add(c.Kit, &crm.Attachment{CustomerID: of.ID, Name: name, SHA256: "00"}).ID
	}
	c.Must(c.Do(c.rep, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", of.ID, 0, record.Values{"stage": "interested", "stage_note": "样品通过测试"})
	}))
	c.Read(c.rep, func(ctx context.Context, s *record.Session) error {
		x["stage_change"]["sample"] = idsOf(t, s, "stage_change", record.Query{})[0]
		return nil
	})
	for _, test := range []struct{ entity, typed, want string }{
		{"user", "雄信", "shan.xx"},
		{"user", "sxx", "shan.xx"},
		{"user", "shanxiong", "shan.xx"},
		{"user", "qin2", "qin2"},
		{"user", "单 魏", ""},
		{"department", "物流", "仓储物流部"},
		{"department", "gjmy", "国际贸易部"},
		{"department", "maoyi", "国际贸易部"},
		{"role", "渠道", "渠道经理"},
		{"role", "sxs", "实习生"},
		{"followup", "报价单", "quote"},
		{"followup", "a3 同意", "quote"},
		{"followup", "100%", "quote"},
		{"followup", "1%0", ""},
		{"followup", "电话_不通", ""},
		{"followup", "周五 开会", "call"},
		{"followup", "报价 打不通", ""},
		{"followup", "没有的词", ""},
		{"followup", "nul\x00", ""},
		{"file", "合同", "框架合同.pdf"},
		{"file", "logo", "logo_v2.png"},
		{"stage_change", "样品", "sample"},
		{"stage_change", "没有", ""},
	} {
		who := c.rep
		if test.entity == "role" { // which is not for everybody's eyes
			who = c.Admin
		}
		if got := found(t, c, who, test.entity, x[test.entity], record.Query{Text: test.typed}); got != test.want {
			t.Errorf("%s %q: %q, want %q", test.entity, test.typed, got, test.want)
		}
	}
	if got := found(t, c, c.rep, "role", x["role"], record.Query{Text: "渠道"}); got != "" {
		t.Errorf("who may not see roles finds %q", got)
	}
	if got := found(t, c, c.far, "followup", x["followup"], record.Query{Text: "报价单"}); got != "" {
		t.Errorf("a stranger finds %q", got)
	}
	if got := found(t, c, c.rep, "customer", map[string]id.ID{"of": of.ID}, record.Query{Text: "报价单"}); got != "" {
		t.Errorf("a customer is found by the text of a follow-up")
	}
	for _, typed := range []string{"雄信", "物流", "渠道", "报价单", "样品", "合同"} {
		c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
			hits, err := s.Search(ctx, typed, 10)
			if len(hits) > 0 {
				t.Errorf("the search box of every page finds %+v by %q", hits, typed)
			}
			return err
		})
	}
}
