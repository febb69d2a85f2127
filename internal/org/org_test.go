package org_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// company is a small company: 总部 with 销售一部 (and 一组 below it) and 销售二部, and people in each.
type company struct {
	t      *testing.T
	store  *record.Store
	actors *org.Actors
	dept   map[string]id.ID
	user   map[string]id.ID
	role   map[string]id.ID
}

func newCompany(t *testing.T) *company {
	t.Helper()
	reg := record.NewRegistry()
	c := &company{t: t, actors: org.Register(reg), dept: map[string]id.ID{}, user: map[string]id.ID{}, role: map[string]id.ID{}}
	c.store = record.NewStore(dbtest.Open(t), reg, time.UTC)
	c.must(c.system(func(ctx context.Context, s *record.Session) error {
		if err := org.Seed(ctx, s); err != nil {
			return err
		}
		for _, b := range org.BuiltIns {
			x, err := org.RoleOf(ctx, s.Tx, b.Key)
			if err != nil {
				return err
			}
			c.role[b.Key] = x
		}
		return nil
	}))
	for _, d := range [][2]string{{"head", ""}, {"one", "head"}, {"team", "one"}, {"two", "head"}} {
		c.addDepartment(d[0], d[1])
	}
	for name, dept := range map[string]string{"boss": "head", "lead": "one", "ann": "one", "bob": "team", "cat": "two", "dan": "two"} {
		c.addUser(name, dept, org.SalesRep)
	}
	return c
}

func (c *company) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *company) system(fn func(ctx context.Context, s *record.Session) error) error {
	return c.as(access.System("test"), fn)
}

func (c *company) as(actor *access.Actor, fn func(ctx context.Context, s *record.Session) error) error {
	return c.store.Write(c.t.Context(), actor, audit.Screen, func(s *record.Session) error { return fn(c.t.Context(), s) })
}

func (c *company) addDepartment(name, parent string) {
	c.t.Helper()
	d := &org.Department{Name: name, ParentID: c.dept[parent]}
	c.must(c.system(func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, d) }))
	c.dept[name] = d.ID
}

func (c *company) addUser(login, dept string, roles ...string) {
	c.t.Helper()
	u := &org.User{Login: login, Name: login, DepartmentID: c.dept[dept], RoleIDs: c.roles(roles...)}
	c.must(c.system(func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, u) }))
	c.user[login] = u.ID
}

func (c *company) roles(keys ...string) entity.List {
	var l entity.List
	for _, key := range keys {
		l = append(l, c.role[key].String())
	}
	return l
}

// addRole makes a role of the company's own that grants the given reach over customers.
func (c *company) addRole(name string, r org.Role) {
	c.t.Helper()
	r.Name = name
	c.must(c.system(func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, &r) }))
	c.role[name] = r.ID
}

func (c *company) change(login string, fn func(u *org.User)) error {
	return c.changeAs(access.System("test"), login, fn)
}

func (c *company) changeAs(actor *access.Actor, login string, fn func(u *org.User)) error {
	return c.as(actor, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, c.user[login], 0, func(u *org.User) error { fn(u); return nil })
		return err
	})
}

func (c *company) actor(login string) *access.Actor {
	c.t.Helper()
	a, err := c.actors.Get(c.t.Context(), c.store.DB(), c.user[login])
	c.must(err)
	return a
}

// names gives the logins and departments that a reach includes.
func (c *company) names(r access.Reach) (out []string) {
	if r.Everything {
		return []string{"everything"}
	}
	for name, x := range c.user {
		if slices.Contains(r.Owners, x) {
			out = append(out, name)
		}
	}
	for name, x := range c.dept {
		if slices.Contains(r.Departments, x) {
			out = append(out, "/"+name)
		}
	}
	slices.Sort(out)
	return out
}

