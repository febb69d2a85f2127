package crm_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/testkit"
)

// shop is a kit whose administrator sells.
type shop struct{ *testkit.Kit }

func newShop(t *testing.T) shop { t.Helper(); return shop{testkit.New(t)} }

// try makes a record at the screen.
func try[T any](k shop, rec *T) error {
	return k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, rec) })
}

func add[T any](k shop, rec *T) *T { k.T.Helper(); k.Must(try(k, rec)); return rec }

// change changes a record at the screen.
func change[T any](k shop, x id.ID, fn func(rec *T)) error {
	return k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, x, 0, func(rec *T) error { fn(rec); return nil })
		return err
	})
}

func get[T any](k shop, x id.ID) (rec *T) {
	k.T.Helper()
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) (err error) {
		rec, err = record.Get[T](ctx, s, x)
		return err
	})
	return rec
}

// refused gives "field: key" of an error about a field.
func refused(err error) string {
	e, ok := errs.As(err)
	switch {
	case err == nil:
		return ""
	case !ok:
		return err.Error()
	case len(e.Fields) == 0:
		return string(e.Kind)
	}
	return e.Fields[0].Name + ": " + e.Fields[0].Key
}

func TestCodeRule(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	for _, c := range []struct{ rule, industry, want string }{
		{crm.DefaultCodeRule, "6511", "2026-Tech-001"},
		{crm.DefaultCodeRule, "65", "2026-Tech-002"},
		{crm.DefaultCodeRule, "", "2026-Gen-001"},
		{"K{year}{month}-{serial:2}", "", "K202603-01"},
		{"{serial}", "", "1"},
		{"C{serial:5}", "", "C00001"},
		{"{industry}{serial}", "51", "Retail1"},
	} {
		k.Must(crm.CheckCodeRule(c.rule))
		k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
			return s.SetSetting(ctx, crm.SettingCodeRule, c.rule)
		}))
		if got := add(k, &crm.Customer{Name: "甲有限公司", Industry: c.industry}).Code; got != c.want {
			t.Errorf("%s with %q: %s, want %s", c.rule, c.industry, got, c.want)
		}
	}
	add(k, &crm.Customer{Name: "甲有限公司", Code: "C99999"})
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		return s.SetSetting(ctx, crm.SettingCodeRule, "C{serial:5}")
	}))
	if got := add(k, &crm.Customer{Name: "甲有限公司"}).Code; got != "C100000" {
		t.Errorf("past its width: %s", got)
	}
	for _, bad := range []string{"", "K", "{serial}K", "{day}{serial}", strings.Repeat("x", 60) + "{serial}", "{serial:33}"} {
		if crm.CheckCodeRule(bad) == nil {
			t.Errorf("%q is a rule", bad)
		}
	}
	made := add(k, &crm.Customer{Name: "甲有限公司"})
	if got := refused(change(k, made.ID, func(c *crm.Customer) { c.Code = " " })); got != "code: field.required" {
		t.Errorf("no code: %q", got)
	}
}

