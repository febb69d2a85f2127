package handover_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/handover"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/savedview"
	"genjin/internal/testkit"
)

// company has a supervisor who leaves, with customers, follow-ups, a shared record, a view and a department.
type company struct {
	*testkit.Kit
	jobs                *job.Queue
	leaver, next, other *access.Actor
	team                id.ID
	customers           []id.ID
	shared, alsoShared  id.ID
	private, common     id.ID
	archived            id.ID
	form, oldForm       id.ID
}

func newCompany(t *testing.T) *company {
	c := &company{Kit: testkit.New(t)}
	c.jobs = job.New(c.Store.DB(), slog.New(slog.NewTextHandler(t.Output(), nil)))
	(&handover.Worker{Store: c.Store, Actor: func(_ context.Context, user id.ID) (*access.Actor, error) { return c.Actor(user), nil }}).Handle(c.jobs)
	c.team = c.Department("一部", c.Root)
	c.leaver = c.User("leaver", "离职", org.Supervisor, c.team)
	c.next = c.User("next", "接手", org.SalesRep, c.Department("二部", c.Root))
	c.other = c.User("other", "旁人", org.SalesRep, c.Root)
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, c.team, 0, func(d *org.Department) error {
			d.SupervisorIDs = entity.List{c.leaver.ID.String()}
			return nil
		})
		return err
	}))
	for i := range 130 {
		c.customers = append(c.customers, c.customer(c.leaver, fmt.Sprintf("客户%03d有限公司", i)))
	}
	c.archived = c.customers[5]
	c.shared, c.alsoShared = c.customer(c.other, "旁人的客户"), c.customer(c.other, "都能看的客户")
	c.Must(c.Do(c.leaver, func(ctx context.Context, s *record.Session) error {
		f := &crm.Followup{CustomerID: c.customers[0], Content: "谈妥"}
		if err := record.Create(ctx, s, f); err != nil {
			return err
		}
		mine, ours := &savedview.View{Name: "私人", Entity: "customer", Scope: savedview.Private, Search: json.RawMessage(`{}`)},
			&savedview.View{Name: "大家", Entity: "customer", Scope: savedview.All, Search: json.RawMessage(`{}`)}
		if err := savedview.Create(ctx, s, mine); err != nil {
			return err
		}
		c.private = mine.ID
		if err := savedview.Create(ctx, s, ours); err != nil {
			return err
		}
		c.common = ours.ID
		return s.Archive(ctx, "customer", c.archived, 0)
	}))
	c.Must(c.Do(c.other, func(ctx context.Context, s *record.Session) error {
		if err := s.SetShares(ctx, "customer", c.shared, []record.Share{{User: c.leaver.ID, Access: record.ShareEdit}}); err != nil {
			return err
		}
		return s.SetShares(ctx, "customer", c.alsoShared, []record.Share{{User: c.leaver.ID, Access: record.ShareEdit}, {User: c.next.ID, Access: record.ShareRead}})
	}))
	c.form, c.oldForm = c.webForm("官网"), c.webForm("去年展会")
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "web_form", c.oldForm, 0) }))
	return c
}

// webForm adds a form whose leads the leaver receives.
func (c *company) webForm(name string) id.ID {
	c.T.Helper()
	f := &crm.WebForm{Name: name, Title: "预约演示", Active: true, ReceiverID: c.leaver.ID}
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, f) }))
	return f.ID
}

func (c *company) customer(owner *access.Actor, name string) id.ID {
	c.T.Helper()
	rec := &crm.Customer{Name: name}
	c.Must(c.Do(owner, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, rec) }))
	return rec.ID
}

func (c *company) begin() (h *handover.Handover) {
	c.T.Helper()
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) (err error) {
		h, err = handover.Begin(ctx, s, c.leaver.ID, c.next.ID)
		return err
	}))
	return h
}

func (c *company) drain() {
	c.T.Helper()
	c.Must(c.jobs.Drain(c.T.Context()))
}

func (c *company) now(x id.ID) (h *handover.Handover) {
	c.T.Helper()
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) (err error) {
		h, err = handover.Get(ctx, s.Tx, x)
		return err
	})
	return h
}