func TestScopes(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(c.system(func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, c.dept["one"], 0, func(d *org.Department) error {
			d.SupervisorIDs = entity.List{c.user["lead"].String(), c.user["cat"].String()}
			return nil
		})
		return err
	}))
	c.must(c.change("bob", func(u *org.User) { u.Active = false }))
	listed := `{"scope":"listed","departments":["` + c.dept["one"].String() + `"]}`
	listedBelow := `{"scope":"listed","departments":["` + c.dept["one"].String() + `"],"below":true}`
	for i, tt := range []struct {
		user, grant string
		want        []string
		wide        bool
	}{
		{"ann", `"self"`, []string{"ann"}, true}, // one of five active
		{"ann", `"none"`, nil, false},
		{"lead", `"subordinates"`, []string{"ann", "bob", "lead"}, true},
		{"cat", `"subordinates"`, []string{"ann", "bob", "cat", "lead"}, true},
		{"dan", `"subordinates"`, []string{"dan"}, true},
		{"lead", `"department"`, []string{"/one", "lead"}, true},
		{"lead", `"department_tree"`, []string{"/one", "/team", "lead"}, true},
		{"boss", `"department_tree"`, []string{"/head", "/one", "/team", "/two", "boss"}, true},
		{"dan", listed, []string{"/one", "dan"}, true},
		{"dan", listedBelow, []string{"/one", "/team", "dan"}, true},
		{"dan", `"all"`, []string{"everything"}, false},
	} {
		name := fmt.Sprint(tt.user, i)
		c.addRole(name, org.Role{Permissions: `{"customer":{"view":` + tt.grant + `}}`})
		c.must(c.change(tt.user, func(u *org.User) { u.RoleIDs = c.roles(name) }))
		got := c.actor(tt.user).Reach("customer", access.View)
		if diff := cmp.Diff(tt.want, c.names(got)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.user, tt.grant, diff)
		}
		if got.Wide != tt.wide {
			t.Errorf("%s %s: wide = %v", tt.user, tt.grant, got.Wide)
		}
	}
}

func TestBuiltInRoles(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.addUser("root", "head", org.Admin)
	all, self, tree, none := access.All, access.Self, access.DepartmentTree, access.None
	yes := access.All
	for _, tt := range []struct {
		role                             string
		view, create, edit, remove       access.Scope
		assign, imports, export, setting access.Scope
		private, masked                  bool
	}{
		{org.SalesRep, self, yes, self, self, none, none, none, none, true, false},
		{org.Supervisor, tree, yes, tree, tree, tree, none, none, none, true, false},
		{org.SalesOps, all, yes, all, all, all, yes, yes, none, true, false},
		{org.Service, all, none, self, none, none, none, none, none, true, false},
		{org.Finance, all, none, none, none, none, none, none, none, false, false},
		{org.Admin, all, yes, all, all, all, yes, yes, yes, true, false},
		{org.Auditor, all, none, none, none, none, none, none, none, false, true},
	} {
		c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles(tt.role) }))
		a := c.actor("ann")
		for action, want := range map[access.Action]access.Scope{
			access.View: tt.view, access.Create: tt.create, access.Edit: tt.edit, access.Delete: tt.remove,
			access.Assign: tt.assign, access.Import: tt.imports, access.Export: tt.export,
		} {
			if got := a.Reach("customer", action).Scope; got != want {
				t.Errorf("%s: %s reaches %q, want %q", tt.role, action, got, want)
			}
		}
		if got := a.Reach("setting", access.Edit).Scope; got != tt.setting {
			t.Errorf("%s: settings %q", tt.role, got)
		}
		if a.SeesPrivate != tt.private || a.Masked != tt.masked {
			t.Errorf("%s: sees private %v, masked %v", tt.role, a.SeesPrivate, a.Masked)
		}
	}
}

func TestAuditorWritesNothing(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles(org.Auditor) }))
	a := c.actor("ann")
	for _, m := range org.Modules {
		for _, action := range m.Actions {
			if a.May(m.Name, action) != (action == access.View) {
				t.Errorf("auditor may %s %s: %v", action, m.Name, a.May(m.Name, action))
			}
		}
	}
}

