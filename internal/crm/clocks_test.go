package crm_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/obligation"
	"genjin/internal/org"
	"genjin/internal/record"
	"genjin/internal/testkit"
)

// clocks gives the clocks of a kind about a customer and what hangs on it, the oldest first: “running 03-17 10:00”, in
// the company's zone.
func (k shop) clocks(customer id.ID, kind string) string {
	k.T.Helper()
	var out []string
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
		all, err := obligation.Select(ctx, s.Tx, "o.parent_id = ? AND o.kind = ? ORDER BY o.started_at, o.id", int64(customer), kind)
		for _, c := range all {
			what := string(c.State)
			if c.Cause != "" {
				what += " " + c.Cause
			}
			out = append(out, what+" "+c.Due.In(s.Store().Zone()).Format("01-02 15:04"))
		}
		return err
	})
	return strings.Join(out, ", ")
}

func (k shop) wantClocks(what string, customer id.ID, kind, want string) {
	k.T.Helper()
	if got := k.clocks(customer, kind); got != want {
		k.T.Errorf("%s: %s, want %s", what, got, want)
	}
}

func after(d time.Duration) clock.Instant { return clock.At(testkit.Start.Add(d)) }

const day = 24 * time.Hour

// TestCadenceClock walks through what starts, moves and ends the cadence. The kit's clock stands at 10:00 on 10 March.
func TestCadenceClock(t *testing.T) {
	t.Parallel()
	const kind = "customer.cadence"
	for what, c := range map[string]struct {
		made   crm.Customer
		change func(k shop, c *crm.Customer)
		want   string
	}{
		"prospect":         {want: "running 03-17 10:00"},
		"interested":       {made: crm.Customer{Stage: crm.StageInterested}, want: "running 03-13 10:00"},
		"negotiating":      {made: crm.Customer{Stage: crm.StageNegotiating}, want: "running 03-11 10:00"},
		"won":              {made: crm.Customer{Stage: crm.StageWon}, want: "running 04-10 10:00"},
		"lost":             {made: crm.Customer{Stage: crm.StageLost, LossReason: "price"}, want: "running 06-08 10:00"},
		"urgent":           {made: crm.Customer{Tags: entity.List{"urgent"}}, want: "running 03-11 10:00"},
		"won, once urgent": {made: crm.Customer{Stage: crm.StageWon, Tags: entity.List{"urgent"}}, want: "running 04-10 10:00"},
		"of its own":       {made: crm.Customer{CadenceDays: new(int64(15))}, want: "running 03-25 10:00"},
		"planned later":    {made: crm.Customer{NextFollowup: after(10 * day)}, want: "running 03-20 10:00"},
		"planned before":   {made: crm.Customer{NextFollowup: after(2 * day)}, want: "running 03-17 10:00"},
		"touched": {change: func(k shop, c *crm.Customer) {
			k.Clock.Advance(2 * day)
			add(k, &crm.Followup{CustomerID: c.ID, Content: "谈过"})
		}, want: "met 03-17 10:00, running 03-19 10:00"},
		"touched late": {change: func(k shop, c *crm.Customer) {
			k.Clock.Advance(9 * day)
			add(k, &crm.Followup{CustomerID: c.ID, Content: "谈过"})
		}, want: "late 03-17 10:00, running 03-26 10:00"},
		"touched in time, written down late": {change: func(k shop, c *crm.Customer) {
			k.Clock.Advance(9 * day)
			add(k, &crm.Followup{CustomerID: c.ID, Content: "谈过", HappenedAt: after(day)})
		}, want: "met 03-17 10:00, running 03-18 10:00"},
		"moved to a stage": {change: func(k shop, c *crm.Customer) {
			k.Clock.Advance(day)
			k.Must(change(k, c.ID, func(c *crm.Customer) { c.Stage = crm.StageInterested }))
		}, want: "cancelled stage 03-17 10:00, running 03-14 10:00"},
		"moved by a touch": {change: func(k shop, c *crm.Customer) {
			k.Clock.Advance(day)
			add(k, &crm.Followup{CustomerID: c.ID, Content: "有意向", Stage: crm.StageInterested})
		}, want: "cancelled stage 03-17 10:00, running 03-14 10:00"},
		"tagged": {change: func(k shop, c *crm.Customer) {
			k.Must(change(k, c.ID, func(c *crm.Customer) { c.Tags = entity.List{"high_intent"} }))
		}, want: "running 03-11 10:00"},
		"put away": {change: func(k shop, c *crm.Customer) {
			k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", c.ID, 0) }))
		}, want: "cancelled archived 03-17 10:00"},
		"brought back": {change: func(k shop, c *crm.Customer) {
			k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return s.Archive(ctx, "customer", c.ID, 0) }))
			k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return s.Restore(ctx, "customer", c.ID, 0) }))
		}, want: "running 03-17 10:00"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			k := newShop(t)
			customer := c.made
			customer.Name = "甲有限公司"
			add(k, &customer)
			if c.change != nil {
				c.change(k, &customer)
			}
			k.wantClocks(what, customer.ID, kind, c.want)
			if strings.Contains(c.want, "running") {
				next := get[crm.Customer](k, customer.ID).NextFollowup.In(k.Store.Zone()).Format("01-02 15:04")
				planned := get[crm.Customer](k, customer.ID).NextPlanned
				if planned.IsZero() && !strings.HasSuffix(c.want, next) {
					t.Errorf("next follow-up %s, clock %s", next, c.want)
				}
			}
		})
	}
}

