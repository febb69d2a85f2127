package obligation_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/obligation"
	"genjin/internal/sqldb"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var start = time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)

// firm is a small company: two departments, one above the other, each with a supervisor, and a rep in the lower one.
type firm struct {
	t                   testing.TB
	db                  *sqldb.DB
	clock               *clock.Fake
	rep, boss, director id.ID
	upper, lower        id.ID
	settings            obligation.ClockSettings
}

func newFirm(t testing.TB, o sqldb.Options) *firm {
	t.Helper()
	f := &firm{t: t, clock: clock.NewFake(start), settings: obligation.ClockSettings{Active: true, Lasts: map[string]obligation.Span{"": {N: 1, Unit: obligation.Hour}}}}
	o.Clock = f.clock
	f.db = dbtest.OpenWith(t, o)
	must(t, f.db.Write(t.Context(), func(tx *sqldb.Tx) error {
		f.upper, f.lower, f.rep, f.boss, f.director = tx.NewID(), tx.NewID(), tx.NewID(), tx.NewID(), tx.NewID()
		for _, d := range []struct{ x, above, head id.ID }{{f.upper, 0, f.director}, {f.lower, f.upper, f.boss}} {
			_, err := tx.Exec(t.Context(), `INSERT INTO department (id, version, name, created_at, updated_at, parent_id, supervisor_ids) VALUES (?, 1, ?, ?, ?, ?, ?)`,
				d.x, d.x.String(), tx.Now, tx.Now, d.above, `["`+d.head.String()+`"]`)
			if err != nil {
				return err
			}
		}
		for who, d := range map[id.ID]id.ID{f.rep: f.lower, f.boss: f.lower, f.director: f.upper} {
			_, err := tx.Exec(t.Context(), `INSERT INTO account (id, version, login, name, created_at, updated_at, department_id, active) VALUES (?, 1, ?, ?, ?, ?, ?, 1)`,
				who, who.String(), who.String(), tx.Now, tx.Now, d)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	return f
}

// kindOf gives kinds whose owners act on a page of its own.
func kindOf(name string) *obligation.Kind { return &obligation.Kind{Name: name, Page: "/act?on={id}"} }

func (f *firm) sweeper() *obligation.Sweeper {
	return &obligation.Sweeper{DB: f.db, Kind: kindOf, Settings: func(string) *obligation.ClockSettings { return &f.settings }, Log: slog.New(slog.DiscardHandler)}
}

// open starts n clocks of the rep's that are due at a time.
func (f *firm) open(n int, due time.Time, change ...func(c *obligation.Clock)) []obligation.Clock {
	f.t.Helper()
	clocks := make([]obligation.Clock, n)
	must(f.t, f.db.Write(f.t.Context(), func(tx *sqldb.Tx) error {
		for i := range clocks {
			x := tx.NewID()
			clocks[i] = obligation.Clock{Kind: "test", Entity: "thing", Record: x, Parent: x, Owner: f.rep, Department: f.lower, Started: start, Due: due}
			for _, fn := range change {
				fn(&clocks[i])
			}
		}
		return obligation.Open(f.t.Context(), tx, clocks, func(string) *obligation.ClockSettings { return &f.settings })
	}))
	return clocks
}

// sweepAt sweeps at a time after the start.
func (f *firm) sweepAt(after time.Duration) int {
	f.t.Helper()
	f.clock.Advance(start.Add(after).Sub(f.clock.Now()))
	n, err := f.sweeper().Sweep(f.t.Context())
	must(f.t, err)
	return n
}

// told gives what somebody was told, by sentence.
func (f *firm) told(to id.ID) map[string]int {
	f.t.Helper()
	out := map[string]int{}
	must(f.t, f.db.Read(f.t.Context(), func(tx *sqldb.Tx) error {
		notes, err := notify.Since(f.t.Context(), tx, to, 0, 1_000_000)
		for _, n := range notes {
			out[n.Text]++
		}
		return err
	}))
	return out
}

func (f *firm) wantTold(what string, to id.ID, want map[string]int) {
	f.t.Helper()
	if got := f.told(to); fmt.Sprint(got) != fmt.Sprint(want) {
		f.t.Errorf("%s: told %v, want %v", what, got, want)
	}
}

func TestStepsAreToldInTheirTime(t *testing.T) {
	f := newFirm(t, dbtest.Options(t))
	f.settings.Before, f.settings.At = []int{60, 10}, true
	f.settings.After = []obligation.Escalation{{Minutes: 240, Level: 1}, {Minutes: 1440, Level: 2}}
	f.open(1, start.Add(2*time.Hour))
	type people = map[string]int
	for _, c := range []struct {
		at                  time.Duration
		rep, boss, director people
	}{
		{59 * time.Minute, people{}, people{}, people{}},
		{60 * time.Minute, people{"clock.before": 1}, people{}, people{}},
		{61 * time.Minute, people{"clock.before": 1}, people{}, people{}},
		{110 * time.Minute, people{"clock.before": 2}, people{}, people{}},
		{2 * time.Hour, people{"clock.before": 2, "clock.at": 1}, people{}, people{}},
		{5 * time.Hour, people{"clock.before": 2, "clock.at": 1}, people{}, people{}},
		{6 * time.Hour, people{"clock.before": 2, "clock.at": 1}, people{"clock.escalation": 1}, people{}},
		{26 * time.Hour, people{"clock.before": 2, "clock.at": 1}, people{"clock.escalation": 1}, people{"clock.escalation": 1}},
		{400 * 24 * time.Hour, people{"clock.before": 2, "clock.at": 1}, people{"clock.escalation": 1}, people{"clock.escalation": 1}},
	} {
		f.sweepAt(c.at)
		f.wantTold(c.at.String(), f.rep, c.rep)
		f.wantTold(c.at.String(), f.boss, c.boss)
		f.wantTold(c.at.String(), f.director, c.director)
	}
}

// TestMissedStepsAreOne: after a long silence the owner is not told each step that has passed, but how it stands.
func TestMissedStepsAreOne(t *testing.T) {
	f := newFirm(t, dbtest.Options(t))
	f.settings.Before, f.settings.At = []int{60, 10}, true
	f.settings.After = []obligation.Escalation{{Minutes: 240, Level: 1}, {Minutes: 600, Level: 1}}
	f.open(3, start.Add(2*time.Hour))
	f.sweepAt(24 * time.Hour)
	f.wantTold("the owner", f.rep, map[string]int{"clock.overdue": 3})
	f.wantTold("the supervisor", f.boss, map[string]int{"clock.escalation": 3})
	if n := f.sweepAt(48 * time.Hour); n != 0 {
		t.Errorf("%d spoke again", n)
	}
}

// TestNotesOpenWhereOneActs: the owner of a clock is led to the page on which they act, others to the record.
func TestNotesOpenWhereOneActs(t *testing.T) {
	f := newFirm(t, dbtest.Options(t))
	f.settings.After = []obligation.Escalation{{Minutes: 1, Level: 1}}
	f.settings.At = true
	x := f.open(1, start)[0].Record
	f.sweepAt(time.Hour)
	for to, page := range map[id.ID]string{f.rep: "/act?on=" + x.String(), f.boss: ""} {
		must(t, f.db.Read(t.Context(), func(tx *sqldb.Tx) error {
			notes, err := notify.Since(t.Context(), tx, to, 0, 10)
			if len(notes) != 1 || notes[0].Page != page {
				t.Errorf("%+v, want %q", notes, page)
			}
			return err
		}))
	}
}

func TestWhoIsToldOfWhom(t *testing.T) {
	f := newFirm(t, dbtest.Options(t))
	f.settings.After = []obligation.Escalation{{Minutes: 1, Level: 1}}
	f.open(1, start, func(c *obligation.Clock) { c.Owner = f.boss })                            // who heads the department
	f.open(1, start, func(c *obligation.Clock) { c.Owner, c.Department = f.director, f.upper }) // above whom is nobody
	f.open(1, start, func(c *obligation.Clock) { c.Owner = 0 })                                 // nobody's
	f.sweepAt(time.Hour)
	f.wantTold("director", f.director, map[string]int{"clock.escalation": 1})
	f.wantTold("boss", f.boss, map[string]int{"clock.escalation": 1})
	f.wantTold("rep", f.rep, map[string]int{})
}

// TestEndedClocksAreSilent meets, cancels, amends and puts off clocks before they speak.
func TestEndedClocksAreSilent(t *testing.T) {
	f := newFirm(t, dbtest.Options(t))
	f.settings.At = true
	clocks := f.open(5, start.Add(time.Hour))
	must(t, f.db.Write(t.Context(), func(tx *sqldb.Tx) error {
		ctx := t.Context()
		if err := obligation.Close(ctx, tx, "test", clocks[0].Record, "", obligation.End{}, f.rep); err != nil {
			return err
		}
		if err := obligation.Close(ctx, tx, "test", clocks[1].Record, "", obligation.End{Cause: "stage"}, f.rep); err != nil {
			return err
		}
		later := clocks[2]
		later.Due, later.Owner = start.Add(3*time.Hour), f.boss
		if there, err := obligation.Amend(ctx, tx, &later, &f.settings); err != nil || !there {
			t.Errorf("amended: %v, %v", there, err)
		}
		if there, err := obligation.Amend(ctx, tx, &clocks[0], &f.settings); err != nil || there {
			t.Errorf("one that is over was amended: %v, %v", there, err)
		}
		return obligation.Snooze(ctx, tx, clocks[3].ID, start.Add(2*time.Hour))
	}))
	f.sweepAt(time.Hour)
	f.wantTold("at its time", f.rep, map[string]int{"clock.at": 1})
	f.sweepAt(2 * time.Hour)
	f.wantTold("what was put off", f.rep, map[string]int{"clock.at": 1, "clock.overdue": 1})
	f.sweepAt(3 * time.Hour)
	f.wantTold("the new owner", f.boss, map[string]int{"clock.at": 1})
	if states := f.states(); fmt.Sprint(states) != "map[cancelled:1 met:1 running:3]" {
		t.Error(states)
	}
}

func (f *firm) states() map[string]int {
	f.t.Helper()
	out := map[string]int{}
	must(f.t, f.db.Read(f.t.Context(), func(tx *sqldb.Tx) error {
		clocks, err := obligation.Select(f.t.Context(), tx, "1 = 1")
		for _, c := range clocks {
			out[string(c.State)]++
		}
		return err
	}))
	return out
}

// TestMetInTimeOrLate closes clocks before and after they are due, some as of a time before.
func TestMetInTimeOrLate(t *testing.T) {
	f := newFirm(t, dbtest.Options(t))
	clocks := f.open(3, start.Add(time.Hour))
	f.clock.Advance(2 * time.Hour)
	for i, met := range []time.Time{{}, start.Add(30 * time.Minute), start.Add(9 * time.Hour)} {
		must(t, f.db.Write(t.Context(), func(tx *sqldb.Tx) error {
			return obligation.Close(t.Context(), tx, "test", clocks[i].Record, "", obligation.End{Met: met}, f.rep)
		}))
	}
	if states := f.states(); fmt.Sprint(states) != "map[late:2 met:1]" {
		t.Error(states)
	}
}

// TestClocksSpeakOnce is the proof that reminders are neither lost nor doubled: thousands fall due while sweepers run
// beside each other, are paused and killed again and again, and the clock jumps by −1 year … +400 days.
func TestClocksSpeakOnce(t *testing.T) {
	clocks, kills := 2_000, 5
	if os.Getenv("GENJIN_PROOF") != "" {
		clocks, kills = 10_000, 20
	}
	o := dbtest.Options(t)
	f := newFirm(t, o)
	f.settings.At, f.settings.After = true, []obligation.Escalation{{Minutes: 60, Level: 1}}
	f.open(clocks, start.Add(24*time.Hour))
	must(t, f.db.Close())
	replicas := 1
	if dbtest.Postgres() {
		replicas = 3
	}
	jumps := []time.Duration{0, 25 * time.Hour, -365 * 24 * time.Hour, 26 * time.Hour, 400 * 24 * time.Hour, 30 * time.Hour}
	for i := range kills {
		var wg sync.WaitGroup
		for range replicas {
			wg.Go(func() { sweepAndDie(t, o, jumps[i%len(jumps)], time.Duration(20+rand.IntN(400))*time.Millisecond) })
		}
		wg.Wait()
	}
	o.Clock = f.clock
	f.db = dbtest.OpenWith(t, o)
	f.sweepAt(500 * 24 * time.Hour)
	for who, name := range map[id.ID]string{f.rep: "the owner", f.boss: "the supervisor"} {
		total := 0
		for _, n := range f.told(who) {
			total += n
		}
		if total != clocks {
			t.Errorf("%s was told %d times of %d clocks", name, total, clocks)
		}
	}
}

// sweepAndDie lets a child sweep at a time after the start, and kills it after a moment.
func sweepAndDie(t *testing.T, o sqldb.Options, jump, alive time.Duration) {
	child := exec.Command(os.Args[0], "-test.run=^TestChildThatSweeps$")
	child.Env = append(os.Environ(), "SWEEP_DIR="+o.Dir, "SWEEP_URL="+o.URL, "SWEEP_JUMP="+strconv.FormatInt(int64(jump), 10))
	out := &strings.Builder{}
	child.Stdout, child.Stderr = out, out
	if err := child.Start(); err != nil {
		t.Error(err)
		return
	}
	timer := time.AfterFunc(alive, func() {
		if rand.IntN(3) == 0 {
			pause(child.Process, 300*time.Millisecond)
		}
		_ = child.Process.Kill()
	})
	defer timer.Stop()
	if err := child.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestChildThatSweeps(t *testing.T) {
	o := sqldb.Options{Dir: os.Getenv("SWEEP_DIR"), URL: os.Getenv("SWEEP_URL"), Unsafe: true}
	if o.Dir == "" && o.URL == "" {
		t.Skip("is run by TestClocksSpeakOnce")
	}
	jump, err := strconv.ParseInt(cmp.Or(os.Getenv("SWEEP_JUMP"), "0"), 10, 64)
	must(t, err)
	o.Clock = clock.NewFake(start.Add(time.Duration(jump)))
	ctx := context.Background()
	db, err := sqldb.Open(ctx, o)
	must(t, err)
	defer db.Close()
	settings := obligation.ClockSettings{Active: true, At: true, After: []obligation.Escalation{{Minutes: 60, Level: 1}}}
	sw := &obligation.Sweeper{DB: db, Kind: kindOf, Settings: func(string) *obligation.ClockSettings { return &settings }, Log: slog.Default()}
	_, err = sw.Sweep(ctx)
	must(t, err)
}