func TestRolesAddUp(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.addRole("exporter", org.Role{
		Permissions: `{"customer":{"view":"self","export":true}}`,
		Fields:      `{"customer":{"grade":"hidden","need":"see","remark":"masked"}}`, Masked: true,
	})
	c.addRole("viewer", org.Role{
		Permissions: `{"customer":{"view":"department"}}`,
		Fields:      `{"customer":{"grade":"masked","remark":"hidden"}}`, Masked: true,
	})
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles("exporter", "viewer") }))
	a := c.actor("ann")
	if got := c.names(a.Reach("customer", access.View)); !slices.Equal(got, []string{"/one", "ann"}) {
		t.Errorf("view reaches %v", got)
	}
	if got := c.names(a.Reach("customer", access.Export)); !slices.Equal(got, []string{"ann"}) {
		t.Errorf("export reaches %v: a role that may not export must add nothing to it", got)
	}
	want := map[string]access.FieldAccess{"grade": access.FieldMasked, "need": access.FieldEdit, "remark": access.FieldMasked}
	if diff := cmp.Diff(want, a.Fields["customer"]); diff != "" {
		t.Errorf("field rules (-want +got):\n%s", diff)
	}
	if !a.Masked || a.SeesPrivate {
		t.Error("two masking roles must mask")
	}
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles("exporter", org.SalesRep) }))
	if a := c.actor("ann"); a.Masked || !a.SeesPrivate || a.Field("customer", "grade") != access.FieldEdit {
		t.Error("the more generous role must win")
	}
}

func TestColleaguesSeeNamesOnly(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(c.change("bob", func(u *org.User) { u.Mobile = "13800138000" }))
	shown := func(login string) (fields []string) {
		c.must(c.store.Read(t.Context(), c.actor(login), func(s *record.Session) error {
			for _, f := range s.Visible("user") {
				fields = append(fields, f.Name)
			}
			_, err := s.Load(t.Context(), "user", c.user["bob"])
			return err
		}))
		return fields
	}
	got := shown("ann")
	for _, f := range []string{"mobile", "email", "role_ids"} {
		if slices.Contains(got, f) {
			t.Errorf("a sales representative sees %s of colleagues", f)
		}
	}
	if !slices.Contains(got, "name") || !slices.Contains(got, "department_id") {
		t.Errorf("names are missing in %v", got)
	}
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles(org.Admin) }))
	if !slices.Contains(shown("ann"), "mobile") {
		t.Error("an administrator does not see mobiles")
	}
}

// wantErr fails unless err is of kind and, when key is given, speaks of key.
func wantErr(t *testing.T, what string, err error, kind errs.Kind, key string) {
	t.Helper()
	e, ok := errs.As(err)
	if !ok || e.Kind != kind {
		t.Errorf("%s: got %v, want %s", what, err, kind)
		return
	}
	if key != e.Key && !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Key == key }) {
		t.Errorf("%s: got %v, want %s", what, err, key)
	}
}

func TestLastAdminRemains(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.addUser("root", "head", org.Admin)
	off := func(u *org.User) { u.Active = false }
	wantErr(t, "disabling", c.change("root", off), errs.Conflict, "user.last_admin")
	wantErr(t, "other role", c.change("root", func(u *org.User) { u.RoleIDs = c.roles(org.SalesRep) }), errs.Conflict, "user.last_admin")
	wantErr(t, "archiving", c.system(func(ctx context.Context, s *record.Session) error {
		return s.Archive(ctx, "user", c.user["root"], 0)
	}), errs.Conflict, "user.last_admin")
	c.addUser("root2", "head", org.Admin, org.SalesRep)
	c.must(c.change("root", off))
	wantErr(t, "the second", c.change("root2", off), errs.Conflict, "user.last_admin")
}

func TestNobodyRaisesThemselves(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.addUser("root", "head", org.Admin)
	c.addRole("people", org.Role{Permissions: `{"user":{"view":true,"create":true,"edit":true,"delete":true}}`})
	c.addRole("giver", org.Role{Permissions: `{"user":{"view":true,"edit":true},"role":{"view":true,"assign":true}}`})
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles("people") }))
	c.must(c.change("dan", func(u *org.User) { u.RoleIDs = c.roles("giver") }))
	toAdmin := func(u *org.User) { u.RoleIDs = c.roles(org.Admin) }
	rename := func(u *org.User) { u.Login = "renamed" }
	wantErr(t, "a rep changes a user", c.changeAs(c.actor("bob"), "cat", rename), errs.Denied, "")
	wantErr(t, "self", c.changeAs(c.actor("ann"), "ann", toAdmin), errs.Invalid, "user.roles_denied")
	wantErr(t, "another", c.changeAs(c.actor("ann"), "bob", toAdmin), errs.Invalid, "user.roles_denied")
	wantErr(t, "giver makes an admin", c.changeAs(c.actor("dan"), "bob", toAdmin), errs.Denied, "user.admin_only")
	wantErr(t, "an admin's login", c.changeAs(c.actor("ann"), "root", rename), errs.Denied, "user.admin_only")
	c.must(c.changeAs(c.actor("ann"), "bob", rename))
	c.must(c.changeAs(c.actor("dan"), "bob", func(u *org.User) { u.RoleIDs = c.roles(org.SalesOps) }))
	c.must(c.changeAs(c.actor("root"), "bob", toAdmin))
}

