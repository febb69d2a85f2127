package record_test

import (
	"context"
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// ruledWorld is a customer of somebody else and one of the subject's, each with a contact, and the subject under field rules.
func ruledWorld(t *testing.T, rules org.FieldRules) (c *company, theirs, mine *crm.Customer, actor *access.Actor) {
	t.Helper()
	c = newCompany(t)
	fill := func(x *crm.Customer) { x.Region, x.Industry = "440305", "3714" }
	theirs, mine = c.customer("深圳甲有限公司", c.rep, fill), c.customer("深圳乙有限公司", c.subject, fill)
	for _, x := range []*crm.Customer{theirs, mine} {
		add(c.Kit, &crm.Contact{CustomerID: x.ID, Name: "李" + x.Name, Title: "厂长" + x.Name, Mobile: "13912340000"})
	}
	actor = c.with(c.subject, c.role(org.Role{Name: "有规则", SeesPrivate: true}, grants(org.Grant{Scope: access.All}), rules))
	return c, theirs, mine, actor
}

func TestMaskedMeaningsDoNotShow(t *testing.T) {
	t.Parallel()
	c, theirs, mine, actor := ruledWorld(t, org.FieldRules{"customer": {"region": access.FieldMasked, "owner_id": access.FieldMasked}})
	c.Read(actor, func(_ context.Context, s *record.Session) error {
		if shown := shownOf(t, s, "customer", theirs.ID); strings.Contains(shown, "南山") || strings.Contains(shown, c.rep.Name) || !strings.Contains(shown, "医疗") && !strings.Contains(shown, `"industry"`) {
			t.Errorf("what is masked shows: %s", shown)
		}
		if shown := shownOf(t, s, "customer", mine.ID); !strings.Contains(shown, "南山") {
			t.Errorf("one's own does not show: %s", shown)
		}
		return nil
	})
}

func TestMaskedByRuleShowsOnWhatHangsOnOnesOwn(t *testing.T) {
	t.Parallel()
	c, theirs, mine, actor := ruledWorld(t, org.FieldRules{"contact": {"title": access.FieldMasked}})
	c.Read(actor, func(ctx context.Context, s *record.Session) error {
		for _, fields := range [][]string{nil, {"title"}} {
			for x, want := range map[id.ID]bool{theirs.ID: false, mine.ID: true} {
				q := record.Query{Filter: record.Where("customer_id", x), Fields: fields}
				page, err := s.List(ctx, "contact", q)
				if err != nil {
					return err
				}
				view, err := s.View(ctx, "contact", page.Rows, fields)
				if err != nil {
					return err
				}
				if shown := string(view.AppendJSON(nil, page.Rows[0])); strings.Contains(shown, "厂长深圳") != want {
					t.Errorf("mine %v: %s", want, shown)
				}
			}
		}
		return nil
	})
}

func TestListsGoOnWithoutTheirUsualOrder(t *testing.T) {
	t.Parallel()
	c, _, _, actor := ruledWorld(t, org.FieldRules{"customer": {"created_at": access.FieldHidden}, "followup": {"happened_at": access.FieldMasked}})
	c.Read(actor, func(ctx context.Context, s *record.Session) error {
		for of, want := range map[string]int{"customer": 2, "followup": 0} {
			page, err := s.List(ctx, of, record.Query{Limit: 1})
			if err != nil || len(page.Rows) != min(want, 1) {
				t.Errorf("%s: %v", of, err)
			}
			for page != nil && page.Next != "" {
				if page, err = s.List(ctx, of, record.Query{Limit: 1, Cursor: page.Next}); err != nil {
					t.Errorf("next page of %s: %v", of, err)
				}
			}
		}
		if _, err := s.List(ctx, "customer", record.Query{Sort: "-created_at"}); err == nil {
			t.Error("a hidden field orders a list when asked to")
		}
		return nil
	})
}

func TestDuplicatesAreNoOracle(t *testing.T) {
	t.Parallel()
	c, theirs, _, hidden := ruledWorld(t, org.FieldRules{"contact": {"mobile": access.FieldMasked}, "customer": {"owner_id": access.FieldHidden}})
	masked := c.with(c.far, c.role(org.Role{Name: "掩码"}, grants(org.Grant{Scope: access.All}), nil))
	match := func(actor *access.Actor, candidate record.Candidate) (found []record.Found) {
		c.Read(actor, func(ctx context.Context, s *record.Session) error {
			all, err := s.Match(ctx, "customer", []record.Candidate{candidate})
			if err == nil {
				found = all[0]
			}
			return err
		})
		return found
	}
	number := record.Candidate{"contact.mobile": "13912340000"}
	if got := match(c.Admin, number); len(got) != 2 {
		t.Errorf("the administrator is told %+v", got)
	}
	for _, actor := range []*access.Actor{hidden, masked} {
		if got := match(actor, number); len(got) != 0 {
			t.Errorf("who sees numbers masked is told %+v", got)
		}
	}
	if got := match(hidden, record.Candidate{"customer.name": theirs.Name}); len(got) != 1 || got[0].Owner != 0 {
		t.Errorf("who does not see owners is told %+v", got)
	}
}

func TestUndoNeedsTheRightAnew(t *testing.T) {
	t.Parallel()
	c, theirs, mine, actor := ruledWorld(t, nil)
	var batch id.ID
	c.Must(c.Do(actor, func(ctx context.Context, s *record.Session) error {
		batch = s.Tx.NewID()
		s.Batch = batch
		for _, x := range []id.ID{theirs.ID, mine.ID} {
			if err := s.UpdateOne(ctx, "customer", x, 0, record.Values{"remark": "批量"}); err != nil {
				return err
			}
		}
		return nil
	}))
	remark := func(x id.ID) (out string) {
		c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
			rec, err := record.Get[crm.Customer](ctx, s, x)
			out = rec.Remark
			return err
		})
		return out
	}
	undo := func(as *access.Actor) (left []record.Left) {
		c.Must(c.Do(as, func(ctx context.Context, s *record.Session) (err error) {
			left, err = s.Undo(ctx, batch)
			return err
		}))
		return left
	}
	narrow := org.Narrowed(actor, map[string][]access.Action{"customer": {access.View}})
	if left := undo(narrow); len(left) != 2 || remark(mine.ID) != "批量" || remark(theirs.ID) != "批量" {
		t.Errorf("a token that may only look took back: %+v", left)
	}
	rep, err := roleOf(c, org.SalesRep)
	c.Must(err)
	less := c.with(c.subject, rep)
	if left := undo(less); len(left) != 1 || left[0].ID != theirs.ID || left[0].Title != "" || remark(mine.ID) != "" || remark(theirs.ID) != "批量" {
		t.Errorf("who sees their own alone now: %+v", left)
	}
}

