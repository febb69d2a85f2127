package api

import (
	"net/http"
	"strings"
	"testing"

	"genjin/internal/audit"
)

func (v *visitor) companyLog(query string) CompanyLogPage {
	v.t.Helper()
	return into[CompanyLogPage](v.t, v.want(http.StatusOK, "GET", "/log?"+query, nil))
}

// told gives what a page of the log says, an entry a line.
func told(p CompanyLogPage) string {
	var lines []string
	for _, e := range p.Items {
		line := e.User.Name + " " + string(e.Action) + " " + e.EntityLabel + " " + e.Record.Name
		for _, c := range e.Changes {
			line += " " + c.Label + ":" + c.OldText + "→" + c.NewText
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestCompanyLog(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep := s.user("rep", "sales_rep")
	mine := rep.make("/customers", rec{"name": "深圳市甲公司"})
	rep.make("/contacts", rec{"customer_id": mine.id(), "name": "王芳", "mobile": "13800138000"})
	other := admin.make("/customers", rec{"name": "广州市乙公司"})
	admin.ifMatch(other["version"]).want(http.StatusOK, "PATCH", "/customers/"+other.id(), rec{"need": "一百台"})
	admin.want(http.StatusOK, "GET", "/customers/export?format=csv", nil)

	everything := told(admin.companyLog(""))
	for _, want := range []string{"create 客户 深圳市甲公司", "create 联系人 王芳", "13800138000", "update 客户 广州市乙公司 需求描述:→一百台", "export 客户  行数:→2", "列:→客户名称、客户编号、", "系统设置  公司名称:→华盛精密设备"} {
		if !strings.Contains(everything, want) {
			t.Errorf("the log lacks %q:\n%s", want, everything)
		}
	}
	for query, want := range map[string]string{
		"entity=contact":              "create 联系人 王芳",
		"entity=setting,field":        "系统设置  公司名称:→华盛精密设备",
		"action=export":               "export 客户",
		"record=" + other.id():        "update 客户 广州市乙公司",
		"origin=import":               "",
		"from=2020-01-01&to=2020-1-2": "-",
		"to=2020-01-02":               "",
		"user=x":                      "-",
	} {
		if want == "-" {
			admin.want(http.StatusUnprocessableEntity, "GET", "/log?"+query, nil)
			continue
		}
		got := told(admin.companyLog(query))
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}

	rep.want(http.StatusForbidden, "GET", "/log", nil)
	rep.want(http.StatusForbidden, "GET", "/log/export", nil)
	rep.want(http.StatusForbidden, "GET", "/log/seal", nil)
	auditor := s.user("auditor", "auditor")
	if got := told(auditor.companyLog("entity=contact")); !strings.Contains(got, "王芳") || strings.Contains(got, "13800138000") || !strings.Contains(got, "138****8000") {
		t.Errorf("the auditor reads %q", got)
	}
	auditor.want(http.StatusForbidden, "GET", "/log/export", nil)
}

// TestCompanyLogKeepsToReach: who may read the log still reads of the records only that they may open.
func TestCompanyLogKeepsToReach(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	role := admin.make("/roles", rec{"name": "带日志的销售", "permissions": rec{
		"customer": rec{"view": "self", "create": true}, "log": rec{"view": true, "export": true},
	}})
	reader := s.user("reader", "sales_rep")
	users := into[page](t, admin.want(http.StatusOK, "GET", `/users?filter={"field":"login","op":"is","value":"reader"}`, nil))
	admin.ifMatch(users.Items[0]["version"]).want(http.StatusOK, "PATCH", "/users/"+users.Items[0].id(), rec{"role_ids": []string{role.id()}})
	reader.make("/customers", rec{"name": "自己的公司"})
	for range 60 {
		admin.make("/customers", rec{"name": "别人的公司", "need": "机密"})
	}
	got := told(reader.companyLog("entity=customer"))
	if !strings.Contains(got, "自己的公司") || strings.Contains(got, "别人") || strings.Contains(got, "机密") {
		t.Errorf("read: %s", got)
	}
	file := string(reader.want(http.StatusOK, "GET", "/log/export?format=csv&entity=customer", nil).body)
	if !strings.Contains(file, "自己的公司") || strings.Contains(file, "机密") {
		t.Errorf("exported: %s", file)
	}
	if got := told(admin.companyLog("action=export&entity=log")); !strings.Contains(got, "行数:→") {
		t.Errorf("the export of the log is not logged: %q", got)
	}
	if err := audit.SealNew(t.Context(), s.store.DB()); err != nil {
		t.Fatal(err)
	}
	if seal := into[audit.Seal](t, reader.want(http.StatusOK, "GET", "/log/seal", nil)); seal.Number != 1 || len(seal.Hash) != 64 {
		t.Errorf("%+v", seal)
	} else if again := into[audit.Seal](t, reader.want(http.StatusOK, "GET", "/log/seal?number=1", nil)); again != seal {
		t.Errorf("asked for by its number: %+v, not %+v", again, seal)
	}
	reader.want(http.StatusNotFound, "GET", "/log/seal?number=2", nil)
	reader.want(http.StatusUnprocessableEntity, "GET", "/log/seal?number=x", nil)
}