func TestChangesTakeEffect(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	other := org.Register(record.NewRegistry()) // as another replica has it
	get := func() (*access.Actor, error) { return other.Get(t.Context(), c.store.DB(), c.user["ann"]) }
	if a, err := get(); err != nil || a.May("customer", access.Assign) {
		t.Fatal(a, err)
	}
	c.actor("ann")
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles(org.Supervisor) }))
	if !c.actor("ann").May("customer", access.Assign) {
		t.Error("the change did not take effect at once where it was made")
	}
	within(t, time.Second, "a role on another replica", func() bool {
		a, err := get()
		c.must(err)
		return a.May("customer", access.Assign)
	})
	c.must(c.change("ann", func(u *org.User) { u.Active = false }))
	within(t, time.Second, "disabling on another replica", func() bool {
		_, err := get()
		return errs.Is(err, errs.Unauthenticated)
	})
	if _, err := c.actors.Get(t.Context(), c.store.DB(), c.user["ann"]); !errs.Is(err, errs.Unauthenticated) {
		t.Error("a disabled user is still known:", err)
	}
}

func within(t *testing.T, d time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(d); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("%s takes longer than %v", what, d)
			return
		}
	}
}

func TestDepartments(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	move := func(name, parent string) error {
		return c.system(func(ctx context.Context, s *record.Session) error {
			_, err := record.Update(ctx, s, c.dept[name], 0, func(d *org.Department) error { d.ParentID = c.dept[parent]; return nil })
			return err
		})
	}
	wantErr(t, "below itself", move("one", "one"), errs.Invalid, "field.circle")
	wantErr(t, "below its child", move("head", "team"), errs.Invalid, "field.circle")
	c.must(move("team", "two"))
	wantErr(t, "same name", c.system(func(ctx context.Context, s *record.Session) error {
		return record.Create(ctx, s, &org.Department{Name: "team", ParentID: c.dept["two"]})
	}), errs.Invalid, "field.taken")
	wantErr(t, "archiving with people", c.system(func(ctx context.Context, s *record.Session) error {
		return s.Archive(ctx, "department", c.dept["two"], 0)
	}), errs.Invalid, "department.in_use")
	wantErr(t, "unknown supervisor", c.system(func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, c.dept["two"], 0, func(d *org.Department) error {
			d.SupervisorIDs = entity.List{id.ID(12345).String()}
			return nil
		})
		return err
	}), errs.Invalid, "field.no_such_user")
}

func TestUserForm(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	create := func(u org.User) (org.User, error) {
		if u.DepartmentID == 0 {
			u.DepartmentID = c.dept["one"]
		}
		if u.RoleIDs == nil {
			u.RoleIDs = c.roles(org.SalesRep)
		}
		err := c.system(func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, &u) })
		return u, err
	}
	u, err := create(org.User{Login: " ＷangFang ", Name: "王芳"})
	c.must(err)
	if u.Login != "wangfang" || !u.Active || u.NameKey == "" {
		t.Errorf("got %+v", u)
	}
	_, err = create(org.User{Login: "WANGFANG", Name: "王方"})
	wantErr(t, "taken login", err, errs.Invalid, "field.taken")
	for _, login := range []string{"a", "with space", "-x", "a/b"} {
		_, err = create(org.User{Login: login, Name: "x"})
		wantErr(t, login, err, errs.Invalid, "user.login_form")
	}
	_, err = create(org.User{Login: "nobody", Name: "x", RoleIDs: entity.List{id.ID(99).String()}})
	wantErr(t, "unknown role", err, errs.Invalid, "user.no_such_role")
	_, err = create(org.User{Login: "nobody", Name: "x", RoleIDs: entity.List{}})
	wantErr(t, "no role", err, errs.Invalid, "field.required")
}