func TestMnemonicFollowsTheName(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := add(k, &crm.Customer{Name: "深圳市华为技术有限公司"})
	if c.Mnemonic != "SZHWJS" {
		t.Errorf("made: %s", c.Mnemonic)
	}
	k.Must(change(k, c.ID, func(c *crm.Customer) { c.Name = "上海远望贸易有限公司" }))
	if got := get[crm.Customer](k, c.ID).Mnemonic; got != "SHYWMY" {
		t.Errorf("renamed: %s", got)
	}
	k.Must(change(k, c.ID, func(c *crm.Customer) { c.Mnemonic = "MY1" }))
	k.Must(change(k, c.ID, func(c *crm.Customer) { c.Name = "杭州远望贸易有限公司" }))
	if got := get[crm.Customer](k, c.ID).Mnemonic; got != "MY1" {
		t.Errorf("typed in: %s", got)
	}
	k.Must(change(k, c.ID, func(c *crm.Customer) { c.Mnemonic = "" }))
	if got := get[crm.Customer](k, c.ID).Mnemonic; got != "HZYWMY" {
		t.Errorf("cleared: %s", got)
	}
	if long := add(k, &crm.Customer{Name: strings.Repeat("长江", 60)}); len(long.Mnemonic) > 40 || long.Mnemonic == "" {
		t.Errorf("of a long name: %s", long.Mnemonic)
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := add(k, &crm.Customer{Name: "甲有限公司"})
	if c.Stage != crm.StageProspect || c.DealStatus != "open" || !c.StageSince.Equal(testkit.Start) {
		t.Errorf("made: %+v", c)
	}
	steps := []struct {
		change func(c *crm.Customer)
		want   string // stage, deal status, loss reason
		err    string
	}{
		{func(c *crm.Customer) { c.Stage, c.StageNote = crm.StageInterested, "要样品" }, "interested open ", ""},
		{func(c *crm.Customer) { c.Stage = crm.StageLost }, "interested open ", "loss_reason: customer.loss_reason"},
		{func(c *crm.Customer) { c.Stage, c.LossReason = crm.StageLost, "price" }, "lost open price", ""},
		{func(c *crm.Customer) { c.LossReason = "" }, "lost open price", "loss_reason: customer.loss_reason"},
		{func(c *crm.Customer) { c.Stage = crm.StageWon }, "won closed ", ""},
		{func(c *crm.Customer) { c.Stage = "" }, "prospect closed ", ""},
		{func(c *crm.Customer) { c.Stage = "nowhere" }, "prospect closed ", "stage: field.choice"},
		{func(c *crm.Customer) { c.Remark = "x" }, "prospect closed ", ""},
	}
	for i, step := range steps {
		k.Clock.Advance(time.Hour)
		if got := refused(change(k, c.ID, step.change)); got != step.err {
			t.Errorf("step %d: %q, want %q", i, got, step.err)
		}
		now := get[crm.Customer](k, c.ID)
		if got := now.Stage + " " + now.DealStatus + " " + now.LossReason; got != step.want {
			t.Errorf("step %d: %s, want %s", i, got, step.want)
		}
	}
	if since := get[crm.Customer](k, c.ID).StageSince; !since.Equal(testkit.Start.Add(6 * time.Hour)) {
		t.Errorf("in its stage since %s", since)
	}
	var history []string
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
		all, err := record.Find[crm.StageChange](ctx, s, record.Query{Filter: record.Where("customer_id", c.ID), Sort: "created_at"})
		for _, h := range all {
			history = append(history, h.From+"→"+h.To+" "+h.Reason)
			if h.CreatedBy != k.Admin.ID {
				t.Errorf("changed by %s", h.CreatedBy)
			}
		}
		return err
	})
	want := "prospect→interested 要样品, interested→lost 价格过高, lost→won , won→prospect "
	if got := strings.Join(history, ", "); got != want {
		t.Errorf("history: %s, want %s", got, want)
	}
	k.Must(k.Store.Write(t.Context(), k.Admin, audit.Import, func(s *record.Session) error {
		return record.Create(t.Context(), s, &crm.Customer{Name: "早已流失有限公司", Stage: crm.StageLost})
	}))
	err := k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := s.CreateOne(ctx, "stage_change", record.Values{"customer_id": int64(c.ID), "to_stage": "won"})
		return err
	})
	if !errs.Is(err, errs.Denied) {
		t.Errorf("writing history by hand: %v", err)
	}
}

