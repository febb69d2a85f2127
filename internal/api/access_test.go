package api

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"genjin/internal/id"
)

// explained gives what an explanation says of a record, an action after the other, and of two fields.
func (v *visitor) explained(user, entity, record string) string {
	v.t.Helper()
	e := into[Access](v.t, v.want(http.StatusOK, "GET", "/users/"+user+"/access?entity="+entity+"&record="+record, nil))
	var out strings.Builder
	for _, a := range e.Record.Actions {
		mark := "✗"
		if a.Allowed {
			mark = "✓"
		}
		out.WriteString(string(a.Action) + mark + "（" + strings.Join(a.Why, "；") + "） ")
	}
	for _, f := range e.Record.Fields {
		if f.Field == "name" || f.Field == "mobile" {
			out.WriteString(f.Field + ":" + string(f.Access) + " ")
		}
	}
	return strings.TrimSpace(out.String())
}

func TestAccessIsExplained(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep, auditor := s.user("rep", "sales_rep"), s.user("auditor", "auditor")
	idOf := func(v *visitor) string { return into[rec](t, v.want(http.StatusOK, "GET", "/me", nil)).id() }
	mine := rep.make("/customers", rec{"name": "自己的公司"})
	contact := rep.make("/contacts", rec{"customer_id": mine.id(), "name": "王芳", "mobile": "13800138000"})
	other, shared := admin.make("/customers", rec{"name": "别人的公司"}), admin.make("/customers", rec{"name": "共享的公司"})
	admin.want(http.StatusOK, "PUT", "/customers/"+shared.id()+"/collaborators", rec{"items": []rec{{"user_id": idOf(rep), "access": "read"}}})

	own := "角色“销售代表”：本人"
	for _, c := range []struct{ user, entity, record, want string }{
		{idOf(rep), "customer", mine.id(), "view✓（" + own + "） edit✓（" + own + "） delete✓（" + own + "） assign✗（没有任何角色授予此权限） name:edit"},
		{idOf(rep), "contact", contact.id(), "view✓（" + own + "） edit✓（" + own + "） delete✓（" + own + "） name:edit mobile:edit"},
		{idOf(rep), "customer", other.id(), "view✗（记录不在数据范围内（本人）） edit✗（记录不在数据范围内（本人）） delete✗（记录不在数据范围内（本人）） assign✗（没有任何角色授予此权限）"},
		{idOf(rep), "customer", shared.id(), "view✓（记录已共享给该用户（协作人）） edit✗（记录不在数据范围内（本人）） delete✗（记录不在数据范围内（本人）） assign✗（没有任何角色授予此权限） name:see"},
		{idOf(auditor), "contact", contact.id(), "view✓（角色“审计”：全部） edit✗（没有任何角色授予此权限） delete✗（没有任何角色授予此权限） name:see mobile:masked"},
	} {
		if got := admin.explained(c.user, c.entity, c.record); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.entity, got, c.want)
		}
	}
	// Everybody may ask about themselves, of what they see; about others only who may see users and roles.
	if got := rep.explained(idOf(rep), "customer", mine.id()); !strings.HasPrefix(got, "view✓") {
		t.Errorf("of oneself: %s", got)
	}
	rep.want(http.StatusNotFound, "GET", "/users/"+idOf(rep)+"/access?entity=customer&record="+other.id(), nil)
	rep.want(http.StatusForbidden, "GET", "/users/"+idOf(admin)+"/access", nil)
	all := into[Access](t, admin.want(http.StatusOK, "GET", "/users/"+idOf(rep)+"/access", nil))
	if len(all.Modules) == 0 || all.Record != nil || len(all.Roles) != 1 || all.Modules[0].Actions[0].Why[0] != own || all.Modules[0].Actions[1].Why[0] != "角色“销售代表”" {
		t.Errorf("%+v", all)
	}
}

func TestRoleCatalogue(t *testing.T) {
	t.Parallel()
	s, admin := newCompany(t)
	rep, _ := s.user("rep", "sales_rep"), s.user("second", "sales_rep")
	ops := s.user("ops", "sales_ops")
	rep.want(http.StatusForbidden, "GET", "/roles/catalogue", nil)
	c := into[RoleCatalogue](t, ops.want(http.StatusOK, "GET", "/roles/catalogue", nil))
	var grants []string
	for _, m := range c.Modules {
		for _, a := range m.Actions {
			if m.Module == "customer" && a.Reach || m.Module == "role" && a.Reach {
				grants = append(grants, m.Label+a.Label)
			}
		}
	}
	if got := strings.Join(grants, " "); got != "客户与联系人查看 客户与联系人编辑 客户与联系人归档 客户与联系人分配" {
		t.Errorf("with a reach: %s", got)
	}
	if len(c.Scopes) != 6 || c.Scopes[0].Label != "本人" || c.Scopes[5].Label != "全部" {
		t.Errorf("scopes: %+v", c.Scopes)
	}
	fields := map[string]RuleField{}
	for _, e := range c.Entities {
		for _, f := range e.Fields {
			fields[e.Entity+"."+f.Field] = f
		}
	}
	if !fields["contact.mobile"].Private || fields["customer.name"].Label != "客户名称" || fields["customer.name"].ReadOnly {
		t.Errorf("fields: %+v", fields)
	}
	have := map[string]int64{}
	for _, r := range into[page](t, admin.want(http.StatusOK, "GET", "/roles", nil)).Items {
		if x, err := id.Parse(r.id()); err == nil && c.Users[x] > 0 {
			have[r["built_in"].(string)] = c.Users[x]
		}
	}
	if want := map[string]int64{"admin": 1, "sales_rep": 2, "sales_ops": 1}; !maps.Equal(have, want) {
		t.Errorf("users by role: %v, want %v", have, want)
	}
}