func roleOf(c *company, key string) (x id.ID, err error) {
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
		x, err = org.RoleOf(ctx, s.Tx, key)
		return err
	})
	return x, err
}

func TestTimelineTellsNoTimesThatAreHidden(t *testing.T) {
	t.Parallel()
	c, theirs, _, actor := ruledWorld(t, org.FieldRules{"followup": {"happened_at": access.FieldHidden}, "file": {"customer_id": access.FieldMasked}})
	add(c.Kit, &crm.Followup{CustomerID: theirs.ID, Content: "电话"})
	add(c.Kit, &crm.Attachment{CustomerID: theirs.ID, Name: "a.txt", SHA256: "00"})
	types := func(a *access.Actor) (got entity.List) {
		c.Read(a, func(ctx context.Context, s *record.Session) error {
			events, err := crm.Timeline(ctx, s, "customer", theirs.ID, crm.Place{}, []string{"followup", "file"}, 10)
			for _, e := range events {
				got = append(got, e.Type)
			}
			return err
		})
		return got
	}
	if got := types(c.Admin); len(got) != 2 {
		t.Errorf("the administrator sees %v", got)
	}
	if got := types(actor); len(got) != 0 {
		t.Errorf("a timeline tells of %v", got)
	}
}

func TestWhatIsNotSeenIsNotAddedTo(t *testing.T) {
	t.Parallel()
	c, theirs, mine, _ := ruledWorld(t, nil)
	blind := c.with(c.subject, c.role(org.Role{Name: "改得到看不到"}, org.Permissions{
		"customer": {access.View: {Scope: access.Self}, access.Create: org.Granted, access.Edit: {Scope: access.All}},
	}, nil))
	put := func(actor *access.Actor, customer id.ID) error {
		return c.Do(actor, func(ctx context.Context, s *record.Session) error {
			_, err := s.CreateOne(ctx, "contact", record.Values{"customer_id": int64(customer), "name": "新人", "mobile": "13812345678"})
			return err
		})
	}
	if err := put(blind, theirs.ID); !refusedFor(err, "customer_id", "field.no_such") {
		t.Errorf("on one that is not seen: %v", err)
	}
	c.Must(put(blind, mine.ID))
	c.Must(c.Do(asSystem, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", mine.ID, 0) }))
	err := c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := s.CreateOne(ctx, "followup", record.Values{"customer_id": int64(mine.ID), "content": "电话"})
		return err
	})
	if !refusedFor(err, "customer_id", "record.archived") {
		t.Errorf("a follow-up on what was put away: %v", err)
	}
}

func TestWhoMayNotEditSharesNothing(t *testing.T) {
	t.Parallel()
	c, _, mine, _ := ruledWorld(t, nil)
	share := func(actor *access.Actor) error {
		return c.Do(actor, func(ctx context.Context, s *record.Session) error {
			return s.SetShares(ctx, "customer", mine.ID, []record.Share{{User: c.boss.ID, Access: record.ShareRead}})
		})
	}
	rep, err := roleOf(c, org.SalesRep)
	c.Must(err)
	owner := c.with(c.subject, rep)
	wantKind(t, "by a token that may only look", share(org.Narrowed(owner, map[string][]access.Action{"customer": {access.View}})), errs.Denied)
	auditor, err := roleOf(c, org.Auditor)
	c.Must(err)
	wantKind(t, "by an auditor", share(c.with(c.subject, auditor)), errs.Denied)
	c.Must(share(owner))
}
