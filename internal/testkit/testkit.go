// Package testkit sets up a small company for tests: a fresh database, the kinds of the product, the built-in roles and
// an administrator.
package testkit

import (
	"context"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Start is where the clock of a kit stands: a Tuesday morning in Shanghai.
var Start = time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)

// Kit is a company to test with.
type Kit struct {
	T      testing.TB
	Clock  *clock.Fake
	Store  *record.Store
	Actors *org.Actors
	Files  *files.Store
	Admin  *access.Actor
	Root   id.ID // the top department
}

// New sets a company up. More registers further kinds; their tables are the test's to make.
func New(t testing.TB, more ...func(reg *record.Registry)) *Kit {
	t.Helper()
	k := &Kit{T: t, Clock: clock.NewFake(Start)}
	options := dbtest.Options(t)
	options.Clock = k.Clock
	db := dbtest.OpenWith(t, options)
	reg := record.NewRegistry()
	k.Actors = org.Register(reg)
	crm.Register(reg)
	for _, register := range more {
		register(reg)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	k.Must(err)
	k.Store = record.NewStore(db, reg, zone)
	k.Must(k.Store.RefreshSchema(t.Context()))
	k.Must(k.Actors.Calendars.Refresh(t.Context(), k.Store))
	k.Store.UseCalendars(k.Actors.Calendars)
	k.Files, err = files.Open(t.TempDir(), k.Clock)
	k.Must(err)
	t.Cleanup(func() { k.Files.Close() })
	k.Must(k.Store.Write(t.Context(), access.System("test"), audit.Rule, func(s *record.Session) error {
		if err := org.Seed(t.Context(), s); err != nil {
			return err
		}
		root := &org.Department{Name: "总公司"}
		if err := record.Create(t.Context(), s, root); err != nil {
			return err
		}
		k.Root = root.ID
		return nil
	}))
	k.Admin = k.User("admin", "管理员", org.Admin, k.Root)
	return k
}

// Must ends the test when err is not nil.
func (k *Kit) Must(err error) {
	k.T.Helper()
	if err != nil {
		k.T.Fatal(err)
	}
}

// Department adds a department below parent.
func (k *Kit) Department(name string, parent id.ID) id.ID {
	k.T.Helper()
	d := &org.Department{Name: name, ParentID: parent}
	k.Must(k.Store.Write(k.T.Context(), access.System("test"), audit.Rule, func(s *record.Session) error {
		return record.Create(k.T.Context(), s, d)
	}))
	return d.ID
}

// User adds a user with a built-in role and gives them as an actor.
func (k *Kit) User(login, name, role string, department id.ID) *access.Actor {
	k.T.Helper()
	u := &org.User{Login: login, Name: name, DepartmentID: department, Active: true}
	k.Must(k.Store.Write(k.T.Context(), access.System("test"), audit.Rule, func(s *record.Session) error {
		x, err := org.RoleOf(k.T.Context(), s.Tx, role)
		if err != nil {
			return err
		}
		u.RoleIDs = entity.List{x.String()}
		return record.Create(k.T.Context(), s, u)
	}))
	return k.Actor(u.ID)
}

// Actor gives a user as they are now.
func (k *Kit) Actor(user id.ID) (a *access.Actor) {
	k.T.Helper()
	k.Must(k.Store.DB().Read(k.T.Context(), func(tx *sqldb.Tx) (err error) {
		a, err = org.LoadActor(k.T.Context(), tx, user)
		return err
	}))
	a.Lang = i18n.ZH
	return a
}

// Do runs fn in a transaction on behalf of an actor, as if they sat at the screen.
func (k *Kit) Do(actor *access.Actor, fn func(ctx context.Context, s *record.Session) error) error {
	return k.Store.Write(k.T.Context(), actor, audit.Screen, func(s *record.Session) error { return fn(k.T.Context(), s) })
}

// Read runs fn on a snapshot on behalf of an actor.
func (k *Kit) Read(actor *access.Actor, fn func(ctx context.Context, s *record.Session) error) {
	k.T.Helper()
	k.Must(k.Store.Read(k.T.Context(), actor, func(s *record.Session) error { return fn(k.T.Context(), s) }))
}
