package dav

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"genjin/internal/access"
	"genjin/internal/clock"
	"genjin/internal/crm"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/record"
	"genjin/internal/sqldb"
)

// plan is a follow-up as its reader may see it, in the calendar or the list of tasks.
type plan struct {
	id, owner               id.ID
	state                   string
	at                      time.Time
	day                     bool // planned for a day, not for a time of it
	minutes                 int
	way, customer, contact  string // as people call them
	purpose, place          string
	remind                  []int // minutes before
	happened, changed, made time.Time
	moved                   int64
	fileName, uid           string // what a program that made it calls it; "" when it was made elsewhere
}

// Bounds of a collection: what phones take.
const (
	mostPlans    = 2000
	doneKept     = 30 // days that what was done stays in a calendar
	usualMinutes = 30
	usualRemind  = 30
)

// dueKind is the clock of plans, whose settings say when reminders come that a plan does not say itself.
const dueKind = "followup.due"

// seen reads the values of rows as their reader may see them.
type seen struct {
	s    *record.Session
	view *record.View
	def  *entity.Def
}

func look(ctx context.Context, s *record.Session, entityName string, rows []*record.Row) (*seen, error) {
	view, err := s.View(ctx, entityName, rows, nil)
	return &seen{s, view, s.Def(entityName)}, err
}

// full reports whether the reader sees a field neither hidden nor masked.
func (v *seen) full(row *record.Row, field string) bool {
	f := v.def.Field(field)
	if f == nil {
		return false
	}
	level := v.view.Access(row, f)
	return level != access.FieldHidden && level != access.FieldMasked
}

// value gives a stored value; nil for what the reader does not see in full.
func (v *seen) value(row *record.Row, field string) any {
	if !v.full(row, field) {
		return nil
	}
	return v.view.Value(row, v.def.Field(field))
}

func (v *seen) text(row *record.Row, field string) string {
	text, _ := v.value(row, field).(string)
	return text
}

// said gives a value in words.
func (v *seen) said(row *record.Row, field string) string {
	if v.value(row, field) == nil {
		return ""
	}
	return v.view.Text(row, v.def.Field(field))
}

func (v *seen) time(row *record.Row, field string) time.Time {
	ms, ok := v.value(row, field).(int64)
	if !ok {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func (v *seen) number(row *record.Row, field string) int64 {
	n, _ := v.value(row, field).(int64)
	return n
}

// mine is the condition that a follow-up stands in one's calendar: a plan of one's own, or in which one takes part; or one
// that was done lately.
func mine(me id.ID, since clock.Date) (*record.Filter, error) {
	return filterOf(map[string]any{"and": []any{
		map[string]any{"or": []any{is("owner_id", "me"), map[string]any{"field": "participant_ids", "op": "in", "value": []id.ID{me}}}},
		map[string]any{"or": []any{
			is("state", crm.FollowupPlanned),
			map[string]any{"and": []any{
				is("state", crm.FollowupDone),
				map[string]any{"field": "planned_at", "op": "not_empty"},
				map[string]any{"field": "happened_at", "op": "gte", "value": since},
			}},
		}},
	}})
}

func filterOf(v any) (*record.Filter, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return record.ParseFilter(string(text))
}

// askable reports whether the reader sees all these fields, so that they may be asked for by them.
func askable(s *record.Session, entityName string, fields ...string) bool {
	return !slices.ContainsFunc(fields, func(field string) bool {
		level := s.Actor.Field(entityName, field)
		return level == access.FieldHidden || level == access.FieldMasked
	})
}

func is(field string, value any) map[string]any {
	return map[string]any{"field": field, "op": "is", "value": value}
}

// loadPlans gives what stands in the reader's calendar, the earliest first.
func loadPlans(ctx context.Context, s *record.Session, of kind) ([]*plan, error) {
	if !askable(s, "followup", "owner_id", "participant_ids", "state", "planned_at", "happened_at") {
		return nil, nil
	}
	filter, err := mine(s.Actor.ID, s.Today().AddDays(-doneKept))
	if err != nil {
		return nil, err
	}
	var rows []*record.Row
	for q := (record.Query{Filter: filter, Sort: "-planned_at", Limit: record.MaxLimit}); len(rows) < mostPlans; {
		page, err := s.List(ctx, "followup", q)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Rows...)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	slices.Reverse(rows)
	return readPlans(ctx, s, of, rows)
}

func readPlans(ctx context.Context, s *record.Session, of kind, rows []*record.Row) ([]*plan, error) {
	v, err := look(ctx, s, "followup", rows)
	if err != nil {
		return nil, err
	}
	names, err := namesOf(ctx, s.Tx, s.Actor.ID, of)
	if err != nil {
		return nil, err
	}
	var out []*plan
	for _, row := range rows {
		p := v.plan(row)
		if p.at.IsZero() {
			continue // its reader may not see when
		}
		if n, named := names[p.id]; named {
			p.fileName, p.uid = n.name, n.uid
		}
		out = append(out, p)
	}
	return out, nil
}

func (v *seen) plan(row *record.Row) *plan {
	p := &plan{
		id: row.ID(), owner: id.ID(v.number(row, "owner_id")), state: v.text(row, "state"), at: v.time(row, "planned_at"),
		minutes: int(v.number(row, "minutes")), way: v.said(row, "way"), customer: cmp.Or(v.said(row, "customer_id"), v.said(row, "lead_id")), contact: v.said(row, "contact_id"),
		purpose: v.text(row, "purpose"), place: v.text(row, "place"), happened: v.time(row, "happened_at"),
		changed: v.time(row, "updated_at"), made: v.time(row, "created_at"), moved: v.number(row, "postponed"),
	}
	local := p.at.In(v.s.Store().Zone())
	p.day = local.Hour() == 0 && local.Minute() == 0 // as everywhere, midnight stands for the day
	if p.minutes <= 0 {
		p.minutes = usualMinutes
	}
	for _, text := range entity.ListOf(v.value(row, "remind")) {
		if n, err := strconv.Atoi(text); err == nil {
			p.remind = append(p.remind, n)
		}
	}
	if len(p.remind) == 0 {
		p.remind = usualReminders(v.s)
	}
	slices.Sort(p.remind)
	return p
}

// usualReminders are those of the company.
func usualReminders(s *record.Session) []int {
	if set := s.Store().Schema().Clocks(dueKind); set != nil {
		return slices.Clone(set.Before)
	}
	return []int{usualRemind}
}

// given is what a program that made a plan calls it.
type given struct{ name, uid string }

func namesOf(ctx context.Context, tx *sqldb.Tx, user id.ID, of kind) (map[id.ID]given, error) {
	rows, err := tx.Query(ctx, `SELECT followup_id, name, uid FROM dav_name WHERE user_id = ? AND collection = ?`, user, collections[of])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[id.ID]given{}
	for rows.Next() {
		var x id.ID
		var g given
		if err := rows.Scan(&x, &g.name, &g.uid); err != nil {
			return nil, err
		}
		out[x] = g
	}
	return out, rows.Err()
}

// keepName keeps under which name and uid a program made a plan.
func keepName(ctx context.Context, s *record.Session, of kind, x id.ID, g given) error {
	_, err := s.Tx.Exec(ctx, `INSERT INTO dav_name (user_id, collection, followup_id, name, uid, created_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (user_id, collection, name) DO UPDATE SET followup_id = excluded.followup_id, uid = excluded.uid, created_at = excluded.created_at`,
		s.Actor.ID, collections[of], x, g.name, g.uid, clock.At(s.Tx.Now))
	return err
}