// TestPlanClock walks through the life of a plan for 11:00 on 12 March.
func TestPlanClock(t *testing.T) {
	t.Parallel()
	move := func(to time.Duration, reason string) func(f *crm.Followup) {
		return func(f *crm.Followup) { f.PlannedAt, f.PostponeReason = after(to), reason }
	}
	done := func(f *crm.Followup) { f.State, f.Content = crm.FollowupDone, "谈过" }
	for what, c := range map[string]struct {
		wait    time.Duration // from the making of the plan to the change
		change  func(f *crm.Followup)
		refused string
		want    string
		records string
	}{
		"open":        {0, func(*crm.Followup) {}, "", "running 03-12 11:00", ""},
		"done before": {day, done, "", "met 03-12 11:00", "met 03-12 10:00"},
		"done after":  {3 * day, done, "", "late 03-12 11:00", "met 03-14 10:00"},
		"done in time, told after": {
			3 * day, func(f *crm.Followup) { done(f); f.HappenedAt = after(2 * day) }, "", "met 03-12 11:00", "met 03-13 10:00",
		},
		"done, told too late": {
			4 * day, func(f *crm.Followup) { done(f); f.HappenedAt = after(2 * day) }, "", "met 03-12 11:00", "late 03-13 10:00",
		},
		"without content":    {0, func(f *crm.Followup) { f.State = crm.FollowupDone }, "content: field.required", "running 03-12 11:00", ""},
		"postponed":          {day, move(5*day, "客户出差"), "", "met 03-12 11:00, running 03-15 10:00", ""},
		"postponed too late": {3 * day, move(5*day, "客户出差"), "", "late 03-12 11:00, running 03-15 10:00", ""},
		"without a reason":   {day, move(5*day, ""), "postpone_reason: followup.postpone_reason", "running 03-12 11:00", ""},
		"brought forward":    {0, move(day, ""), "", "met 03-12 11:00, running 03-11 10:00", ""},
		"cancelled":          {day, func(f *crm.Followup) { f.State, f.CancelReason = crm.FollowupCancelled, "已签约" }, "", "met 03-12 11:00", ""},
		"cancelled, not why": {day, func(f *crm.Followup) { f.State = crm.FollowupCancelled }, "cancel_reason: followup.cancel_reason", "running 03-12 11:00", ""},
		"said before it was": {
			0, func(f *crm.Followup) { f.HappenedAt = after(0) }, "happened_at: followup.not_yet", "running 03-12 11:00", "",
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			k := newShop(t)
			customer := add(k, &crm.Customer{Name: "甲有限公司"})
			plan := add(k, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(2*day + time.Hour), Purpose: "报价"})
			if plan.State != crm.FollowupPlanned || plan.PlannedBy != k.Admin.ID {
				t.Fatalf("made: %+v", plan)
			}
			k.Clock.Advance(max(c.wait, time.Millisecond))
			if got := refused(change(k, plan.ID, c.change)); got != c.refused {
				t.Fatalf("refused %q, want %q", got, c.refused)
			}
			k.wantClocks("due", customer.ID, "followup.due", c.want)
			k.wantClocks("record", customer.ID, "followup.record", c.records)
		})
	}
}

