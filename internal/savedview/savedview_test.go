package savedview_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/savedview"
	"genjin/internal/testkit"
)

func view(name string, scope savedview.Scope) *savedview.View {
	return &savedview.View{Name: name, Entity: "customer", Scope: scope, Search: json.RawMessage(`{"sort":"-name"}`)}
}

func create(k *testkit.Kit, who *access.Actor, v *savedview.View) error {
	return k.Do(who, func(ctx context.Context, s *record.Session) error { return savedview.Create(ctx, s, v) })
}

func sees(k *testkit.Kit, who *access.Actor) string {
	var names []string
	k.Read(who, func(ctx context.Context, s *record.Session) error {
		list, err := savedview.List(ctx, s, "")
		for _, v := range list {
			name := v.Name
			if v.Mine {
				name += "*"
			}
			names = append(names, name)
		}
		return err
	})
	return strings.Join(names, " ")
}

func TestFindByName(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	rep := k.User("rep", "甲", org.SalesRep, k.Root)
	for _, name := range []string{"华东重点客户", "本月到期 A 级"} {
		k.Must(create(k, rep, view(name, savedview.All)))
	}
	k.Must(create(k, k.Admin, view("重点：不给别人看", savedview.Private)))
	for typed, want := range map[string]int{"": 2, "重点": 1, "hdzd": 1, "zhongdian": 1, "到期 a": 1, "到期 重点": 0, "没有": 0, "不给": 0} {
		k.Read(rep, func(ctx context.Context, s *record.Session) error {
			list, err := savedview.List(ctx, s, typed)
			if len(list) != want {
				t.Errorf("%q finds %+v", typed, list)
			}
			return err
		})
	}
}

func TestWhoSeesAndChangesAView(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	east := k.Department("华东", k.Root)
	owner, mate, far := k.User("owner", "甲", org.SalesRep, east), k.User("mate", "乙", org.SalesRep, east), k.User("far", "丙", org.Supervisor, k.Root)
	views := map[string]*savedview.View{"private": view("private", savedview.Private), "department": view("department", savedview.Department), "all": view("all", savedview.All)}
	for i, name := range []string{"all", "private", "department"} {
		views[name].Position = int64(3 - i)
		k.Must(create(k, owner, views[name]))
	}
	for who, want := range map[*access.Actor]string{owner: "department* private* all*", mate: "department all", far: "all", k.Admin: "all"} {
		if got := sees(k, who); got != want {
			t.Errorf("%s sees %q, want %q", who.Login, got, want)
		}
	}
	update := func(who *access.Actor, x id.ID, version int64, fn func(v *savedview.View)) error {
		return k.Do(who, func(ctx context.Context, s *record.Session) error {
			_, err := savedview.Update(ctx, s, x, version, fn)
			return err
		})
	}
	remove := func(who *access.Actor, x id.ID) error {
		return k.Do(who, func(ctx context.Context, s *record.Session) error { return savedview.Delete(ctx, s, x) })
	}
	for _, c := range []struct {
		who  *access.Actor
		view string
		want errs.Kind
	}{
		{mate, "private", errs.NotFound},
		{mate, "department", errs.Denied},
		{mate, "all", errs.Denied},
		{far, "private", errs.NotFound},
		{far, "department", errs.NotFound},
		{far, "all", errs.Denied},
		{k.Admin, "private", errs.NotFound},
		{k.Admin, "department", errs.NotFound},
	} {
		x := views[c.view].ID
		for what, err := range map[string]error{"update": update(c.who, x, 0, func(v *savedview.View) { v.Name = "x" }), "delete": remove(c.who, x)} {
			if !errs.Is(err, c.want) {
				t.Errorf("%s %ss the view for %s: %v, want %s", c.who.Login, what, c.view, err, c.want)
			}
		}
	}
	x := views["all"].ID
	k.Must(update(k.Admin, x, 1, func(v *savedview.View) { v.Name, v.ID, v.Owner = " 重点  客户 ", 4711, far.ID }))
	if got := sees(k, far); got != "重点 客户" {
		t.Errorf("renamed: %q", got)
	}
	if err := update(owner, x, 1, func(v *savedview.View) { v.Name = "y" }); !errs.Is(err, errs.Stale) {
		t.Errorf("an old version: %v", err)
	}
	k.Must(update(owner, x, 2, func(v *savedview.View) { v.Scope = savedview.Private }))
	if got := sees(k, k.Admin); got != "" {
		t.Errorf("what is private now is seen as %q", got)
	}
	k.Must(remove(owner, x))
	if err := remove(owner, x); !errs.Is(err, errs.NotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if got := sees(k, owner); got != "department* private*" {
		t.Errorf("after removing one: %q", got)
	}
}

func TestViewsThatAreRefused(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for field, change := range map[string]func(v *savedview.View){
		"name":   func(v *savedview.View) { v.Name = " \u200b" },
		"name ":  func(v *savedview.View) { v.Name = strings.Repeat("长", 41) },
		"entity": func(v *savedview.View) { v.Entity = "nothing" },
		"scope":  func(v *savedview.View) { v.Scope = "everybody" },
		"scope ": func(v *savedview.View) { v.Scope = "" },
		"search": func(v *savedview.View) { v.Search = json.RawMessage(`{`) },
		"search ": func(v *savedview.View) {
			v.Search = json.RawMessage(`{"q":"` + strings.Repeat("x", 32<<10) + `"}`)
		},
		"search  ": func(v *savedview.View) { v.Search = json.RawMessage("{\"q\":\"\xff\"}") },
	} {
		v := view("一", savedview.Private)
		change(v)
		err := create(k, k.Admin, v)
		e, ok := errs.As(err)
		if !ok || e.Kind != errs.Invalid || e.Fields[0].Name != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	k.Must(create(k, k.Admin, view("一", savedview.Private)))
	err := k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		for i := range 200 {
			if err := savedview.Create(ctx, s, view(fmt.Sprint(i), savedview.Private)); err != nil {
				return err
			}
		}
		return nil
	})
	if e, ok := errs.As(err); !ok || e.Fields[0].Key != "field.too_many" {
		t.Errorf("more views than anybody needs: %v", err)
	}
}