// TestNothingIsPlannedWithTheLost: what was planned with a customer is over when it is lost; what is next is to win it back.
func TestNothingIsPlannedWithTheLost(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	at := func(days int) clock.Instant { return clock.At(testkit.Start.AddDate(0, 0, days)) }
	lose := func(c *crm.Customer) { c.Stage, c.LossReason = crm.StageLost, "price" }
	for what, c := range map[string]struct {
		change func(c *crm.Customer)
		want   clock.Instant
	}{
		"lost":                              {lose, clock.Instant{}},
		"lost, to be asked again":           {func(c *crm.Customer) { lose(c); c.NextFollowup = at(90) }, at(90)},
		"won":                               {func(c *crm.Customer) { c.Stage = crm.StageWon }, at(3)},
		"something else about it":           {func(c *crm.Customer) { c.Remark = "x" }, at(3)},
		"lost, with nothing planned either": {func(c *crm.Customer) { lose(c); c.NextFollowup = clock.Instant{} }, clock.Instant{}},
	} {
		x := add(k, &crm.Customer{Name: "甲有限公司", Stage: crm.StageInterested, NextFollowup: at(3)}).ID
		k.Must(change(k, x, c.change))
		if got := get[crm.Customer](k, x).NextPlanned; got != c.want {
			t.Errorf("%s: planned %s, want %s", what, got, c.want)
		}
	}
	for days, want := range map[int]clock.Instant{-135: {}, 30: at(30)} {
		made := &crm.Customer{Name: "早已流失有限公司", Stage: crm.StageLost, NextFollowup: at(days)}
		k.Must(k.Store.Write(t.Context(), k.Admin, audit.Import, func(s *record.Session) error { return record.Create(t.Context(), s, made) }))
		if got := get[crm.Customer](k, made.ID).NextPlanned; got != want {
			t.Errorf("imported as lost, planned in %d days: %s", days, got)
		}
	}
	x := add(k, &crm.Customer{Name: "乙有限公司", LossReason: "price", NextFollowup: at(3)}).ID
	k.Must(k.Store.Write(t.Context(), k.Admin, audit.API, func(s *record.Session) error {
		return record.Create(t.Context(), s, &crm.Followup{CustomerID: x, Content: "明年再说", Stage: crm.StageLost, NextAt: at(200)})
	}))
	if c := get[crm.Customer](k, x); c.NextFollowup != at(200) || c.Stage != crm.StageLost {
		t.Errorf("lost by a follow-up that says when to ask again: %s, %s", c.Stage, c.NextFollowup)
	}
	k.Must(k.Store.Write(t.Context(), k.Admin, audit.API, func(s *record.Session) error {
		return record.Create(t.Context(), s, &crm.Followup{CustomerID: x, Content: "不用再来"})
	}))
	if c := get[crm.Customer](k, x); c.NextFollowup != at(200) {
		t.Errorf("after a follow-up that plans nothing: %s", c.NextFollowup)
	}
}

// TestNoCircles closes circles of one, two and three records in every way that leads past the gate.
func TestNoCircles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		entity, field string
		make          func(k shop, n int) id.ID
	}{
		{"customer", "parent_id", func(k shop, n int) id.ID { return add(k, &crm.Customer{Name: fmt.Sprint("客户", n)}).ID }},
		{"customer", "referred_by", func(k shop, n int) id.ID { return add(k, &crm.Customer{Name: fmt.Sprint("客户", n)}).ID }},
		{"contact", "reports_to", func() func(k shop, n int) id.ID {
			var of id.ID
			return func(k shop, n int) id.ID {
				if of == 0 {
					of = add(k, &crm.Customer{Name: "客户"}).ID
				}
				return add(k, &crm.Contact{CustomerID: of, Name: fmt.Sprint("联系人", n), Mobile: "13800138000"}).ID
			}
		}()},
		{"department", "parent_id", func(k shop, n int) id.ID { return k.Department(fmt.Sprint("部门", n), k.Root) }},
	} {
		t.Run(c.entity+"."+c.field, func(t *testing.T) {
			t.Parallel()
			k := newShop(t)
			var x [4]id.ID
			for i := range x {
				x[i] = c.make(k, i)
			}
			point := func(from, to int) func(ctx context.Context, s *record.Session) error {
				return func(ctx context.Context, s *record.Session) error {
					return s.UpdateOne(ctx, c.entity, x[from], 0, record.Values{c.field: int64(x[to])})
				}
			}
			want := c.field + ": field.circle"
			by := func(origin audit.Origin, fn func(ctx context.Context, s *record.Session) error) error {
				return k.Store.Write(t.Context(), k.Admin, origin, func(s *record.Session) error { return fn(t.Context(), s) })
			}
			if got := refused(k.Do(k.Admin, point(0, 0))); got != want {
				t.Errorf("itself: %q", got)
			}
			k.Must(k.Do(k.Admin, point(0, 1)))
			k.Must(k.Do(k.Admin, point(1, 2)))
			k.Must(k.Do(k.Admin, point(3, 0))) // beside the others
			for _, origin := range []audit.Origin{audit.Screen, audit.Import, audit.Rule, audit.API} {
				if got := refused(by(origin, point(2, 0))); got != want {
					t.Errorf("three by %s: %q", origin, got)
				}
			}
			if got := refused(k.Do(k.Admin, point(1, 0))); got != want {
				t.Errorf("two: %q", got)
			}
			k.Must(k.Do(k.Admin, point(0, 1))) // as it is

			var bulk id.ID
			k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
				s.Batch = s.Tx.NewID()
				bulk = s.Batch
				return s.UpdateOne(ctx, c.entity, x[1], 0, record.Values{c.field: nil})
			}))
			k.Must(k.Do(k.Admin, point(2, 0)))
			k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
				left, err := s.Undo(ctx, bulk)
				if len(left) != 1 || left[0].ID != x[1] {
					t.Errorf("taking back what would close a circle: %+v", left)
				}
				return err
			}))

			var done sync.WaitGroup
			var errors [2]error
			k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
				return s.UpdateOne(ctx, c.entity, x[2], 0, record.Values{c.field: nil})
			}))
			for i, pair := range [][2]int{{1, 2}, {2, 0}} { // 0 → 1 stands: both together would close it
				done.Go(func() { errors[i] = by(audit.Screen, point(pair[0], pair[1])) })
			}
			done.Wait()
			if (errors[0] == nil) == (errors[1] == nil) {
				t.Errorf("two at once: %v, %v", errors[0], errors[1])
			}
		})
	}
}