func TestPostponementsAreCounted(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := add(k, &crm.Customer{Name: "甲有限公司"})
	plan := add(k, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(day)})
	for i, to := range []time.Duration{2, 3, 1} {
		k.Clock.Advance(time.Hour)
		k.Must(change(k, plan.ID, func(f *crm.Followup) { f.PlannedAt, f.PostponeReason = after(to*day), fmt.Sprint("原因", i) }))
	}
	got := get[crm.Followup](k, plan.ID)
	if got.Postponed == nil || *got.Postponed != 2 || got.FirstPlanned != after(day) || got.PlannedAt != after(day) {
		t.Errorf("%+v", got)
	}
}

// TestPostponementsCanBeLimited: past the limit a rep cannot move a plan away any more, but bring it forward, and a
// supervisor can.
func TestPostponementsCanBeLimited(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	rep := k.User("rep", "王芳", org.SalesRep, k.Root)
	kind := k.Store.Registry().ClockKind("followup.due")
	st := kind.Defaults
	st.Postpones = 2
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return record.SetClock(ctx, s, kind, st) }))
	customer := add(k, &crm.Customer{Name: "甲有限公司", Owned: record.Owned{OwnerID: rep.ID}})
	plan := add(k, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(day), Owned: record.Owned{OwnerID: rep.ID}})
	for i, c := range []struct {
		by      *access.Actor
		to      time.Duration
		refused string
	}{
		{rep, 2, ""},
		{rep, 3, ""},
		{rep, 4, "planned_at: followup.postponed_enough"},
		{rep, 1, ""},
		{rep, 2, "planned_at: followup.postponed_enough"},
		{k.Admin, 5, ""},
	} {
		k.Clock.Advance(time.Minute)
		err := k.Do(c.by, func(ctx context.Context, s *record.Session) error {
			_, err := record.Update(ctx, s, plan.ID, 0, func(f *crm.Followup) error {
				f.PlannedAt, f.PostponeReason = after(c.to*day), fmt.Sprint("原因", i)
				return nil
			})
			return err
		})
		if got := refused(err); got != c.refused {
			t.Errorf("%d: refused %q, want %q", i, got, c.refused)
		}
	}
	k.Must(change(k, plan.ID, func(f *crm.Followup) { f.State, f.Content = crm.FollowupDone, "谈好了" }))
	cadence := k.Store.Registry().ClockKind("customer.cadence")
	st = cadence.Defaults
	st.Postpones = 1
	if got := refused(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return record.SetClock(ctx, s, cadence, st) })); got != "postpones: clock.postpones" {
		t.Errorf("what cannot be postponed has a limit: %q", got)
	}
}

