package crm_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/org"
	"genjin/internal/record"
)

// booth is a fair with a form whose leads a rep gets.
type booth struct {
	*fair
	sent int
}

func newBooth(t *testing.T) *booth { return &booth{fair: newFair(t)} }

func (b *booth) form(change func(f *crm.WebForm)) *crm.WebForm {
	b.T.Helper()
	f := &crm.WebForm{Name: fmt.Sprint("展会报名", b.T.Name()), Title: "预约演示", Active: true, ReceiverID: b.rep.ID}
	if change != nil {
		change(f)
	}
	b.Must(b.Do(b.Admin, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, f) }))
	return f
}

func (b *booth) refused(change func(f *crm.WebForm)) string {
	b.T.Helper()
	f := &crm.WebForm{Name: "被拒", Title: "被拒", ReceiverID: b.rep.ID}
	change(f)
	return keysOf(b.Do(b.Admin, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, f) }))
}

// keysOf gives the fields that an error names, with what it says of each.
func keysOf(err error) string {
	e, ok := err.(*errs.Error)
	if !ok {
		return fmt.Sprint(err)
	}
	var out []string
	for _, f := range e.Fields {
		out = append(out, f.Name+" "+f.Key)
	}
	return strings.Join(out, ", ")
}

// send fills a form in, as its own page.
func (b *booth) send(f *crm.WebForm, typed map[string][]string) error {
	b.sent++
	return b.sendAs(f, fmt.Sprint("token", b.sent), typed)
}

func (b *booth) sendAs(f *crm.WebForm, token string, typed map[string][]string) error {
	ctx := b.T.Context()
	return b.Store.Write(ctx, crm.FormActor(f), audit.Form, func(s *record.Session) error {
		open, err := crm.OpenForm(ctx, s, f.PublicName)
		if err != nil {
			return err
		}
		values, problems := crm.FormValues(s, open, typed)
		if err := problems.Err(); err != nil {
			return err
		}
		return crm.SendForm(ctx, s, open, crm.Sent{Values: values, Agreed: true, Token: token, Digest: func(reach string) string { return "digest of " + reach }})
	})
}

func (b *booth) leads() (out []*crm.Lead) {
	b.T.Helper()
	b.Read(b.Admin, func(ctx context.Context, s *record.Session) (err error) {
		out, err = record.Find[crm.Lead](ctx, s, record.Query{Sort: "created_at"})
		return err
	})
	return out
}

func (b *booth) use(f *crm.WebForm) (u crm.FormUse) {
	b.T.Helper()
	b.Read(b.Admin, func(ctx context.Context, s *record.Session) (err error) {
		u, err = crm.UseOf(ctx, s, f.ID)
		return err
	})
	return u
}

func visitor(company, phone string) map[string][]string {
	return map[string][]string{"company": {company}, "contact_name": {"周敏"}, "phone": {phone}, "need": {"两台设备"}}
}