// TestNoCircleThroughTheArchive brings a customer back that was put away meanwhile.
func TestNoCircleThroughTheArchive(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	a, b := add(k, &crm.Customer{Name: "甲有限公司"}), add(k, &crm.Customer{Name: "乙有限公司"})
	k.Must(change(k, a.ID, func(c *crm.Customer) { c.ParentID = b.ID }))
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", a.ID, 0) }))
	if got := refused(change(k, b.ID, func(c *crm.Customer) { c.ParentID = a.ID })); got != "parent_id: field.circle" {
		t.Errorf("by one that is away: %q", got)
	}
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return s.Restore(ctx, "customer", a.ID, 0) }))
}

func TestMainContact(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	a, b := add(k, &crm.Customer{Name: "甲有限公司"}), add(k, &crm.Customer{Name: "乙有限公司"})
	shows := func(what string, c *crm.Customer, want string) {
		t.Helper()
		now := get[crm.Customer](k, c.ID)
		if got := strings.TrimSpace(now.MainContact + " " + now.MainPhone); got != want || now.Version != 1 {
			t.Errorf("%s: %s shows %q, want %q (version %d)", what, c.Name, got, want, now.Version)
		}
		k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
			n, err := s.Count(ctx, "contact", record.Query{Filter: &record.Filter{And: []record.Filter{
				*record.Where("customer_id", c.ID), {Field: "main", Op: "is", Value: []byte("true")},
			}}})
			if wantMain := int64(min(len(want), 1)); n != wantMain {
				t.Errorf("%s: %s has %d main contacts", what, c.Name, n)
			}
			return err
		})
	}
	if got := refused(try(k, &crm.Contact{CustomerID: a.ID, Name: "李强"})); got != "mobile: contact.main_phone" {
		t.Errorf("the main contact without a number: %q", got)
	}
	first := add(k, &crm.Contact{CustomerID: a.ID, Name: "李强", Mobile: "13800138000"})
	second := add(k, &crm.Contact{CustomerID: a.ID, Name: "王芳"})
	shows("made", a, "李强 13800138000")
	k.Must(change(k, second.ID, func(c *crm.Contact) { c.Main, c.Landline = true, "010-62345678" }))
	shows("another is main", a, "王芳 010-62345678")
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
		log, err := s.History(ctx, "contact", first.ID, 0, 1)
		if len(log) != 1 || log[0].Origin != audit.Rule || log[0].Fields[0].Field.Name != "main" {
			t.Errorf("the log of who was main: %+v", log)
		}
		return err
	})
	k.Must(change(k, second.ID, func(c *crm.Contact) { c.Mobile = "13900139000" }))
	shows("another number", a, "王芳 13900139000")
	archive := func(x id.ID, restore bool) {
		k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
			if restore {
				return s.Restore(ctx, "contact", x, 0)
			}
			return s.Archive(ctx, "contact", x, 0)
		}))
	}
	archive(second.ID, false)
	k.Must(change(k, first.ID, func(c *crm.Contact) { c.Main = true }))
	archive(second.ID, true)
	shows("back from the archive", a, "李强 13800138000")

	third := add(k, &crm.Contact{CustomerID: b.ID, Name: "赵敏", Mobile: "13700137000"})
	boss := add(k, &crm.Contact{CustomerID: a.ID, Name: "董事长"})
	k.Must(change(k, second.ID, func(c *crm.Contact) { c.ReportsTo = first.ID }))
	k.Must(change(k, first.ID, func(c *crm.Contact) { c.ReportsTo = boss.ID }))
	k.Must(change(k, first.ID, func(c *crm.Contact) { c.CustomerID = b.ID }))
	shows("left", a, "")
	shows("came", b, "赵敏 13700137000")
	if got := get[crm.Contact](k, second.ID).ReportsTo; got != 0 {
		t.Errorf("a colleague reports to somebody of another customer")
	}
	if got := get[crm.Contact](k, first.ID); got.Main || got.ReportsTo != 0 {
		t.Errorf("who came is %+v", got)
	}
	for what, c := range map[string]struct {
		who, boss id.ID
		want      string
	}{
		"another customer's": {second.ID, third.ID, "reports_to: contact.reports_outside"},
		"oneself":            {second.ID, second.ID, "reports_to: field.circle"},
		"a colleague":        {second.ID, boss.ID, ""},
		"in a circle":        {boss.ID, second.ID, "reports_to: field.circle"},
		"nobody there is":    {boss.ID, 4711, "reports_to: field.no_such"},
	} {
		if what == "in a circle" {
			k.Must(change(k, second.ID, func(x *crm.Contact) { x.ReportsTo = boss.ID }))
		}
		if got := refused(change(k, c.who, func(x *crm.Contact) { x.ReportsTo = c.boss })); got != c.want {
			t.Errorf("reports to %s: %q, want %q", what, got, c.want)
		}
	}
}