// TestPlansFollowTheCustomer gives a customer with a plan away, and loses it.
func TestPlansFollowTheCustomer(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	rep := k.User("rep", "王芳", org.SalesRep, k.Root)
	customer := add(k, &crm.Customer{Name: "甲有限公司"})
	plan := add(k, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(day)})
	k.Must(change(k, customer.ID, func(c *crm.Customer) { c.OwnerID = rep.ID }))
	if got := get[crm.Followup](k, plan.ID); got.OwnerID != rep.ID {
		t.Errorf("the plan stayed with %s", got.OwnerID)
	}
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
		all, err := obligation.Select(ctx, s.Tx, "o.parent_id = ? AND o.owner_id <> ?", int64(customer.ID), int64(rep.ID))
		if len(all) > 0 {
			t.Errorf("clocks stayed behind: %+v", all)
		}
		return err
	})
	k.Must(change(k, customer.ID, func(c *crm.Customer) { c.OwnerID = 0 }))
	k.wantClocks("nobody's", customer.ID, "customer.cadence", "cancelled owner 03-17 10:00")
	if got := get[crm.Followup](k, plan.ID); got.State != crm.FollowupCancelled || got.CancelReason == "" {
		t.Errorf("the plan of nobody: %+v", got)
	}
}

// TestSettingTheNextFollowupPlansIt sets, moves and clears a customer's next follow-up.
func TestSettingTheNextFollowupPlansIt(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := add(k, &crm.Customer{Name: "甲有限公司", NextFollowup: after(2 * day)})
	k.wantClocks("made", customer.ID, "followup.due", "running 03-12 10:00")
	k.Clock.Advance(time.Hour)
	k.Must(change(k, customer.ID, func(c *crm.Customer) { c.NextFollowup = after(4 * day) }))
	k.wantClocks("moved", customer.ID, "followup.due", "met 03-12 10:00, running 03-14 10:00")
	k.Must(change(k, customer.ID, func(c *crm.Customer) { c.NextFollowup = clock.Instant{} }))
	k.wantClocks("cleared", customer.ID, "followup.due", "met 03-12 10:00, met 03-14 10:00")
	if c := get[crm.Customer](k, customer.ID); c.NextFollowup != after(7*day) {
		t.Errorf("without a plan the cadence shows: %s", c.NextFollowup)
	}
}

// TestARecordTakesThePlaceOfPlans: what was due is over with a record, and everything with one that says what is next.
func TestARecordTakesThePlaceOfPlans(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := add(k, &crm.Customer{Name: "甲有限公司"})
	today := add(k, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(2 * time.Hour)})
	friday := add(k, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(3 * day)})
	state := func(f *crm.Followup) string { k.T.Helper(); return get[crm.Followup](k, f.ID).State }
	add(k, &crm.Followup{CustomerID: customer.ID, Content: "打过电话"})
	if state(today) != crm.FollowupCancelled || state(friday) != crm.FollowupPlanned {
		t.Errorf("after a record: today %s, friday %s", state(today), state(friday))
	}
	k.Clock.Advance(time.Minute)
	add(k, &crm.Followup{CustomerID: customer.ID, Content: "又打过", NextAt: after(4 * day), NextAction: "送样品"})
	if state(friday) != crm.FollowupCancelled {
		t.Errorf("after one that plans: friday %s", state(friday))
	}
	if c := get[crm.Customer](k, customer.ID); c.NextFollowup != after(4*day) {
		t.Errorf("next %s", c.NextFollowup)
	}
}

// TestLaterThanTheCadence wants a reason at the screen alone.
func TestLaterThanTheCadence(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := add(k, &crm.Customer{Name: "甲有限公司", Stage: crm.StageInterested})
	for what, c := range map[string]struct {
		f    crm.Followup
		want string
	}{
		"on the last day":     {crm.Followup{PlannedAt: after(3*day + 10*time.Hour)}, ""},
		"a day later":         {crm.Followup{PlannedAt: after(4*day + 10*time.Hour)}, "later_reason: followup.later_reason"},
		"with a reason":       {crm.Followup{PlannedAt: after(5 * day), LaterReason: "客户出差"}, ""},
		"next of a record":    {crm.Followup{Content: "x", NextAt: after(9 * day)}, "later_reason: followup.later_reason"},
		"next of a new stage": {crm.Followup{Content: "x", Stage: crm.StageWon, NextAt: after(9 * day)}, ""},
	} {
		c.f.CustomerID = customer.ID
		if got := refused(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
			err := record.Create(ctx, s, &c.f)
			if err == nil {
				return errRollback
			}
			return err
		})); got != c.want && !(c.want == "" && got == errRollback.Error()) {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
	for _, origin := range []audit.Origin{audit.API, audit.Import} {
		k.Must(k.Store.Write(t.Context(), k.Admin, origin, func(s *record.Session) error {
			return record.Create(t.Context(), s, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(30 * day)})
		}))
	}
}