func TestRolesHoldTogether(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.addUser("root", "head", org.Admin)
	for _, permissions := range []string{
		`{"nothing":{}}`, `{"customer":{"fly":true}}`, `{"customer":{"view":"some"}}`, `{"customer":{"export":"self"}}`,
		`{"user":{"edit":"department"}}`, `{"customer":{"view":"listed"}}`, `[1]`, `{"customer":{"view":{"scope":"listed","departments":[""]}}}`,
	} {
		err := c.system(func(ctx context.Context, s *record.Session) error {
			return record.Create(ctx, s, &org.Role{Name: "role", Permissions: permissions})
		})
		wantErr(t, permissions, err, errs.Invalid, "role.permissions")
	}
	update := func(key string, fn func(r *org.Role)) error {
		return c.system(func(ctx context.Context, s *record.Session) error {
			_, err := record.Update(ctx, s, c.role[key], 0, func(r *org.Role) error { fn(r); return nil })
			return err
		})
	}
	wantErr(t, "admin's permissions", update(org.Admin, func(r *org.Role) { r.Permissions = "{}" }), errs.Conflict, "role.admin_fixed")
	c.must(update(org.Admin, func(r *org.Role) { r.Name = "老板" }))
	c.must(update(org.SalesRep, func(r *org.Role) { r.Permissions = `{"customer":{"view":"all"}}` }))
	wantErr(t, "archiving a role in use", c.system(func(ctx context.Context, s *record.Session) error {
		return s.Archive(ctx, "role", c.role[org.SalesRep], 0)
	}), errs.Conflict, "role.in_use")
	if a := c.actor("ann"); a.Reach("customer", access.View).Scope != access.All || a.May("customer", access.Create) {
		t.Errorf("changed role is not in force: %+v", a.Reaches)
	}
}

func TestSeedKeepsWhatWasChosen(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(c.system(func(ctx context.Context, s *record.Session) error {
		if _, err := record.Update(ctx, s, c.role[org.SalesRep], 0, func(r *org.Role) error {
			r.Permissions = `{"customer":{"view":"all"}}`
			return nil
		}); err != nil {
			return err
		}
		// As a version stored it that did not know the module yet.
		_, err := s.Tx.Exec(ctx, `UPDATE role SET permissions = '{"customer":{"view":"self"}}' WHERE built_in = ?`, org.Supervisor)
		return err
	}))
	c.must(c.system(org.Seed))
	c.must(c.change("ann", func(u *org.User) { u.RoleIDs = c.roles(org.SalesRep) }))
	c.must(c.change("bob", func(u *org.User) { u.RoleIDs = c.roles(org.Supervisor) }))
	if a := c.actor("ann"); a.Reach("customer", access.View).Scope != access.All || a.May("followup", access.View) {
		t.Error("seeding undid what was chosen")
	}
	if b := c.actor("bob"); b.Reach("customer", access.View).Scope != access.Self || b.Reach("followup", access.View).Scope != access.DepartmentTree {
		t.Error("seeding did not add the module that is new")
	}
	var n int
	c.must(c.store.DB().Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), `SELECT COUNT(*) FROM role`).Scan(&n)
	}))
	if n != len(org.BuiltIns) {
		t.Errorf("%d roles after seeding again", n)
	}
}

func BenchmarkLoadActor(b *testing.B) {
	reg := record.NewRegistry()
	actors := org.Register(reg)
	store := record.NewStore(dbtest.Open(b), reg, time.UTC)
	var user id.ID
	err := store.Write(b.Context(), access.System("test"), audit.Demo, func(s *record.Session) error {
		ctx := b.Context()
		if err := org.Seed(ctx, s); err != nil {
			return err
		}
		d := &org.Department{Name: "x"}
		if err := record.Create(ctx, s, d); err != nil {
			return err
		}
		role, err := org.RoleOf(ctx, s.Tx, org.Supervisor)
		if err != nil {
			return err
		}
		for i := range 200 {
			u := &org.User{Login: "u" + id.ID(i+1).String(), Name: "u", DepartmentID: d.ID, RoleIDs: entity.List{role.String()}}
			if err := record.Create(ctx, s, u); err != nil {
				return err
			}
			user = u.ID
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if err := store.DB().Read(b.Context(), func(tx *sqldb.Tx) error {
				_, err := org.LoadActor(b.Context(), tx, user)
				return err
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("held", func(b *testing.B) {
		for b.Loop() {
			if _, err := actors.Get(b.Context(), store.DB(), user); err != nil {
				b.Fatal(err)
			}
		}
	})
}
