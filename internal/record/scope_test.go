package record_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"genjin/internal/access"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// world has one customer for each way to stand to the subject, with a contact, a follow-up of its owner, a file and a
// change of stage each. All names hold the word 远望, so that one search would find them all.
type world struct {
	*company
	customers map[string]*crm.Customer
	contacts  map[string]*crm.Contact
	followups map[string]*crm.Followup
	files     map[string]*crm.Attachment
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{newCompany(t), map[string]*crm.Customer{}, map[string]*crm.Contact{}, map[string]*crm.Followup{}, map[string]*crm.Attachment{}}
	for i, of := range []struct {
		name  string
		owner *access.Actor
	}{
		{"own", w.subject},
		{"mate", w.rep},
		{"below", w.below},
		{"foreign", w.far},
		{"pooled", nil},
		{"read", w.far},
		{"edit", w.far},
		{"away", w.subject},
	} {
		c := w.customer("远望"+of.name+"有限公司", of.owner, func(c *crm.Customer) { c.Stage = crm.StageInterested })
		if of.owner == nil { // a creator owns what they make; only afterwards it can lie in a pool
			c = w.release(c)
		}
		w.customers[of.name] = c
		w.contacts[of.name] = add(w.Kit, &crm.Contact{CustomerID: c.ID, Name: "远望" + of.name, Mobile: fmt.Sprintf("1390000000%d", i)})
		f := &crm.Followup{CustomerID: c.ID, Content: "远望" + of.name}
		if of.owner != nil {
			f.OwnerID = of.owner.ID
		} else {
			f.OwnerID = w.far.ID
		}
		w.followups[of.name] = add(w.Kit, f)
		w.files[of.name] = add(w.Kit, &crm.Attachment{CustomerID: c.ID, Name: of.name + ".txt", SHA256: "00"})
	}
	w.share(w.customers["read"].ID, record.Share{User: w.subject.ID, Access: record.ShareRead})
	w.share(w.customers["edit"].ID, record.Share{User: w.subject.ID, Access: record.ShareEdit})
	w.Must(w.Do(asSystem, func(ctx context.Context, s *record.Session) error {
		return s.Archive(ctx, "customer", w.customers["away"].ID, 0)
	}))
	return w
}

func (w *world) release(c *crm.Customer) *crm.Customer {
	w.T.Helper()
	var out *crm.Customer
	w.Must(w.Do(asSystem, func(ctx context.Context, s *record.Session) (err error) {
		out, err = record.Update(ctx, s, c.ID, 0, func(c *crm.Customer) error { c.OwnerID, c.DepartmentID = 0, 0; return nil })
		return err
	}))
	return out
}

// names says for ids of records which of the world's they are.
func names[T any](all map[string]*T, of func(*T) id.ID, got []id.ID) string {
	var out []string
	for name, rec := range all {
		if slices.Contains(got, of(rec)) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	if len(out) < len(got) {
		out = append(out, fmt.Sprintf("and %d more", len(got)-len(out)))
	}
	return strings.Join(out, " ")
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}

func customerID(c *crm.Customer) id.ID { return c.ID }

func grants(g org.Grant) org.Permissions {
	all := map[access.Action]org.Grant{access.View: g, access.Edit: g, access.Delete: g, access.Assign: g}
	return org.Permissions{"customer": all, "followup": all}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Must(w.Do(asSystem, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, w.shanghai, 0, func(d *org.Department) error {
			d.SupervisorIDs = []string{w.subject.ID.String()}
			return nil
		})
		return err
	}))
	none := w.role(org.Role{Name: "无"}, org.Permissions{}, nil)
	shared := " read edit"
	for _, c := range []struct {
		grant   org.Grant
		reaches string // sharing aside; "away" is one's own
	}{
		{org.Grant{}, ""},
		{org.Grant{Scope: access.Self}, "own away"},
		{org.Grant{Scope: access.Subordinates}, "own away below"},
		{org.Grant{Scope: access.Department}, "own away mate"},
		{org.Grant{Scope: access.DepartmentTree}, "own away mate below"},
		{org.Grant{Scope: access.Listed, Departments: []id.ID{w.shanghai}}, "own away below"},
		{org.Grant{Scope: access.Listed, Departments: []id.ID{w.east}, Below: true}, "own away mate below"},
		{org.Grant{Scope: access.All}, "own away mate below foreign pooled read edit"},
	} {
		t.Run(fmt.Sprintf("%s of %d", c.grant.Scope, len(c.grant.Departments)), func(t *testing.T) {
			roles := []id.ID{none}
			if c.grant.Scope != access.None {
				roles = []id.ID{none, w.role(org.Role{Name: t.Name()}, grants(c.grant), nil)}
			}
			actor := w.with(w.subject, roles...)
			visible := sorted(strings.Join(slices.Compact(slices.Sorted(strings.FieldsSeq(c.reaches+shared))), " "))
			w.sees(t, actor, visible)
			w.reaches(t, actor, visible, sorted(c.reaches))
		})
	}
}