var errRollback = errors.New("taken back")

// TestSettingsMoveOpenClocks changes how long there is, and whether there are such clocks at all.
func TestSettingsMoveOpenClocks(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := add(k, &crm.Customer{Name: "甲有限公司"})
	kind := k.Store.Registry().ClockKind("customer.cadence")
	for _, c := range []struct {
		what   string
		change func(st *obligation.ClockSettings)
		want   string
	}{
		{"ten days", func(st *obligation.ClockSettings) {
			st.Lasts["prospect"] = obligation.Span{N: 10, Unit: obligation.Day}
		}, "running 03-20 10:00"},
		{"four working days", func(st *obligation.ClockSettings) {
			st.Lasts["prospect"] = obligation.Span{N: 4, Unit: obligation.Day, Working: true}
		}, "running 03-16 10:00"},
		{"not used", func(st *obligation.ClockSettings) { st.Active = false }, "cancelled setting 03-16 10:00"},
		{"used again", func(*obligation.ClockSettings) {}, "running 03-17 10:00"},
	} {
		st := kind.Defaults
		st.Lasts = maps.Clone(st.Lasts)
		c.change(&st)
		k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error { return record.SetClock(ctx, s, kind, st) }))
		k.Must(k.Do(access.System("clocks"), func(ctx context.Context, s *record.Session) error {
			last, err := s.ResetClocks(ctx, kind.Name, 0, 100)
			if last != customer.ID {
				t.Errorf("%s: reset as far as %s", c.what, last)
			}
			return err
		}))
		k.wantClocks(c.what, customer.ID, kind.Name, c.want)
		shown := get[crm.Customer](k, customer.ID).NextFollowup
		if strings.HasPrefix(c.want, "running") != !shown.IsZero() {
			t.Errorf("%s: next follow-up %s", c.what, shown)
		}
	}
}

// TestImportsAreNotJudged: what comes from a workbook starts when it comes, however old it is.
func TestImportsAreNotJudged(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := &crm.Customer{Name: "甲有限公司", LastFollowup: after(-300 * day)}
	k.Must(k.Store.Write(t.Context(), k.Admin, audit.Import, func(s *record.Session) error {
		if err := record.Create(t.Context(), s, customer); err != nil {
			return err
		}
		return record.Create(t.Context(), s, &crm.Followup{CustomerID: customer.ID, Content: "旧记录", HappenedAt: after(-300 * day)})
	}))
	k.wantClocks("cadence", customer.ID, "customer.cadence", "running 03-17 10:00")
	k.wantClocks("record", customer.ID, "followup.record", "")
}

// TestConfirmingData ticks off that a customer's data was looked through.
func TestConfirmingData(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := add(k, &crm.Customer{Name: "甲有限公司"})
	k.wantClocks("made", customer.ID, "customer.verify", "running 09-10 10:00")
	k.Clock.Advance(30 * day)
	tick := func(kind string) error {
		return k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
			duties, err := s.Duties(ctx, record.DutyQuery{Kinds: []string{kind}, Limit: 10})
			if err != nil || len(duties) != 1 {
				return fmt.Errorf("%d duties: %w", len(duties), err)
			}
			return s.Tick(ctx, &duties[0])
		})
	}
	k.Must(tick("customer.verify"))
	k.wantClocks("confirmed", customer.ID, "customer.verify", "met 09-10 10:00, running 10-09 10:00")
	if err := tick("customer.cadence"); err == nil {
		t.Error("a follow-up is ticked off without being recorded")
	}
}

