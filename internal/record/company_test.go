package record_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/sqldb"
	"genjin/internal/testkit"
)

// company is a kit with a tree of departments and people in them:
//
//	总公司 ─ east (boss, rep, subject) ─ shanghai (below)
//	       └ south (far)
type company struct {
	*testkit.Kit
	east, shanghai, south          id.ID
	boss, rep, subject, below, far *access.Actor
}

func newCompany(t *testing.T) *company {
	t.Helper()
	c := &company{Kit: testkit.New(t)}
	c.east = c.Department("华东", c.Root)
	c.shanghai = c.Department("上海", c.east)
	c.south = c.Department("华南", c.Root)
	c.boss = c.User("boss", "主管", org.Supervisor, c.east)
	c.rep = c.User("rep", "同事", org.SalesRep, c.east)
	c.subject = c.User("subject", "本人", org.SalesRep, c.east)
	c.below = c.User("below", "下级", org.SalesRep, c.shanghai)
	c.far = c.User("far", "外部", org.SalesRep, c.south)
	return c
}

var asSystem = access.System("test")

// role adds a role.
func (c *company) role(r org.Role, p org.Permissions, rules org.FieldRules) id.ID {
	c.T.Helper()
	permissions, err := json.Marshal(p)
	c.Must(err)
	fields, err := json.Marshal(rules)
	c.Must(err)
	r.Permissions, r.Fields = string(permissions), string(fields)
	c.Must(c.Do(asSystem, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, &r) }))
	return r.ID
}

// with gives a user roles and gives them as they are now.
func (c *company) with(user *access.Actor, roles ...id.ID) *access.Actor {
	c.T.Helper()
	var list entity.List
	for _, x := range roles {
		list = append(list, x.String())
	}
	c.Must(c.Do(asSystem, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, user.ID, 0, func(u *org.User) error { u.RoleIDs = list; return nil })
		return err
	}))
	return c.Actor(user.ID)
}

// customer adds a customer of an owner; nil for none.
func (c *company) customer(name string, owner *access.Actor, more ...func(*crm.Customer)) *crm.Customer {
	c.T.Helper()
	rec := &crm.Customer{Name: name}
	for _, fn := range more {
		fn(rec)
	}
	if owner != nil {
		rec.OwnerID = owner.ID
	}
	c.Must(c.Do(asSystem, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, rec) }))
	return rec
}

// add makes any record on behalf of the system.
func add[T any](c *testkit.Kit, rec *T) *T {
	c.T.Helper()
	c.Must(c.Store.Write(c.T.Context(), asSystem, audit.Import, func(s *record.Session) error { return record.Create(c.T.Context(), s, rec) }))
	return rec
}

func (c *company) share(x id.ID, shares ...record.Share) {
	c.T.Helper()
	c.Must(c.Do(asSystem, func(ctx context.Context, s *record.Session) error { return s.SetShares(ctx, "customer", x, shares) }))
}

// digest is everything that the database holds, so that a refused write can be shown to have written nothing.
func digest(k *testkit.Kit) map[string]string {
	k.T.Helper()
	out := map[string]string{}
	k.Must(k.Store.DB().Read(k.T.Context(), func(tx *sqldb.Tx) error {
		tables, err := tx.Tables(k.T.Context())
		if err != nil {
			return err
		}
		for _, table := range tables {
			columns, err := tx.Columns(k.T.Context(), table)
			if err != nil {
				return err
			}
			if strings.HasPrefix(table, "search") && tx.Dialect() == sqldb.SQLite {
				continue // its rows have no columns to read
			}
			rows, err := tx.Query(k.T.Context(), "SELECT * FROM "+table)
			if err != nil {
				return err
			}
			var lines []string
			for rows.Next() {
				values, dest := make([]any, len(columns)), make([]any, len(columns))
				for i := range values {
					dest[i] = &values[i]
				}
				if err := rows.Scan(dest...); err != nil {
					return err
				}
				lines = append(lines, fmt.Sprint(values...))
			}
			if err := rows.Close(); err != nil {
				return err
			}
			slices.Sort(lines)
			out[table] = strings.Join(lines, "\n")
		}
		return nil
	}))
	return out
}

// unchanged runs fn and reports the tables that it changed.
func unchanged(k *testkit.Kit, what string, fn func()) {
	k.T.Helper()
	before := digest(k)
	fn()
	after := digest(k)
	for _, table := range slices.Sorted(maps.Keys(before)) {
		if before[table] != after[table] {
			k.T.Errorf("%s: table %s has changed", what, table)
		}
	}
}

func wantKind(t testing.TB, what string, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// refusedFor reports whether err refuses a field for a reason.
func refusedFor(err error, field, key string) bool {
	e, ok := errs.As(err)
	return ok && slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == field && f.Key == key })
}

// asKnown gives an error that users can understand; false for one that only an administrator can.
func asKnown(err error) (error, bool) {
	if e, ok := errs.As(err); ok && e.Kind != errs.Unavailable {
		return e, true
	}
	return err, false
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
