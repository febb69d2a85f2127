package org

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// Calendars keeps the working calendars of the company and its departments in memory. A change made through this process
// takes effect with its commit, one made by another replica when Refresh is next called, within a second in a server.
type Calendars struct {
	now   atomic.Pointer[calendars]
	mu    sync.Mutex // one refresh at a time, and around hooks
	hooks []func(ctx context.Context, s *record.Session) error
}

// calendars are all working calendars as of a version. They do not change.
type calendars struct {
	version    int64
	company    *workcal.Calendar
	department map[id.ID]*workcal.Calendar
}

// newCalendars gives the calendars of a company that has set nothing, in UTC until the first refresh.
func newCalendars() *Calendars {
	usual, err := workcal.New(time.UTC, workcal.Settings{})
	if err != nil { // the zero settings are right
		panic(err)
	}
	c := &Calendars{}
	c.now.Store(&calendars{company: usual})
	return c
}

// For gives the working calendar of a department: its own, else that of the nearest department above which has one, else
// the company's, which zero and unknown departments have too. It never gives nil.
func (c *Calendars) For(department id.ID) *workcal.Calendar {
	return c.now.Load().of(department)
}

// Version grows with every change of what For gives, over all replicas; zero before the first refresh.
func (c *Calendars) Version() int64 { return c.now.Load().version }

// OnChange has fn run in the transaction of every change of working time, as the last of it: what it orders (a job, best)
// is done if and only if the change is. For gives the new calendars only after the commit; a job on another replica calls
// Refresh first. To be called before anything changes.
func (c *Calendars) OnChange(fn func(ctx context.Context, s *record.Session) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks = append(c.hooks, fn)
}

// Refresh loads the calendars anew if they changed. It costs one small read when they did not.
func (c *Calendars) Refresh(ctx context.Context, st *record.Store) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return st.DB().Read(ctx, func(tx *sqldb.Tx) error {
		var version int64
		if err := tx.QueryRow(ctx, `SELECT version FROM calendar_version`).Scan(&version); err != nil {
			return err
		}
		if version == c.Version() {
			return nil
		}
		now, err := loadCalendars(ctx, tx, st.Zone())
		if err != nil {
			return err
		}
		now.version = version
		c.now.Store(now)
		return nil
	})
}

// changed makes the change of working time that s just wrote take effect.
func (c *Calendars) changed(ctx context.Context, s *record.Session) error {
	if _, err := s.Tx.Exec(ctx, `UPDATE calendar_version SET version = version + 1`); err != nil {
		return err
	}
	st := s.Store()
	s.Tx.AfterCommit(func() {
		// A failure here is healed by the next refresh.
		_ = c.Refresh(context.WithoutCancel(ctx), st)
	})
	c.mu.Lock()
	hooks := c.hooks
	c.mu.Unlock()
	for _, fn := range hooks {
		if err := fn(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// moved is the rule that gives a department which has a new place among the others the working time of that place.
func (c *Calendars) moved(ctx context.Context, s *record.Session, old, next *Department) error {
	if old == nil && next.ParentID == 0 || old != nil && old.ParentID == next.ParentID {
		return nil
	}
	return c.changed(ctx, s)
}

// loadCalendars reads everything that was set and makes a calendar for each department that differs, or lies below one.
func loadCalendars(ctx context.Context, tx *sqldb.Tx, zone *time.Location) (*calendars, error) {
	set, err := loadWorkingTimes(ctx, tx)
	if err != nil {
		return nil, err
	}
	t, err := loadTree(ctx, tx)
	if err != nil {
		return nil, err
	}
	return makeCalendars(t, set, zone)
}

func makeCalendars(t *tree, set map[id.ID]WorkingTime, zone *time.Location) (*calendars, error) {
	var err error
	company := set[0].over(workcal.Settings{Days: map[clock.Date]workcal.Day{}})
	out := &calendars{department: map[id.ID]*workcal.Calendar{}}
	if out.company, err = workcal.New(zone, company); err != nil {
		return nil, fmt.Errorf("org: the company's working time: %w", err)
	}
	return out, out.descend(t, set, 0, out.company, company, zone)
}

// descend makes the calendars of the departments below one.
func (c *calendars) descend(t *tree, set map[id.ID]WorkingTime, above id.ID, inherited *workcal.Calendar, from workcal.Settings, zone *time.Location) error {
	for _, x := range t.children[above] {
		cal, settings := inherited, from
		if own := set[x]; !own.Empty() {
			var err error
			settings = own.over(from)
			if cal, err = workcal.New(zone, settings); err != nil {
				return fmt.Errorf("org: the working time of department %s: %w", x, err)
			}
		}
		if cal != c.company {
			c.department[x] = cal
		}
		if err := c.descend(t, set, x, cal, settings, zone); err != nil {
			return err
		}
	}
	return nil
}

// loadWorkingTimes reads the working time of the company, under zero, and of each department that has its own.
func loadWorkingTimes(ctx context.Context, tx *sqldb.Tx) (map[id.ID]WorkingTime, error) {
	set := map[id.ID]WorkingTime{0: {}}
	rows, err := tx.Query(ctx, `SELECT department_id, version, hours, weekend FROM working_time`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var department id.ID
		var w WorkingTime
		var hours, weekend string
		if err := rows.Scan(&department, &w.Version, &hours, &weekend); err != nil {
			return nil, err
		}
		if err := w.parse(hours, weekend); err != nil {
			return nil, err
		}
		set[department] = w
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return set, loadWorkingDays(ctx, tx, set)
}

// loadWorkingDays adds the special days.
func loadWorkingDays(ctx context.Context, tx *sqldb.Tx, set map[id.ID]WorkingTime) error {
	rows, err := tx.Query(ctx, `SELECT department_id, source, date, name, off FROM working_day`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var department id.ID
		var source string
		var date clock.Date
		var day workcal.Day
		if err := rows.Scan(&department, &source, &date, &day.Name, &day.Off); err != nil {
			return err
		}
		w := set[department]
		w.put(source, date, day)
		set[department] = w
	}
	return rows.Err()
}

func (w *WorkingTime) put(source string, date clock.Date, day workcal.Day) {
	into := &w.Days
	if source == fromNotice {
		into = &w.Notices
	}
	if *into == nil {
		*into = map[clock.Date]workcal.Day{}
	}
	(*into)[date] = day
}

func (w *WorkingTime) parse(hours, weekend string) error {
	if hours != "" {
		var pairs [][2]int
		if err := json.Unmarshal([]byte(hours), &pairs); err != nil {
			return fmt.Errorf("org: damaged working hours: %w", err)
		}
		w.Hours = make([]workcal.Span, len(pairs))
		for i, p := range pairs {
			w.Hours[i] = workcal.Span{From: p[0], To: p[1]}
		}
	}
	if weekend != "" {
		if err := json.Unmarshal([]byte(weekend), &w.Weekend); err != nil {
			return fmt.Errorf("org: damaged weekend: %w", err)
		}
	}
	return nil
}
