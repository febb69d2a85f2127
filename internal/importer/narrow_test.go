package importer_test

import (
	"context"
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/importer"
	"genjin/internal/org"
	"genjin/internal/record"
)

func TestNarrowedSeeImportsOnlyWhenLet(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	imp, err := c.m.Start(t.Context(), c.Admin, "customer", "x.csv", strings.NewReader("客户名称\n甲公司\n"))
	c.Must(err)
	for _, x := range []struct {
		only map[string][]access.Action
		sees bool
	}{
		{nil, true},
		{map[string][]access.Action{"customer": {access.Import}}, true},
		{map[string][]access.Action{"customer": {access.View}}, false},
		{map[string][]access.Action{}, false},
	} {
		_, err := c.m.Get(t.Context(), org.Narrowed(c.Admin, x.only), imp.ID)
		if x.sees != (err == nil) || !x.sees && !errs.Is(err, errs.NotFound) {
			t.Errorf("%v: %v", x.only, err)
		}
	}
}

// TestWhatIsGoneIsNotTakenBack: what an import made and somebody else has by now is neither told of nor, by force, deleted.
func TestWhatIsGoneIsNotTakenBack(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	permissions := `{"customer":{"view":"self","create":true,"edit":"self","import":true},"followup":{"view":"self"}}`
	rep, far := c.User("rep", "代表", org.SalesRep, c.Root), c.User("far", "他人", org.SalesRep, c.Root)
	role := &org.Role{Name: "可导入", Permissions: permissions}
	c.Must(c.Do(access.System("test"), func(ctx context.Context, s *record.Session) error {
		if err := record.Create(ctx, s, role); err != nil {
			return err
		}
		_, err := record.Update(ctx, s, rep.ID, 0, func(u *org.User) error { u.RoleIDs = entity.List{role.ID.String()}; return nil })
		return err
	}))
	rep = c.Actor(rep.ID)
	imp, err := c.m.Start(t.Context(), rep, "customer", "x.csv", strings.NewReader("客户名称\n甲公司\n乙公司\n"))
	c.Must(err)
	imp, err = c.m.Run(t.Context(), rep, imp.ID, func(importer.Progress) {})
	c.Must(err)
	gone := c.customer("甲公司")
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", gone.ID, 0, record.Values{"owner_id": int64(far.ID), "remark": "机密"})
	}))
	for _, force := range [][]id.ID{nil, {gone.ID}} {
		imp, err = c.m.Undo(t.Context(), rep, imp.ID, force, nil)
		c.Must(err)
		if len(imp.Conflicts) != 1 || len(c.customers()) != 1 {
			t.Fatalf("force %v: %+v, %d customers", force, imp.Conflicts, len(c.customers()))
		}
		c.Read(rep, func(ctx context.Context, s *record.Session) error {
			told, err := importer.Conflicts(ctx, s, imp)
			if len(told) != 1 || told[0].ID != 0 || told[0].Title != "" || len(told[0].Fields) != 0 {
				t.Errorf("the importer is told %+v", told)
			}
			return err
		})
	}
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
		told, err := importer.Conflicts(ctx, s, imp)
		if len(told) != 1 || told[0].ID != gone.ID || told[0].Title != "甲公司" {
			t.Errorf("the administrator is told %+v", told)
		}
		return err
	})
	imp, err = c.m.Undo(t.Context(), c.Admin, imp.ID, []id.ID{gone.ID}, nil)
	c.Must(err)
	if len(imp.Conflicts) != 0 || len(c.customers()) != 0 {
		t.Errorf("by force of who may: %+v, %d customers", imp.Conflicts, len(c.customers()))
	}
}