func TestFollowupsMoveTheirCustomer(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	a, b := add(k, &crm.Customer{Name: "甲有限公司"}), add(k, &crm.Customer{Name: "乙有限公司"})
	at := func(hours int) clock.Instant { return clock.At(testkit.Start.Add(time.Duration(hours) * time.Hour)) }
	shows := func(what string, c *crm.Customer, last, next clock.Instant, stage string) {
		t.Helper()
		now := get[crm.Customer](k, c.ID)
		if now.LastFollowup != last || now.NextFollowup != next || now.Stage != stage {
			t.Errorf("%s: last %s, next %s, %s; want %s, %s, %s", what, now.LastFollowup, now.NextFollowup, now.Stage, last, next, stage)
		}
	}
	now := add(k, &crm.Followup{CustomerID: a.ID, Content: "首次电话", NextAt: at(48)})
	if now.Late || now.OwnerID != k.Admin.ID || now.HappenedAt != at(0) {
		t.Errorf("made: %+v", now)
	}
	shows("first", a, at(0), at(48), "prospect")
	old := add(k, &crm.Followup{CustomerID: a.ID, Content: "补录", HappenedAt: at(-25), NextAt: at(5)})
	if !old.Late {
		t.Error("what is written down after a day is not late")
	}
	shows("an older one", a, at(0), at(48), "prospect")
	last := add(k, &crm.Followup{CustomerID: a.ID, Content: strings.Repeat("谈", 300), HappenedAt: at(0), NextAt: at(72), Stage: crm.StageNegotiating, LaterReason: "客户出差"})
	shows("with a stage", a, at(0), at(72), "negotiating")
	if c := get[crm.Customer](k, a.ID); c.Version != 2 || len([]rune(c.StageNote)) != 200 {
		t.Errorf("the stage came with version %d, %q", c.Version, c.StageNote)
	}
	k.Must(change(k, last.ID, func(f *crm.Followup) { f.NextAt = at(24) }))
	shows("another next", a, at(0), at(24), "negotiating")
	k.Must(change(k, old.ID, func(f *crm.Followup) { f.NextAt = at(1) }))
	shows("another next of an older one", a, at(0), at(24), "negotiating")
	k.Must(change(k, last.ID, func(f *crm.Followup) { f.CustomerID = b.ID }))
	shows("what is left", a, at(0), at(24), "negotiating")
	shows("where it went", b, at(0), at(7*24), "prospect")
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "followup", now.ID, 0) }))
	if c := get[crm.Customer](k, a.ID); c.LastFollowup != at(-25) {
		t.Errorf("after the last was put away: %s", c.LastFollowup)
	}
	for hours, want := range map[int]string{1: "happened_at: followup.in_future", 0: ""} {
		if got := refused(try(k, &crm.Followup{CustomerID: a.ID, Content: "x", HappenedAt: at(hours)})); got != want {
			t.Errorf("in %d hours: %q, want %q", hours, got, want)
		}
	}
	contact := add(k, &crm.Contact{CustomerID: b.ID, Name: "李强", Mobile: "13800138000"})
	if got := refused(try(k, &crm.Followup{CustomerID: a.ID, ContactID: contact.ID, Content: "x"})); got != "contact_id: field.no_such" {
		t.Errorf("with somebody else's contact: %q", got)
	}
	k.Must(try(k, &crm.Followup{CustomerID: b.ID, ContactID: contact.ID, Content: "x"}))
	if got := refused(try(k, &crm.Followup{CustomerID: a.ID})); got != "content: field.required" {
		t.Errorf("without content: %q", got)
	}
}

