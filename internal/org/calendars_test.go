package org_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/org"
	"genjin/internal/record"
)

// sets changes the working time of a department ("" for the company) as it stands.
func (c *company) sets(department string, change func(w *org.WorkingTime)) error {
	return c.system(func(ctx context.Context, s *record.Session) error {
		set, err := c.actors.Calendars.WorkingTimes(ctx, s)
		if err != nil {
			return err
		}
		w := set[c.dept[department]]
		change(&w)
		return c.actors.Calendars.SetWorkingTime(ctx, s, c.dept[department], w)
	})
}

func (c *company) calendar(department string) *workcal.Calendar {
	return c.actors.Calendars.For(c.dept[department])
}

func day(off bool) map[clock.Date]workcal.Day {
	return map[clock.Date]workcal.Day{"2026-03-10": {Name: "厂庆", Off: off}}
}

func TestDepartmentsInheritWorkingTime(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(c.actors.Calendars.Refresh(t.Context(), c.store))
	c.must(c.sets("", func(w *org.WorkingTime) { w.Days = day(true) }))
	c.must(c.sets("one", func(w *org.WorkingTime) { w.Hours = []workcal.Span{{From: 480, To: 1020}} }))
	c.must(c.sets("team", func(w *org.WorkingTime) { w.Weekend, w.Days = []time.Weekday{time.Monday}, day(false) }))
	for _, x := range []struct {
		department    string
		hours         int // spans
		sunday, feast bool
	}{{"", 2, false, false}, {"head", 2, false, false}, {"two", 2, false, false}, {"one", 1, false, false}, {"team", 1, true, true}} {
		cal := c.calendar(x.department)
		if len(cal.Hours()) != x.hours || cal.Works("2026-03-15") != x.sunday || cal.Works("2026-03-10") != x.feast {
			t.Errorf("%q: %v, Sunday %v, feast %v", x.department, cal.Hours(), cal.Works("2026-03-15"), cal.Works("2026-03-10"))
		}
	}
	c.must(c.system(func(ctx context.Context, s *record.Session) error {
		_, err := record.Update(ctx, s, c.dept["team"], 0, func(d *org.Department) error { d.ParentID = c.dept["two"]; return nil })
		return err
	}))
	if cal := c.calendar("team"); len(cal.Hours()) != 2 || !cal.Works("2026-03-15") {
		t.Error("a department that moved keeps the hours of where it was")
	}
	c.must(c.sets("team", func(w *org.WorkingTime) { *w = org.WorkingTime{Version: w.Version} }))
	if c.calendar("team") != c.calendar("") {
		t.Error("a department without anything of its own does not work as the company")
	}
}

func TestCalendarsAreRefreshedElsewhere(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	other := org.Register(record.NewRegistry()).Calendars // as another replica has it
	c.must(other.Refresh(t.Context(), c.store))
	c.must(c.sets("", func(w *org.WorkingTime) { w.Days = day(true) }))
	if !other.For(0).Works("2026-03-10") {
		t.Fatal("known before it was asked for")
	}
	c.must(other.Refresh(t.Context(), c.store))
	if other.For(0).Works("2026-03-10") || other.Version() == 0 {
		t.Error("another replica does not know of the change")
	}
}

func TestChangeHooksRunWithTheChange(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	var ran int
	refuse := errors.New("refused")
	c.actors.Calendars.OnChange(func(context.Context, *record.Session) error {
		if ran++; ran == 2 {
			return refuse
		}
		return nil
	})
	set := func() error { return c.sets("", func(w *org.WorkingTime) { w.Days = day(true) }) }
	c.must(set())
	c.must(set()) // nothing changes
	if ran != 1 {
		t.Errorf("the hook ran %d times for one change", ran)
	}
	err := c.sets("", func(w *org.WorkingTime) { w.Days = day(false) })
	if !errors.Is(err, refuse) || c.calendar("").Works("2026-03-10") {
		t.Errorf("a change whose hook failed: %v, works %v", err, c.calendar("").Works("2026-03-10"))
	}
}

