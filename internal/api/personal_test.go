package api

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"genjin/internal/audit"
	"genjin/internal/sqldb"
)

// everythingStored gives every text of the database that could hold a person's data.
func (s *server) everythingStored() string {
	s.t.Helper()
	var out strings.Builder
	for _, query := range []string{
		"SELECT name || name_key || gender || title || mobile || landline || other_phones || email || wechat || qq || birthday || address || remark || custom FROM contact",
		"SELECT name || main_contact || main_phone || need || remark || custom FROM customer",
		"SELECT content || feedback || next_action FROM followup", "SELECT changes FROM audit_entry",
		"SELECT company || company_key || contact_name || title || phone || email || wechat || address || need || remark || decision || source_detail || opinion || closed_note || custom FROM lead",
		"SELECT opinion FROM lead_review", "SELECT content FROM comment", "SELECT typed FROM clash_query",
	} {
		err := s.store.DB().Read(s.t.Context(), func(tx *sqldb.Tx) error {
			rows, err := tx.Query(s.t.Context(), query)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var text string
				if err := rows.Scan(&text); err != nil {
					return err
				}
				out.WriteString(text + "\n")
			}
			return rows.Err()
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return out.String()
}

func TestPersonalData(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	company := admin.make("/customers", rec{"name": "深圳市甲公司", "remark": "找欧阳晓东谈", "need": "十台机床"})
	secrets := []string{"欧阳晓东", "oyxd", "13612345678", "0755-26770001", "oyxd@example.com", "wx_oyxd", "1985-08-15", "科技园南路八号"}
	person := admin.make("/contacts", rec{
		"customer_id": company.id(), "name": "欧阳晓东", "mobile": "13612345678", "landline": "0755-26770001", "email": "oyxd@example.com",
		"wechat": "wx_oyxd", "birthday": "1985-08-15", "address": "科技园南路八号", "decision_role": "decider",
	})
	colleague := admin.make("/contacts", rec{"customer_id": company.id(), "name": "李四", "mobile": "13700000000"})
	touch := admin.make("/followups", rec{"customer_id": company.id(), "contact_id": person.id(), "content": "与欧阳晓东谈妥价格 8 万，电话 13612345678"})

	rep := s.user("rep", "sales_rep")
	rep.want(http.StatusNotFound, "GET", "/contacts/"+person.id()+"/personal-data", nil)
	rep.want(http.StatusNotFound, "POST", "/contacts/"+person.id()+"/erase", rec{"reason": "本人申请"})
	auditor := s.user("auditor", "auditor")
	auditor.want(http.StatusForbidden, "GET", "/contacts/"+person.id()+"/personal-data", nil)
	auditor.want(http.StatusForbidden, "POST", "/contacts/"+person.id()+"/erase", rec{"reason": "本人申请"})

	file := textOfWorkbook(t, admin.want(http.StatusOK, "GET", "/contacts/"+person.id()+"/personal-data", nil).body)
	for _, want := range []string{"欧阳晓东", "13612345678", "wx_oyxd", "谈妥价格 8 万", "修改日志"} {
		if !strings.Contains(file, want) {
			t.Errorf("what is kept lacks %q", want)
		}
	}
	if got := told(admin.companyLog("action=export&record=" + person.id())); !strings.Contains(got, "欧阳晓东") {
		t.Errorf("that it was taken out is not logged: %q", got)
	}

	if err := audit.SealNew(t.Context(), s.store.DB()); err != nil {
		t.Fatal(err)
	}
	admin.want(http.StatusUnprocessableEntity, "POST", "/contacts/"+person.id()+"/erase", rec{"reason": " "})
	admin.want(http.StatusNoContent, "POST", "/contacts/"+person.id()+"/erase", rec{"reason": "本人申请，2026 年 11 月"})
	left := s.everythingStored()
	for _, secret := range secrets {
		if strings.Contains(left, secret) {
			t.Errorf("%q is still there:\n%s", secret, left)
		}
	}
	for _, fact := range []string{"谈妥价格 8 万", "十台机床", "深圳市甲公司", "李四", "13700000000", "本人申请"} {
		if !strings.Contains(left, fact) {
			t.Errorf("%q is gone", fact)
		}
	}
	if got := into[rec](t, admin.want(http.StatusOK, "GET", "/customers/"+company.id(), nil)); got["main_contact"] == "欧阳晓东" {
		t.Errorf("the customer still shows the person: %v", got)
	}
	for _, q := range []string{"欧阳晓东", "oyxd", "5678", "oyxd@"} {
		if got := into[struct{ Items []rec }](t, admin.want(http.StatusOK, "GET", "/search?q="+q, nil)); len(got.Items) > 0 {
			t.Errorf("%q still finds %v", q, got.Items)
		}
	}
	if got := into[rec](t, admin.want(http.StatusOK, "GET", "/followups/"+touch.id(), nil)); !strings.Contains(got["content"].(string), "与██谈妥价格 8 万，电话 ██") {
		t.Errorf("the follow-up reads %v", got["content"])
	}
	admin.want(http.StatusOK, "GET", "/contacts/"+colleague.id(), nil)
	err := s.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		_, err := audit.Verify(t.Context(), tx, func(p string) { t.Errorf("the seals do not hold: %s", p) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestErasedLeads: whoever left their number with a lead may have it erased, whether it became a customer or not.
func TestErasedLeads(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	secrets := []string{"欧阳晓东", "oyxd", "13612345678", "oyxd@example.com", "科技园南路八号"}
	lead := func(company string) rec {
		l := admin.make("/leads", rec{
			"company": company, "contact_name": "欧阳晓东", "phone": "13612345678", "email": "oyxd@example.com", "wechat": "wx_oyxd", "source": "fair",
			"address": "科技园南路八号", "need": "欧阳晓东要十台机床", "decision": "欧阳晓东 → 老板", "remark": "欧阳晓东很急",
		})
		decision := rec{"ids": []string{l.id()}, "result": "pass", "grade": "A", "opinion": "欧阳晓东可靠，先报价"}
		admin.want(http.StatusOK, "POST", "/leads/review", decision)
		touch := admin.make("/followups", rec{"lead_id": l.id(), "content": "与欧阳晓东谈妥价格 8 万，电话 13612345678"})
		admin.make("/comments", rec{"followup_id": touch.id(), "content": "欧阳晓东的电话 13612345678 没错"})
		return l
	}
	open, won := lead("深圳市甲公司"), lead("深圳市乙公司")
	made := into[LeadConverted](t, admin.want(http.StatusOK, "POST", "/leads/"+won.id()+"/convert", rec{}))
	admin.want(http.StatusOK, "POST", "/clashes", rec{"q": "13612345678"})

	s.user("rep", "sales_rep").want(http.StatusNotFound, "POST", "/leads/"+open.id()+"/erase", rec{"reason": "本人申请"})
	s.user("auditor", "auditor").want(http.StatusForbidden, "POST", "/leads/"+open.id()+"/erase", rec{"reason": "本人申请"})
	file := textOfWorkbook(t, admin.want(http.StatusOK, "GET", "/leads/"+open.id()+"/personal-data", nil).body)
	for _, want := range append(secrets, "谈妥价格 8 万", "修改日志") {
		if !strings.Contains(file, want) {
			t.Errorf("what is kept lacks %q", want)
		}
	}
	p := into[Problem](t, admin.want(http.StatusConflict, "POST", "/leads/"+won.id()+"/erase", rec{"reason": "本人申请"}))
	if p.Key != "personal.converted" {
		t.Errorf("%+v", p)
	}
	admin.want(http.StatusNoContent, "POST", "/leads/"+open.id()+"/erase", rec{"reason": "本人申请，2026 年 11 月"})
	admin.want(http.StatusNoContent, "POST", "/contacts/"+made.Contact.String()+"/erase", rec{"reason": "本人申请，2026 年 11 月"})
	left := s.everythingStored()
	for _, secret := range secrets {
		if strings.Contains(left, secret) {
			t.Errorf("%q is still there:\n%s", secret, left)
		}
	}
	for _, fact := range []string{"谈妥价格 8 万", "要十台机床", "可靠，先报价", "深圳市甲公司", "深圳市乙公司"} {
		if !strings.Contains(left, fact) {
			t.Errorf("%q is gone", fact)
		}
	}
	for _, q := range []string{"欧阳晓东", "oyxd", "5678"} {
		if got := into[struct{ Items []rec }](t, admin.want(http.StatusOK, "GET", "/search?q="+q, nil)); len(got.Items) > 0 {
			t.Errorf("%q still finds %v", q, got.Items)
		}
	}
	if got := admin.want(http.StatusOK, "GET", "/leads/"+won.id(), nil).object(t); got["archived_at"] != nil || got["contact_name"] != "已删除的联系人" {
		t.Errorf("the lead of a customer: %v", got)
	}
}

// textOfWorkbook gives all that stands in the parts of a workbook.
func textOfWorkbook(t *testing.T, b []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&out, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	return out.String()
}