// TestServiceRecordsReturnVisits: whoever sees a customer and may record follow-ups need not be able to change it.
func TestServiceRecordsReturnVisits(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := add(k, &crm.Customer{Name: "甲有限公司"})
	follow := func(role string, f crm.Followup) string {
		who := k.User(role, role, role, k.Root)
		f.CustomerID = c.ID
		return refused(k.Do(who, func(ctx context.Context, s *record.Session) error { return record.Create(ctx, s, &f) }))
	}
	for role, want := range map[string]string{org.Service: "", org.Finance: "denied", org.Auditor: "denied", org.SalesRep: "customer_id: field.no_such"} {
		if got := follow(role, crm.Followup{Content: "回访"}); got != want {
			t.Errorf("%s: %q, want %q", role, got, want)
		}
	}
	who := k.User("service2", "客服", org.Service, k.Root)
	err := k.Do(who, func(ctx context.Context, s *record.Session) error {
		return record.Create(ctx, s, &crm.Followup{CustomerID: c.ID, Content: "回访", Stage: crm.StageWon})
	})
	if !errs.Is(err, errs.Denied) || get[crm.Customer](k, c.ID).Stage != crm.StageProspect {
		t.Errorf("moving a customer that one may not change: %v", err)
	}
}

func TestNamesThatAreTheSame(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	for _, name := range []string{"苏州恒通电子有限公司", "张三", "Acme Co., Ltd."} {
		add(k, &crm.Customer{Name: name})
	}
	for name, want := range map[string]string{
		"苏州恒通电子有限责任公司": "sure", "苏州 恒通电子有限公司": "sure", "恒通电子有限公司": "loose", "苏州恒通机械有限公司": "", "张三": "loose", "ＡＣＭＥ Co., Ltd.": "sure", "": "",
	} {
		k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
			found, err := s.Match(ctx, "customer", []record.Candidate{{"customer.name": name}})
			got := ""
			if len(found[0]) > 0 {
				got = map[bool]string{true: "sure", false: "loose"}[found[0][0].Sure]
			}
			if got != want {
				t.Errorf("%q: %q, want %q", name, got, want)
			}
			return err
		})
	}
}