// TestDutiesKeepToReach shows each of three people what they, or those below them, must do.
func TestDutiesKeepToReach(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	team := k.Department("一部", k.Root)
	rep, other := k.User("rep", "王芳", org.SalesRep, team), k.User("other", "刘洋", org.SalesRep, k.Root)
	boss := k.User("boss", "主管", org.Supervisor, team)
	k.Must(k.Do(k.Admin, func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, team, 0, func(d *org.Department) error {
			d.SupervisorIDs = entity.List{boss.ID.String()}
			return nil
		})
		return err
	}))
	rep, other, boss = k.Actor(rep.ID), k.Actor(other.ID), k.Actor(boss.ID)
	var plan crm.Followup
	k.Must(k.Do(rep, func(ctx context.Context, s *record.Session) error {
		customer := &crm.Customer{Name: "甲有限公司"}
		if err := record.Create(ctx, s, customer); err != nil {
			return err
		}
		plan = crm.Followup{CustomerID: customer.ID, PlannedAt: after(time.Hour)}
		return record.Create(ctx, s, &plan)
	}))
	for _, c := range []struct {
		who  *access.Actor
		team bool
		want string
	}{
		{rep, false, "followup.due customer.verify"}, // the cadence stands behind the plan
		{rep, true, ""},
		{other, false, ""},
		{other, true, ""},
		{boss, false, ""},
		{boss, true, "followup.due customer.verify"},
		{k.Admin, true, "followup.due customer.verify"},
	} {
		k.Read(c.who, func(ctx context.Context, s *record.Session) error {
			duties, err := s.Duties(ctx, record.DutyQuery{Team: c.team, Limit: 10})
			var got []string
			for _, d := range duties {
				got = append(got, d.Kind.Name)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s, team %v: %v, want %s", c.who.Login, c.team, got, c.want)
			}
			counts, err2 := s.CountDuties(ctx, record.DutyQuery{Team: c.team}, testkit.Start.Add(day))
			if total := counts[0] + counts[1]; total != int64(len(got)) {
				t.Errorf("%s, team %v: counted %v of %d", c.who.Login, c.team, counts, len(got))
			}
			return errors.Join(err, err2)
		})
	}
}

// TestTimeliness counts what fell due in March.
func TestTimeliness(t *testing.T) {
	t.Parallel()
	k := newShop(t)
	customer := add(k, &crm.Customer{Name: "甲有限公司"})
	for i, when := range []time.Duration{time.Hour, 2 * time.Hour, 40 * day} {
		plan := add(k, &crm.Followup{CustomerID: customer.ID, PlannedAt: after(when), LaterReason: "x"})
		if i == 0 {
			k.Must(change(k, plan.ID, func(f *crm.Followup) { f.State, f.CancelReason = crm.FollowupCancelled, "x" }))
		}
	}
	k.Clock.Advance(3 * time.Hour)
	k.Read(k.Admin, func(ctx context.Context, s *record.Session) error {
		rows, err := s.TimelinessOf(ctx, "kind", testkit.Start.AddDate(0, 0, -9), testkit.Start.AddDate(0, 0, 22), record.DutyQuery{})
		for _, row := range rows {
			if rate := row.Rate(); row.Key == "followup.due" && (row.FellDue != 2 || row.InTime != 1 || row.Overdue != 1 || rate == nil || *rate != 0.5) {
				t.Errorf("%+v", row)
			}
		}
		if !slices.ContainsFunc(rows, func(r record.Timeliness) bool { return r.Key == "followup.due" }) {
			t.Errorf("%+v", rows)
		}
		return err
	})
}