// sees asks every door for reading what the actor sees of the world's records.
func (w *world) sees(t *testing.T, actor *access.Actor, visible string) {
	t.Helper()
	listed := sorted(strings.Replace(" "+visible, " away", "", 1))
	w.Read(actor, func(ctx context.Context, s *record.Session) error {
		for _, text := range []string{"", "远望"} {
			q := record.Query{Text: text}
			if got := names(w.customers, customerID, idsOf(t, s, "customer", q)); got != listed {
				t.Errorf("list %q: %s, want %s", text, got, listed)
			}
			if n, err := s.Count(ctx, "customer", q); err != nil || int(n) != len(strings.Fields(listed)) {
				t.Errorf("count %q: %d %v, want %s", text, n, err, listed)
			}
		}
		q := record.Query{Archived: true}
		if got := names(w.customers, customerID, idsOf(t, s, "customer", q)); strings.Contains(visible, "away") != (got == "away") {
			t.Errorf("archived: %q of %s", got, visible)
		}
		for _, q := range []record.Query{{}, {Archived: true}} {
			want := listed
			if q.Archived {
				want = strings.TrimSpace(strings.Repeat("away", strings.Count(visible, "away")))
			}
			if got := names(w.contacts, func(c *crm.Contact) id.ID { return c.ID }, idsOf(t, s, "contact", q)); got != want {
				t.Errorf("contacts: %s, want %s", got, want)
			}
			if got := names(w.files, func(c *crm.Attachment) id.ID { return c.ID }, idsOf(t, s, "file", q)); got != want {
				t.Errorf("files: %s, want %s", got, want)
			}
			if got := names(w.followups, func(c *crm.Followup) id.ID { return c.ID }, idsOf(t, s, "followup", q)); got != want {
				t.Errorf("follow-ups: %s, want %s", got, want)
			}
			if got := len(idsOf(t, s, "stage_change", q)); got != len(strings.Fields(want)) {
				t.Errorf("stage changes: %d, want those of %s", got, want)
			}
		}
		w.finds(t, s, listed)
		for name, c := range w.customers {
			w.opens(t, s, name, c, strings.Contains(" "+visible+" ", " "+name+" "))
		}
		return nil
	})
}

func idsOf(t *testing.T, s *record.Session, entityName string, q record.Query) []id.ID {
	t.Helper()
	page, err := s.List(t.Context(), entityName, q)
	if err != nil {
		t.Fatal(err)
	}
	var out []id.ID
	for _, row := range page.Rows {
		out = append(out, row.ID())
	}
	return out
}