func TestASentFormIsALead(t *testing.T) {
	b := newBooth(t)
	f := b.form(func(f *crm.WebForm) {
		f.Source, f.SourceDetail, f.Tags = "fair", "2026 华南展", entity.List{"重点"}
		f.Fields = `[{"field":"company","required":true},{"field":"contact_name"},{"field":"phone","required":true},{"field":"budget"},{"field":"region"},{"field":"remark"}]`
	})
	b.Must(b.send(f, map[string][]string{
		"company": {"  深圳市华谷科技有限公司 "}, "contact_name": {"周敏"}, "phone": {"138 0013 8000"}, "budget": {"50万"}, "region": {"440300"}, "remark": {"急\x00\u202e用"},
		"state": {"won"}, "owner_id": {b.other.ID.String()}, "grade": {"A"},
	}))
	all := b.leads()
	if len(all) != 1 {
		t.Fatalf("%d leads, want one", len(all))
	}
	l := all[0]
	got := fmt.Sprint(l.Company, "|", l.ContactName, "|", l.Phone, "|", *l.Budget, "|", l.Region, "|", l.Remark, "|", l.State, "|", l.Grade, "|", l.Source, "|", l.SourceDetail, "|", l.Tags)
	if want := "深圳市华谷科技有限公司|周敏|13800138000|500000.00|440300|急用|pending||fair|2026 华南展|[重点]"; got != want {
		t.Errorf("the lead is\n%s, want\n%s", got, want)
	}
	if l.OwnerID != b.rep.ID || l.ReviewerID != b.boss.ID || l.ReceivedBy != 0 || l.Late || l.AcquiredAt != l.CreatedAt {
		t.Errorf("owner %s, reviewer %s, received by %s, late %v, acquired %v", l.OwnerID, l.ReviewerID, l.ReceivedBy, l.Late, l.AcquiredAt)
	}
	if clocks := b.clocksOf(l.ID); !strings.Contains(clocks, "review running") {
		t.Errorf("clocks: %s", clocks)
	}
	b.Read(b.Admin, func(ctx context.Context, s *record.Session) error {
		log, err := s.History(ctx, "lead", l.ID, 0, 10)
		if err == nil && (len(log) != 1 || log[0].Origin != audit.Form || log[0].UserName != "网络表单 "+f.Name) {
			t.Errorf("log: %+v", log)
		}
		var notes int
		if err == nil {
			err = s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM note WHERE to_id = ? AND record_id = ?`, b.boss.ID, l.ID).Scan(&notes)
		}
		if notes != 1 {
			t.Errorf("%d notes to the reviewer", notes)
		}
		return err
	})
}

func TestSendingAgainMakesNoSecondLead(t *testing.T) {
	b := newBooth(t)
	f := b.form(nil)
	other := b.form(func(f *crm.WebForm) { f.Name = "另一个" })
	b.Must(b.sendAs(f, "one", visitor("甲公司", "13800138000")))
	b.Must(b.sendAs(f, "one", visitor("乙公司", "13900139000"))) // the same page
	b.Must(b.send(f, visitor("丙公司", "138-0013-8000")))        // the same number
	b.Must(b.send(other, visitor("丁公司", "13800138000")))
	b.Clock.Advance(crm.SameFor + time.Minute)
	b.Must(b.send(f, visitor("甲公司", "13800138000")))
	var companies []string
	for _, l := range b.leads() {
		companies = append(companies, l.Company)
	}
	if got, want := strings.Join(companies, " "), "甲公司 丁公司 甲公司"; got != want {
		t.Errorf("leads %s, want %s", got, want)
	}
	u := b.use(f)
	if u.Submissions != 3 || u.Duplicates != 1 || len(u.Recent) != 3 || !u.Recent[1].Again || u.Recent[1].Lead != u.Recent[2].Lead {
		t.Errorf("counted %+v", u)
	}
	b.Must(b.Do(access.System("test"), func(ctx context.Context, s *record.Session) error { return crm.ForgetVisitors(ctx, s) }))
	b.Read(b.Admin, func(ctx context.Context, s *record.Session) error {
		var kept int
		err := s.Tx.QueryRow(ctx, `SELECT COUNT(*) FROM web_form_submission WHERE reach <> ''`).Scan(&kept)
		if kept != 1 {
			t.Errorf("%d visitors are remembered, want the last", kept)
		}
		return err
	})
}

func TestManyAtOnceMakeOneLead(t *testing.T) {
	b := newBooth(t)
	f := b.form(nil)
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			if err := b.sendAs(f, fmt.Sprint("t", i%6), visitor("甲公司", "13800138000")); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(b.leads()); n != 1 {
		t.Errorf("%d leads, want one", n)
	}
}

func TestWhatAFormMayAsk(t *testing.T) {
	b := newBooth(t)
	fields := func(json string) func(f *crm.WebForm) { return func(f *crm.WebForm) { f.Fields = json } }
	for name, c := range map[string]struct {
		change func(f *crm.WebForm)
		want   string
	}{
		"what the program decides": {fields(`[{"field":"company","required":true},{"field":"phone","required":true},{"field":"state"}]`), "fields webform.unknown_field"},
		"the owner":                {fields(`[{"field":"company","required":true},{"field":"phone","required":true},{"field":"owner_id"}]`), "fields webform.unknown_field"},
		"nobody":                   {fields(`[{"field":"phone","required":true}]`), "fields webform.who"},
		"no way back":              {fields(`[{"field":"company","required":true},{"field":"phone"}]`), "fields webform.reach"},
		"twice":                    {fields(`[{"field":"company"},{"field":"company"}]`), "fields webform.fields"},
		"no JSON":                  {fields(`[`), "fields webform.fields"},
		"a colour":                 {func(f *crm.WebForm) { f.Accent = "red;}" }, "accent webform.colour"},
		"plain http":               {func(f *crm.WebForm) { f.Redirect = "http://www.example.com" }, "redirect webform.redirect"},
		"a script":                 {func(f *crm.WebForm) { f.Redirect = "javascript:alert(1)" }, "redirect field.url"},
		"a path":                   {func(f *crm.WebForm) { f.Origins = entity.List{"https://example.com/page"} }, "origins webform.origins"},
		"more than a site":         {func(f *crm.WebForm) { f.Origins = entity.List{"https://a.com; script-src *"} }, "origins webform.origins"},
		"everybody":                {func(f *crm.WebForm) { f.Origins = entity.List{"*"} }, "origins webform.origins"},
		"no receiver":              {func(f *crm.WebForm) { f.ReceiverID = 0 }, "receiver_id field.required"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := b.refused(c.change); got != c.want {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
		})
	}
	b.Must(b.Do(b.Admin, func(ctx context.Context, s *record.Session) error {
		return s.SetFieldUse(ctx, "lead", "region", true, false)
	}))
	b.Must(b.Store.RefreshSchema(t.Context()))
	if got := b.refused(func(*crm.WebForm) {}); got != "fields webform.demanded" {
		t.Errorf("a form without what every lead must have: %q", got)
	}
}

func TestWhatVisitorsType(t *testing.T) {
	b := newBooth(t)
	f := b.form(func(f *crm.WebForm) {
		f.Fields = `[{"field":"company","required":true},{"field":"phone","required":true},{"field":"email"},{"field":"region"},{"field":"budget"},{"field":"need"}]`
	})
	for name, c := range map[string]struct{ field, typed, want string }{
		"nothing":          {"company", " \u3000\t", "company field.required"},
		"no number":        {"phone", "很多", "phone field.phone"},
		"no mail":          {"email", "周敏@", "email field.email"},
		"no region":        {"region", "999999", "region field.region"},
		"endless":          {"need", strings.Repeat("需", 20_000), "need field.too_long"},
		"beyond the field": {"need", strings.Repeat("需", 5_000), "need field.too_long"},
		"no amount":        {"budget", "很多很多", "budget field.amount"},
	} {
		t.Run(name, func(t *testing.T) {
			typed := visitor("甲公司", "13800138000")
			typed[c.field] = []string{c.typed}
			got := keysOf(b.send(f, typed))
			if field, _, _ := strings.Cut(c.want, " "); !strings.HasPrefix(got, field+" ") || strings.Contains(got, ",") {
				t.Errorf("refused with %q, want %q", got, c.want)
			}
		})
	}
	if n := len(b.leads()); n != 0 {
		t.Errorf("%d leads of what was refused", n)
	}
}

func TestAClosedFormIsGone(t *testing.T) {
	b := newBooth(t)
	f := b.form(nil)
	change := func(fn func(f *crm.WebForm)) {
		b.Must(b.Do(b.Admin, func(ctx context.Context, s *record.Session) error {
			_, err := record.Update(ctx, s, f.ID, 0, func(f *crm.WebForm) error { fn(f); return nil })
			return err
		}))
	}
	change(func(f *crm.WebForm) { f.Active = false })
	if err := b.send(f, visitor("甲公司", "13800138000")); !errs.Is(err, errs.NotFound) {
		t.Errorf("a form that is off: %v", err)
	}
	change(func(f *crm.WebForm) { f.Active = true })
	old := *f
	b.Must(b.Do(b.Admin, func(ctx context.Context, s *record.Session) error {
		renewed, err := crm.RenewForm(ctx, s, f.ID)
		f = renewed
		return err
	}))
	if err := b.send(&old, visitor("甲公司", "13800138000")); !errs.Is(err, errs.NotFound) {
		t.Errorf("an address that was renewed: %v", err)
	}
	b.Must(b.send(f, visitor("甲公司", "13800138000")))
	if old.PublicName == f.PublicName || len(f.PublicName) < 26 {
		t.Errorf("names %q and %q", old.PublicName, f.PublicName)
	}
	if err := b.Do(b.rep, func(ctx context.Context, s *record.Session) error {
		_, err := crm.RenewForm(ctx, s, f.ID)
		return err
	}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a rep renews: %v", err)
	}
}

// TestLeadsOfALeaver: a form keeps working when its receiver has left.
func TestLeadsOfALeaver(t *testing.T) {
	b := newBooth(t)
	f := b.form(nil)
	b.Must(b.Do(b.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, b.rep.ID, 0, func(u *org.User) error { u.Active = false; return nil })
		return err
	}))
	b.Must(b.send(f, visitor("甲公司", "13800138000")))
	if l := b.leads()[0]; l.OwnerID != b.boss.ID && l.OwnerID != b.deputy.ID {
		t.Errorf("owned by %s", l.OwnerID)
	}
}

// TestFieldsPutAway: what the company has put away since a form was designed is not asked any more, and keeps nothing back.
func TestFieldsPutAway(t *testing.T) {
	b := newBooth(t)
	f := b.form(nil)
	b.Must(b.Do(b.Admin, func(ctx context.Context, s *record.Session) error {
		return s.SetFieldUse(ctx, "lead", "need", false, true)
	}))
	b.Must(b.Store.RefreshSchema(t.Context()))
	b.Must(b.send(f, visitor("甲公司", "13800138000")))
	if n := len(b.leads()); n != 1 {
		t.Errorf("%d leads", n)
	}
}
