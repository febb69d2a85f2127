package org

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/text"
	"genjin/internal/cn/workcal"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/record"
)

// WorkingTime is what the company, or a department that differs from the one above it, has set.
type WorkingTime struct {
	Version int64                      // counts changes; zero when nothing was ever set
	Hours   []workcal.Span             // nil as above; for the company the usual ones
	Weekend []time.Weekday             // nil as above; empty for none
	Days    map[clock.Date]workcal.Day // own special days
	Notices map[clock.Date]workcal.Day // of notices that were read in; of the company alone
}

// Sources of special days, as stored.
const (
	fromOwn    = "own"
	fromNotice = "notice"
)

// Bounds of what can be set.
const (
	mostSpans  = 6
	mostDays   = 2000
	mostNameOf = 30 // characters in the name of a day
)

// over gives what holds when w is set over what holds above.
func (w WorkingTime) over(above workcal.Settings) workcal.Settings {
	s := workcal.Settings{Hours: above.Hours, Weekend: above.Weekend, Days: maps.Clone(above.Days), Years: above.Years}
	if w.Hours != nil {
		s.Hours = w.Hours
	}
	if w.Weekend != nil {
		s.Weekend = w.Weekend
	}
	if len(w.Notices) > 0 {
		s.Years = workcal.YearsOf(w.Notices)
		maps.Copy(s.Days, w.Notices)
	}
	maps.Copy(s.Days, w.Days)
	return s
}

// Empty reports whether nothing is set.
func (w WorkingTime) Empty() bool {
	return w.Hours == nil && w.Weekend == nil && len(w.Days) == 0 && len(w.Notices) == 0
}

// WorkingTimes gives what the company, under zero, and departments have set.
func (c *Calendars) WorkingTimes(ctx context.Context, s *record.Session) (map[id.ID]WorkingTime, error) {
	return loadWorkingTimes(ctx, s.Tx)
}

// SetWorkingTime sets hours, weekend and own days of the company, or with a department its own; notices stay as they are.
// Version must be the one that was seen, else errs.Stale. It is for who may edit settings.
func (c *Calendars) SetWorkingTime(ctx context.Context, s *record.Session, department id.ID, w WorkingTime) error {
	old, err := c.toChange(ctx, s, department)
	if err != nil {
		return err
	}
	if w.Version != old.Version {
		return errs.New(errs.Stale, "")
	}
	w.Notices = old.Notices
	if err := w.check(s.Store().Zone()); err != nil {
		return err
	}
	return c.write(ctx, s, department, old, w)
}

// TakeNotice adds the special days of a notice, such as next year's, in place of those that were known for the years it
// tells whole.
func (c *Calendars) TakeNotice(ctx context.Context, s *record.Session, days map[clock.Date]workcal.Day) error {
	old, err := c.toChange(ctx, s, 0)
	if err != nil {
		return err
	}
	next := old
	next.Notices = withoutYears(old.Notices, workcal.YearsOf(days))
	maps.Copy(next.Notices, days)
	if err := next.check(s.Store().Zone()); err != nil {
		return err
	}
	return c.write(ctx, s, 0, old, next)
}

// DropNotice takes back what notices that were read in told of a year; errs.NotFound when there was nothing.
func (c *Calendars) DropNotice(ctx context.Context, s *record.Session, year string) error {
	old, err := c.toChange(ctx, s, 0)
	if err != nil {
		return err
	}
	next := old
	next.Notices = withoutYears(old.Notices, map[string]bool{year: true})
	if len(next.Notices) == len(old.Notices) {
		return errs.New(errs.NotFound, "")
	}
	return c.write(ctx, s, 0, old, next)
}

// withoutYears gives the days that lie in none of the years.
func withoutYears(days map[clock.Date]workcal.Day, years map[string]bool) map[clock.Date]workcal.Day {
	rest := map[clock.Date]workcal.Day{}
	for date, day := range days {
		if !years[string(date[:4])] {
			rest[date] = day
		}
	}
	return rest
}

// toChange gives what is set, for who may change it.
func (c *Calendars) toChange(ctx context.Context, s *record.Session, department id.ID) (WorkingTime, error) {
	if !s.Actor.May("setting", access.Edit) {
		return WorkingTime{}, errs.New(errs.Denied, "")
	}
	if err := s.Tx.Lock(ctx, "working_time"); err != nil {
		return WorkingTime{}, err
	}
	if department != 0 {
		if _, err := record.Get[Department](ctx, s, department); err != nil {
			return WorkingTime{}, err
		}
	}
	set, err := loadWorkingTimes(ctx, s.Tx)
	return set[department], err
}