// finds searches for the word that all records hold.
func (w *world) finds(t *testing.T, s *record.Session, listed string) {
	t.Helper()
	hits, err := s.Search(t.Context(), "远望", 50)
	if err != nil {
		t.Fatal(err)
	}
	var customers, contacts []id.ID
	for _, h := range hits {
		if h.Entity == "customer" {
			customers = append(customers, h.ID)
		} else {
			contacts = append(contacts, h.ID)
		}
	}
	if got := names(w.customers, customerID, customers); got != listed {
		t.Errorf("search: %s, want %s", got, listed)
	}
	got := names(w.contacts, func(c *crm.Contact) id.ID { return c.ID }, contacts)
	if got = sorted(strings.Replace(" "+got, " away", "", 1)); got != listed {
		t.Errorf("search of contacts: %s, want %s", got, listed)
	}
}

// opens asks for one customer and what is told of it elsewhere.
func (w *world) opens(t *testing.T, s *record.Session, name string, c *crm.Customer, visible bool) {
	t.Helper()
	ctx := t.Context()
	_, err := record.Get[crm.Customer](ctx, s, c.ID)
	_, loading := s.Load(ctx, "customer", c.ID)
	_, history := s.History(ctx, "customer", c.ID, 0, 10)
	_, shares := s.Shares(ctx, "customer", c.ID)
	_, timeline := crm.Timeline(ctx, s, "customer", c.ID, crm.Place{}, crm.TimelineTypes, 10)
	_, contact := record.Get[crm.Contact](ctx, s, w.contacts[name].ID)
	_, ofContact := s.History(ctx, "contact", w.contacts[name].ID, 0, 10)
	for what, err := range map[string]error{
		"get": err, "load": loading, "history": history, "shares": shares, "timeline": timeline, "contact": contact, "history of a contact": ofContact,
	} {
		if visible && err != nil || !visible && !errs.Is(err, errs.NotFound) {
			t.Errorf("%s of %s, visible %v: %v", what, name, visible, err)
		}
	}
	titles, err := s.Titles(ctx, "customer", map[id.ID]bool{c.ID: true})
	if err != nil || (titles[c.ID] != "") != visible {
		t.Errorf("title of %s, visible %v: %v %v", name, visible, titles, err)
	}
	if name == "away" {
		return // what was put away is nobody's duplicate
	}
	found, err := s.Match(ctx, "customer", []record.Candidate{{"customer.name": c.Name}})
	if err != nil || len(found[0]) != 1 {
		t.Fatalf("match of %s: %v %v", name, found, err)
	}
	f := found[0][0]
	if f.Visible != visible || (f.Title != "") != visible || (f.ID != 0) != visible || f.Owner != c.OwnerID || !f.Sure {
		t.Errorf("match of %s, visible %v: %+v", name, visible, f)
	}
}

// reaches tries to change every customer in each way and asserts which succeed, and that refusals write nothing.
func (w *world) reaches(t *testing.T, actor *access.Actor, visible, reached string) {
	t.Helper()
	var all []attempt
	in := func(set, name string) bool { return strings.Contains(" "+set+" ", " "+name+" ") }
	for name, c := range w.customers {
		for what, try := range map[string]struct {
			allowed bool
			do      func(ctx context.Context, s *record.Session) error
		}{
			"edit": {(in(reached, name) || name == "edit") && name != "away", func(ctx context.Context, s *record.Session) error {
				return s.UpdateOne(ctx, "customer", c.ID, 0, record.Values{"remark": "改" + actor.Name})
			}},
			"archive": {in(reached, name), func(ctx context.Context, s *record.Session) error {
				if name == "away" {
					return s.Restore(ctx, "customer", c.ID, 0)
				}
				return s.Archive(ctx, "customer", c.ID, 0)
			}},
			"assign": {in(reached, name) && name != "away", func(ctx context.Context, s *record.Session) error {
				return s.UpdateOne(ctx, "customer", c.ID, 0, record.Values{"owner_id": int64(actor.ID)})
			}},
			"share": {in(reached, name), func(ctx context.Context, s *record.Session) error {
				return s.SetShares(ctx, "customer", c.ID, []record.Share{{User: w.boss.ID, Access: record.ShareRead}})
			}},
			"contact": {in(reached, name) || name == "edit", func(ctx context.Context, s *record.Session) error {
				return s.UpdateOne(ctx, "contact", w.contacts[name].ID, 0, record.Values{"remark": "改" + actor.Name})
			}},
			"file": {in(reached, name) || name == "edit", func(ctx context.Context, s *record.Session) error {
				return s.Archive(ctx, "file", w.files[name].ID, 0)
			}},
		} {
			want := errs.Kind("")
			switch {
			case !in(visible, name):
				want = errs.NotFound
			case try.allowed:
			case name == "away" && in(reached, name):
				want = errs.Conflict
			default:
				want = errs.Denied
			}
			all = append(all, attempt{name + ": " + what, want, try.do})
		}
	}
	unchanged(w.Kit, "refusals", func() {
		for _, a := range all {
			if a.want != "" {
				a.refused(t, w, actor)
			}
		}
	})
	for _, a := range all {
		if a.want == "" {
			a.succeeds(t, w, actor)
		}
	}
}