func TestWorkingTimeIsChecked(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	for name, x := range map[string]struct {
		change func(w *org.WorkingTime)
		want   errs.Kind
	}{
		"stale":       {func(w *org.WorkingTime) { w.Version = 7 }, errs.Stale},
		"overlapping": {func(w *org.WorkingTime) { w.Hours = []workcal.Span{{From: 540, To: 720}, {From: 700, To: 800}} }, errs.Invalid},
		"no hours":    {func(w *org.WorkingTime) { w.Hours = []workcal.Span{} }, errs.Invalid},
		"no weekday":  {func(w *org.WorkingTime) { w.Weekend = []time.Weekday{9} }, errs.Invalid},
		"never":       {func(w *org.WorkingTime) { w.Weekend = []time.Weekday{0, 1, 2, 3, 4, 5, 6} }, errs.Invalid},
		"no date":     {func(w *org.WorkingTime) { w.Days = map[clock.Date]workcal.Day{"2026-02-30": {}} }, errs.Invalid},
	} {
		if err := c.sets("", x.change); !errs.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ann := c.actor("ann")
	err := c.as(ann, func(ctx context.Context, s *record.Session) error {
		return c.actors.Calendars.SetWorkingTime(ctx, s, 0, org.WorkingTime{Days: day(true)})
	})
	if !errs.Is(err, errs.Denied) {
		t.Errorf("a sales representative sets the working time: %v", err)
	}
	err = c.as(access.System("test"), func(ctx context.Context, s *record.Session) error {
		return c.actors.Calendars.SetWorkingTime(ctx, s, id.ID(12345), org.WorkingTime{Days: day(true)})
	})
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("a department that is none: %v", err)
	}
}

func TestNotices(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	take := func(days map[clock.Date]workcal.Day) {
		t.Helper()
		c.must(c.system(func(ctx context.Context, s *record.Session) error { return c.actors.Calendars.TakeNotice(ctx, s, days) }))
	}
	notice := map[clock.Date]workcal.Day{"2026-12-31": {Name: "元旦", Off: true}}
	for _, d := range []clock.Date{"2027-01-01", "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11", "2027-10-01"} {
		notice[d] = workcal.Day{Name: "假", Off: true}
	}
	take(notice)
	cal := c.calendar("")
	if !cal.Published(2027) || cal.Works("2027-02-08") || cal.Works("2026-12-31") || cal.Works("2026-10-01") {
		t.Error("the notice does not hold beside what was known")
	}
	corrected := map[clock.Date]workcal.Day{}
	for _, d := range []clock.Date{"2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-10-05"} {
		corrected[d] = workcal.Day{Name: "假", Off: true}
	}
	take(corrected)
	cal = c.calendar("")
	if !cal.Works("2026-10-01") || cal.Works("2026-10-05") || !cal.Published(2027) {
		t.Error("a corrected year does not take the place of the one that was known")
	}
	c.must(c.system(func(ctx context.Context, s *record.Session) error {
		return c.actors.Calendars.DropNotice(ctx, s, "2026")
	}))
	if c.calendar("").Works("2026-10-01") {
		t.Error("what the program knows does not come back")
	}
	err := c.system(func(ctx context.Context, s *record.Session) error {
		return c.actors.Calendars.DropNotice(ctx, s, "2026")
	})
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("taken back twice: %v", err)
	}
}

func TestCalendarView(t *testing.T) {
	t.Parallel()
	c := newCompany(t)
	c.must(c.sets("", func(w *org.WorkingTime) { w.Days = day(true) }))
	c.must(c.sets("one", func(w *org.WorkingTime) {
		w.Days = map[clock.Date]workcal.Day{"2026-03-12": {Name: "团建", Off: true}}
	}))
	notice := map[clock.Date]workcal.Day{"2027-01-01": {Name: "元旦", Off: true}}
	c.must(c.system(func(ctx context.Context, s *record.Session) error {
		return c.actors.Calendars.TakeNotice(ctx, s, notice)
	}))
	c.must(c.system(func(ctx context.Context, s *record.Session) error {
		for _, x := range []struct{ department, inherits, date, source string }{
			{"", "", "2026-03-10", "own"},
			{"", "", "2026-10-01", "program"},
			{"", "", "2027-01-01", "notice"},
			{"", "", "2026-03-11", ""},
			{"one", "", "2026-03-10", "own"},
			{"one", "", "2026-03-12", "department"},
			{"team", "one", "2026-03-12", "department"},
			{"team", "one", "2027-01-01", "notice"},
			{"two", "", "2026-03-12", ""},
		} {
			v, err := c.actors.Calendars.View(ctx, s, c.dept[x.department])
			if err != nil {
				return err
			}
			if v.Inherits != c.dept[x.inherits] || v.Source(clock.Date(x.date)) != x.source || len(v.Departments) != 1 {
				t.Errorf("%q: inherits from %v; %s is from %q, want %q", x.department, v.Names[v.Inherits], x.date, v.Source(clock.Date(x.date)), x.source)
			}
		}
		_, err := c.actors.Calendars.View(ctx, s, 12345)
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("a department that is none: %v", err)
		}
		return nil
	}))
}