// check tidies the names of days and refuses what no calendar can be made of.
func (w *WorkingTime) check(zone *time.Location) error {
	var problems errs.Fields
	if len(w.Hours) > mostSpans {
		problems.Add("hours", "workcal.hours")
	}
	for _, d := range w.Weekend {
		if d < time.Sunday || d > time.Saturday {
			problems.Add("weekend", "workcal.weekend")
		}
	}
	if len(w.Days) > mostDays || len(w.Notices) > mostDays {
		problems.Add("days", "workcal.days", "max", mostDays)
	}
	for date, day := range w.Days {
		if _, err := clock.ParseDate(string(date)); err != nil || date == "" {
			problems.Add("days", "field.date", "value", string(date))
		}
		if day.Name = text.Tidy(day.Name); len([]rune(day.Name)) > mostNameOf {
			problems.Add("days", "workcal.day_name", "max", mostNameOf)
		}
		w.Days[date] = day
	}
	if _, err := workcal.New(zone, workcal.Settings{Hours: w.Hours}); err != nil {
		problems.Add("hours", "workcal.hours")
	}
	if _, err := workcal.New(zone, workcal.Settings{Weekend: w.Weekend}); err != nil {
		problems.Add("weekend", "workcal.weekend")
	}
	return problems.Err()
}

// write stores what is set, logs what changed and makes it take effect. Setting what is set already changes nothing.
func (c *Calendars) write(ctx context.Context, s *record.Session, department id.ID, old, next WorkingTime) error {
	changes := old.changes(next)
	if len(changes) == 0 || s.Dry {
		return nil
	}
	next.Version = old.Version + 1
	err := next.insert(ctx, s, department)
	if err != nil {
		return err
	}
	entry := audit.Entry{
		ID: s.Tx.NewID(), At: clock.At(s.Tx.Now), User: s.Actor.ID, UserName: s.Actor.Name, Origin: s.Origin,
		Entity: "setting", Action: "update", Changes: changes,
	}
	if department != 0 {
		entry.Entity, entry.Record = "department", department
	}
	if err := audit.Write(ctx, s.Tx, []audit.Entry{entry}); err != nil {
		return err
	}
	return c.changed(ctx, s)
}

func (w WorkingTime) insert(ctx context.Context, s *record.Session, department id.ID) error {
	_, err := s.Tx.Exec(ctx, `INSERT INTO working_time (department_id, version, hours, weekend, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (department_id) DO UPDATE SET version = excluded.version, hours = excluded.hours, weekend = excluded.weekend,
		updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		int64(department), w.Version, hoursText(w.Hours), weekendText(w.Weekend), s.Tx.Now, s.Actor.ID)
	if err != nil {
		return err
	}
	if _, err := s.Tx.Exec(ctx, `DELETE FROM working_day WHERE department_id = ?`, int64(department)); err != nil {
		return err
	}
	var rows [][]any
	for source, days := range map[string]map[clock.Date]workcal.Day{fromOwn: w.Days, fromNotice: w.Notices} {
		for date, day := range days {
			rows = append(rows, []any{int64(department), source, string(date), day.Name, day.Off})
		}
	}
	return s.Tx.InsertMany(ctx, "working_day", []string{"department_id", "source", "date", "name", "off"}, rows)
}

func hoursText(hours []workcal.Span) string {
	if hours == nil {
		return ""
	}
	pairs := make([][2]int, len(hours))
	for i, h := range hours {
		pairs[i] = [2]int{h.From, h.To}
	}
	return jsonText(pairs)
}

func weekendText(weekend []time.Weekday) string {
	if weekend == nil {
		return ""
	}
	days := slices.Clone(weekend)
	slices.Sort(days)
	return jsonText(slices.Compact(days))
}

// jsonText writes numbers, which always can be written.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// changes tells the log what differs, in words that need no translation.
func (w WorkingTime) changes(next WorkingTime) (out []audit.Change) {
	add := func(field, old, now string) {
		if old != now {
			out = append(out, audit.Change{Field: field, Old: old, New: now})
		}
	}
	add("working_hours", ClockHours(w.Hours), ClockHours(next.Hours))
	add("weekend", weekendText(w.Weekend), weekendText(next.Weekend))
	oldDays, newDays := differing(w.Days, next.Days)
	add("special_days", oldDays, newDays)
	oldDays, newDays = differing(w.Notices, next.Notices)
	add("holiday_notice", oldDays, newDays)
	return out
}

// ClockHours writes working hours as 09:00–12:00, 13:30–18:00; "" for none set.
func ClockHours(hours []workcal.Span) string {
	parts := make([]string, len(hours))
	for i, h := range hours {
		parts[i] = fmt.Sprintf("%02d:%02d–%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
	}
	return strings.Join(parts, ", ")
}

// differing writes the days that are in one of two sets and not the same in the other.
func differing(a, b map[clock.Date]workcal.Day) (of, in string) {
	words := func(x, y map[clock.Date]workcal.Day) string {
		var parts []string
		for _, date := range slices.Sorted(maps.Keys(x)) {
			if other, also := y[date]; also && other == x[date] {
				continue
			}
			mark := "+" // worked
			if x[date].Off {
				mark = "−"
			}
			parts = append(parts, strings.TrimSpace(string(date)+mark+" "+x[date].Name))
		}
		return strings.Join(parts, ", ")
	}
	return words(a, b), words(b, a)
}