// TestTimelineLosesNothing walks in pages of every length over events of which most share their moment.
func TestTimelineLosesNothing(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	c := add(k, &crm.Customer{Name: "甲有限公司"})
	other := add(k, &crm.Customer{Name: "乙有限公司"})
	for i := range 24 {
		if i%8 == 7 {
			k.Clock.Advance(time.Hour)
		}
		f := crm.Followup{CustomerID: c.ID, Content: fmt.Sprint(i)}
		if i%3 == 0 {
			f.HappenedAt = clock.At(testkit.Start.Add(-time.Hour))
		}
		if i%4 == 0 {
			f.Stage = []string{crm.StageInterested, crm.StageNegotiating}[i/4%2]
		}
		add(k, &f)
		if i%5 == 0 {
			add(k, &crm.Attachment{CustomerID: c.ID, Name: "x", SHA256: "00"})
			k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
				return s.SetShares(ctx, "customer", c.ID, []record.Share{{User: k.Admin.ID, Access: []string{"read", "edit"}[i%2]}})
			}))
		}
		add(k, &crm.Followup{CustomerID: other.ID, Content: "别的客户"})
	}
	walk := func(types []string, limit int) (out []string) {
		for place := (crm.Place{}); ; {
			var events []crm.Event
			k.Read(k.Admin, func(ctx context.Context, s *record.Session) (err error) {
				events, err = crm.Timeline(ctx, s, "customer", c.ID, place, types, limit)
				return err
			})
			for _, e := range events {
				out = append(out, e.Type+" "+e.Place.String())
			}
			if len(events) < limit {
				return out
			}
			next, err := crm.ParsePlace(events[limit-1].Place.String())
			k.Must(err)
			place = next
		}
	}
	for _, types := range [][]string{crm.TimelineTypes, {"followup"}, {"stage", "file"}, {"log", "log"}, {"nothing"}} {
		whole := walk(types, 500)
		if twice := slices.Compact(slices.Sorted(slices.Values(whole))); len(twice) != len(whole) {
			t.Errorf("%v: %d events, %d different", types, len(whole), len(twice))
		}
		for limit := 1; limit < 12; limit++ {
			if got := walk(types, limit); !slices.Equal(got, whole) {
				t.Errorf("%v in pages of %d: %d events, want %d", types, limit, len(got), len(whole))
			}
		}
	}
	if all := walk(crm.TimelineTypes, 500); len(all) != 24+6+5+6 {
		t.Errorf("%d events: %v", len(all), all)
	}
	for _, bad := range []string{"x", "1", "-", "1-x", "x-0adjanjg0080j", "2026-11-02T09:00:00Z", "1-"} {
		if _, err := crm.ParsePlace(bad); !errs.Is(err, errs.Invalid) {
			t.Errorf("place %q: %v", bad, err)
		}
	}
	stranger := k.User("rep", "同事", org.SalesRep, k.Root)
	err := k.Store.Read(t.Context(), stranger, func(s *record.Session) error {
		_, err := crm.Timeline(t.Context(), s, "customer", c.ID, crm.Place{}, crm.TimelineTypes, 5)
		return err
	})
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("a stranger's timeline: %v", err)
	}
}

func TestWhatImportedValuesMeanForEachOther(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	k.Read(k.Admin, func(_ context.Context, s *record.Session) error {
		zone := k.Store.Zone()
		day := func(d clock.Date) int64 { return d.In(zone).UnixMilli() }
		for _, c := range []struct {
			what                              string
			main, contact, followup           record.Values
			wantMain, wantContact, wantFollow record.Values
		}{
			{what: "nothing", main: record.Values{"name": "甲"}, wantMain: record.Values{"name": "甲"}},
			{
				what: "contact", main: record.Values{}, contact: record.Values{"name": "李强", "landline": "010-1"},
				wantMain:    record.Values{"main_contact": "李强", "main_phone": "010-1"},
				wantContact: record.Values{"name": "李强", "landline": "010-1", "main": int64(1)},
			},
			{
				what: "undated follow-up", main: record.Values{}, followup: record.Values{"content": "谈过"},
				wantMain: record.Values{"last_followup_at": day("2026-03-10")}, wantFollow: record.Values{"content": "谈过", "happened_at": day("2026-03-10")},
			},
			{
				what: "since the first contact", main: record.Values{"first_contact_on": "2026-01-02"}, followup: record.Values{"way": "call"},
				wantMain:   record.Values{"first_contact_on": "2026-01-02", "last_followup_at": day("2026-01-02")},
				wantFollow: record.Values{"way": "call", "content": "电话", "happened_at": day("2026-01-02")},
			},
			{
				what:     "the last one is known",
				main:     record.Values{"first_contact_on": "2027-01-02", "last_followup_at": int64(5), "next_followup_at": int64(9)},
				followup: record.Values{"content": "x"},
				wantMain: record.Values{"first_contact_on": "2027-01-02", "last_followup_at": int64(5)},
				wantFollow: record.Values{
					"content": "x", "happened_at": int64(5), "next_at": int64(9),
				},
			},
		} {
			children := map[string]record.Values{}
			if c.contact != nil {
				children["contact"] = c.contact
			}
			if c.followup != nil {
				children["followup"] = c.followup
			}
			crm.CompleteCustomer(c.main, children, s.Today(), s.Env())
			if fmt.Sprint(c.main, c.contact, c.followup) != fmt.Sprint(c.wantMain, c.wantContact, c.wantFollow) {
				t.Errorf("%s:\n got %v %v %v\nwant %v %v %v", c.what, c.main, c.contact, c.followup, c.wantMain, c.wantContact, c.wantFollow)
			}
		}
		return nil
	})
}