// attempt is a change and how it is to be refused; "" when it is to succeed.
type attempt struct {
	what string
	want errs.Kind
	do   func(ctx context.Context, s *record.Session) error
}

// refused commits the transaction in which the change is refused, so that whatever it wrote would be seen.
func (a attempt) refused(t *testing.T, w *world, actor *access.Actor) {
	t.Helper()
	w.Must(w.Do(actor, func(ctx context.Context, s *record.Session) error {
		wantKind(t, a.what, a.do(ctx, s), a.want)
		return nil
	}))
}

var errUndone = errors.New("undone")

// succeeds takes the change back after it has been made.
func (a attempt) succeeds(t *testing.T, w *world, actor *access.Actor) {
	t.Helper()
	err := w.Do(actor, func(ctx context.Context, s *record.Session) error {
		if err := a.do(ctx, s); err != nil {
			return err
		}
		return errUndone
	})
	if !errors.Is(err, errUndone) {
		t.Errorf("%s: %v", a.what, err)
	}
}

func TestRolesAddUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	self := w.role(org.Role{Name: "自己"}, org.Permissions{"customer": {access.View: {Scope: access.Self}, access.Edit: {Scope: access.All}}}, nil)
	south := w.role(org.Role{Name: "华南"}, org.Permissions{"customer": {access.View: {Scope: access.Listed, Departments: []id.ID{w.south}}}}, nil)
	actor := w.with(w.subject, self, south)
	w.Read(actor, func(_ context.Context, s *record.Session) error {
		if got := names(w.customers, customerID, idsOf(t, s, "customer", record.Query{})); got != "edit foreign own read" {
			t.Errorf("together they see %s", got)
		}
		return nil
	})
	// What one cannot see one cannot change, however far editing reaches.
	err := w.Do(actor, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", w.customers["mate"].ID, 0, record.Values{"remark": "x"})
	})
	wantKind(t, "edit of what is not seen", err, errs.NotFound)
	w.Must(w.Do(actor, func(ctx context.Context, s *record.Session) error {
		return s.UpdateOne(ctx, "customer", w.customers["foreign"].ID, 0, record.Values{"remark": "x"})
	}))
}

func TestWhatHangsOnARecordNeedsItsEditing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, want := range map[string]string{"own": "", "edit": "", "read": "field.no_such", "foreign": "field.no_such", "away": "record.archived"} {
		values := record.Values{"customer_id": int64(w.customers[name].ID), "name": "新人", "mobile": "13812345678"}
		var err error
		try := func() {
			_ = w.Do(w.subject, func(ctx context.Context, s *record.Session) error {
				_, err = s.CreateOne(ctx, "contact", values)
				return err
			})
		}
		if want == "" {
			if try(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		unchanged(w.Kit, name, try)
		if !refusedFor(err, "customer_id", want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
