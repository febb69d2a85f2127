package auth_test

import (
	"context"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/auth"
	"genjin/internal/dbtest"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// thing is a record with an owner, part one that hangs on it; both belong to modules that tokens can be narrowed to.
type thing struct {
	record.Base
	record.Owned
	Name string `field:"name"`
}

type part struct {
	record.Base
	ThingID id.ID  `field:"thing_id"`
	Name    string `field:"name"`
}

const thingTables = `
CREATE TABLE thing (id INTEGER PRIMARY KEY, version INTEGER, created_at INTEGER, created_by INTEGER, updated_at INTEGER,
	updated_by INTEGER, archived_at INTEGER, custom TEXT, owner_id INTEGER, department_id INTEGER, name TEXT);
CREATE TABLE part (id INTEGER PRIMARY KEY, version INTEGER, created_at INTEGER, created_by INTEGER, updated_at INTEGER,
	updated_by INTEGER, archived_at INTEGER, custom TEXT, thing_id INTEGER, name TEXT);`

func registerThings(reg *record.Registry) {
	name := func() *entity.Field {
		return &entity.Field{Name: "name", Label: i18n.T("名称", "Name"), Type: entity.Text, Required: true}
	}
	record.Register(reg, record.Kind[thing]{Def: &entity.Def{
		Name: "thing", Path: "things", Module: "customer", Label: i18n.T("物", "Thing"), Plural: i18n.T("物", "Things"),
		Title: "name", Owned: true, Fields: []*entity.Field{name()}, Columns: []string{"name"}, Sort: "-created_at",
	}})
	record.Register(reg, record.Kind[part]{Def: &entity.Def{
		Name: "part", Path: "parts", Module: "followup", Label: i18n.T("件", "Part"), Plural: i18n.T("件", "Parts"),
		Title: "name", Parents: []string{"thing_id"}, Columns: []string{"name"}, Sort: "-created_at",
		Fields: []*entity.Field{name(), {Name: "thing_id", Label: i18n.T("物", "Thing"), Type: entity.Ref, Ref: "thing"}},
	}})
}

// TestNarrowTokenStaysNarrow: what the owner reaches by sharing, or through a record that something hangs on, a token
// reaches only as far as it was let.
func TestNarrowTokenStaysNarrow(t *testing.T) {
	t.Parallel()
	reg := record.NewRegistry()
	actors := org.Register(reg)
	registerThings(reg)
	store := record.NewStore(dbtest.Open(t), reg, time.UTC)
	h := &house{Service: auth.New(store, actors, auth.Options{Cost: cheap}), t: t, store: store, user: map[string]id.ID{}}
	h.add("ann")
	h.add("bob")
	mine, theirs, child := &thing{Name: "mine"}, &thing{Name: "theirs"}, &part{Name: "child"}
	mine.OwnerID, theirs.OwnerID = h.user["ann"], h.user["bob"]
	h.must(h.write(func(ctx context.Context, s *record.Session) error {
		if err := s.Tx.Script(ctx, s.Tx.Dialect().DDL(thingTables)); err != nil {
			return err
		}
		if err := record.Create(ctx, s, mine); err != nil {
			return err
		}
		if err := record.Create(ctx, s, theirs); err != nil {
			return err
		}
		child.ThingID = mine.ID
		if err := record.Create(ctx, s, child); err != nil {
			return err
		}
		_, err := s.Tx.Exec(ctx, `INSERT INTO share (user_id, record_id, entity, access, created_at) VALUES (?, ?, 'thing', 'edit', ?)`,
			h.user["ann"], theirs.ID, s.Tx.Now)
		return err
	}))
	ann, err := h.Authenticate(t.Context(), with(h.signedIn("ann")))
	h.must(err)
	if !ann.Actor.May("customer", access.Edit) {
		t.Fatal("the owner of the tokens may not edit")
	}
	for _, tt := range []struct {
		limits           auth.Limits
		seen, changed    bool // things
		part, partChange bool
	}{
		{nil, true, true, true, true},
		{auth.Limits{"customer": {access.View, access.Edit}, "followup": {access.View, access.Edit}}, true, true, true, true},
		{auth.Limits{"customer": {access.View}}, true, false, false, false},
		{auth.Limits{"customer": {access.View, access.Edit}, "followup": {access.View}}, true, true, true, false},
		{auth.Limits{"followup": {access.View}}, false, false, false, false}, // seen through the thing alone
		{auth.Limits{"user": {}}, false, false, false, false},
		{auth.Limits{}, false, false, false, false},
	} {
		secret, _, err := h.CreateToken(t.Context(), ann.Actor, auth.NewToken{Name: "x", Limits: tt.limits}, home)
		h.must(err)
		who, err := h.Authenticate(t.Context(), bearer(secret))
		h.must(err)
		for _, x := range []id.ID{mine.ID, theirs.ID} {
			h.verdict(who, tt.limits, "thing", x, tt.seen, tt.changed)
		}
		h.verdict(who, tt.limits, "part", child.ID, tt.part, tt.partChange)
	}
}

// verdict checks whether who sees and changes a record, and that what they are told they can do is true.
func (h *house) verdict(who auth.Who, limits auth.Limits, entityName string, x id.ID, seen, changed bool) {
	h.t.Helper()
	ctx := h.t.Context()
	err := h.store.Read(ctx, who.Actor, func(s *record.Session) error { _, err := s.Load(ctx, entityName, x); return err })
	if (err == nil) != seen || err != nil && !errs.Is(err, errs.NotFound) {
		h.t.Errorf("%v: seeing the %s gives %v", limits, entityName, err)
	}
	err = h.store.Write(ctx, who.Actor, audit.API, func(s *record.Session) error {
		return s.UpdateOne(ctx, entityName, x, 0, record.Values{"name": h.store.DB().NewID().String()})
	})
	want := errs.Denied
	if !seen {
		want = errs.NotFound
	}
	if (err == nil) != changed || err != nil && !errs.Is(err, want) {
		h.t.Errorf("%v: changing the %s gives %v", limits, entityName, err)
	}
}