// state says who has what, in one text.
func (c *company) state() string {
	c.T.Helper()
	var out string
	one := func(ctx context.Context, s *record.Session, what, query string, args ...any) error {
		var n int64
		err := s.Tx.QueryRow(ctx, query, args...).Scan(&n)
		out += fmt.Sprintf("%s %d; ", what, n)
		return err
	}
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) error {
		for i, a := range []*access.Actor{c.leaver, c.next, c.other} {
			for _, q := range [][2]string{
				{"customers", "SELECT COUNT(*) FROM customer WHERE owner_id = ?"},
				{"followups", "SELECT COUNT(*) FROM followup WHERE owner_id = ?"},
				{"reads", "SELECT COUNT(*) FROM share WHERE access = 'read' AND user_id = ?"},
				{"edits", "SELECT COUNT(*) FROM share WHERE access = 'edit' AND user_id = ?"},
				{"forms", "SELECT COUNT(*) FROM web_form WHERE receiver_id = ?"},
				{"views", "SELECT COUNT(*) FROM saved_view WHERE owner_id = ?"},
				{"active", "SELECT COUNT(*) FROM account WHERE active = 1 AND id = ?"},
			} {
				if err := one(ctx, s, fmt.Sprint(i, q[0]), q[1], a.ID); err != nil {
					return err
				}
			}
		}
		return one(ctx, s, "of the department", "SELECT COUNT(*) FROM customer c JOIN account a ON a.id = c.owner_id AND a.department_id = c.department_id")
	})
	return out
}

func TestHandOver(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	before := c.state()
	var preview []handover.Holding
	c.Read(c.Admin, func(ctx context.Context, s *record.Session) (err error) {
		preview, err = handover.Preview(ctx, s, c.leaver.ID)
		return err
	})
	counts := map[string]int64{}
	for _, h := range preview {
		counts[h.Name] = h.Count
	}
	if fmt.Sprint(counts) != "map[customer:130 departments:1 followup:1 shared:2 views:1 web_form:2]" {
		t.Errorf("preview: %v", counts)
	}
	h := c.begin()
	c.drain()
	after := "0customers 0; 0followups 0; 0reads 0; 0edits 0; 0forms 0; 0views 1; 0active 0; " +
		"1customers 130; 1followups 1; 1reads 0; 1edits 2; 1forms 2; 1views 1; 1active 1; " +
		"2customers 2; 2followups 0; 2reads 0; 2edits 0; 2forms 0; 2views 0; 2active 1; of the department 132; "
	if got := c.state(); got != after {
		t.Errorf("handed over:\n got %s\nwant %s", got, after)
	}
	if h = c.now(h.ID); h.State != handover.Done || h.Moved != 135 {
		t.Errorf("%+v", h)
	}
	next := c.Actor(c.next.ID)
	c.Read(next, func(ctx context.Context, s *record.Session) error {
		log, err := s.History(ctx, "customer", c.customers[0], 0, 1)
		if err == nil && (len(log) != 1 || log[0].Action != "assign" || log[0].User != c.Admin.ID || log[0].Batch != h.ID) {
			t.Errorf("logged: %+v", log)
		}
		return err
	})

	// One record changed hands since: it stays where it is, everything else comes back.
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", c.customers[7], 0, record.Values{"owner_id": int64(c.other.ID)})
	}))
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error { _, err := handover.Undo(ctx, s, h.ID); return err }))
	c.drain()
	if h = c.now(h.ID); h.State != handover.Undone {
		t.Errorf("%+v", h)
	}
	c.Must(c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", c.customers[7], 0, record.Values{"owner_id": int64(c.leaver.ID)})
	}))
	if got := c.state(); got != before {
		t.Errorf("taken back:\n got %s\nwant %s", got, before)
	}
	if h.Kept != 1 {
		t.Errorf("%d kept, want the one that somebody gave on", h.Kept)
	}
	if err := c.Do(c.Admin, func(ctx context.Context, s *record.Session) error { _, err := handover.Undo(ctx, s, h.ID); return err }); !errs.Is(err, errs.Conflict) {
		t.Errorf("undone twice: %v", err)
	}
}

func TestHandOverIsRefused(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for _, one := range []struct {
		name     string
		by       *access.Actor
		from, to id.ID
		kind     errs.Kind
	}{
		{"by a colleague", c.other, c.leaver.ID, c.next.ID, errs.Denied},
		{"of oneself", c.Admin, c.Admin.ID, c.next.ID, errs.Conflict},
		{"to oneself", c.Admin, c.leaver.ID, c.leaver.ID, errs.Invalid},
		{"to nobody", c.Admin, c.leaver.ID, 4711, errs.NotFound},
		{"of nobody", c.Admin, 4711, c.next.ID, errs.NotFound},
	} {
		err := c.Do(one.by, func(ctx context.Context, s *record.Session) error {
			_, err := handover.Begin(ctx, s, one.from, one.to)
			return err
		})
		if !errs.Is(err, one.kind) {
			t.Errorf("%s: %v", one.name, err)
		}
	}
	h := c.begin()
	err := c.Do(c.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := handover.Begin(ctx, s, c.leaver.ID, c.other.ID)
		return err
	})
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("twice at once: %v", err)
	}
	c.drain()
	c.Clock.Advance(handover.Window + time.Minute)
	err = c.Do(c.Admin, func(ctx context.Context, s *record.Session) error { _, err := handover.Undo(ctx, s, h.ID); return err })
	if !errs.Is(err, errs.Conflict) {
		t.Errorf("after the window: %v", err)
	}
}
