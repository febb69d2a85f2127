package record

import (
	"context"
	"slices"
	"strings"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/obligation"
)

// Duty is a running clock that the actor may see, with the record that it is about.
type Duty struct {
	obligation.Clock

	Kind   *obligation.Kind
	Row    *Row
	Parent *Row // the record on which that one hangs; nil for none, or when the actor may not see it
}

// DutyQuery chooses among running clocks.
type DutyQuery struct {
	Team  bool  // of others within reach; one's own otherwise
	User  id.ID // of one of them
	Kinds []string
	Until time.Time // due before; zero for no bound
	After DutyPlace // below a place in the list
	Limit int
}

// DutyPlace is where a duty stands in a list by time. The zero value is before the first.
type DutyPlace struct {
	Due time.Time
	ID  id.ID
}

// Duties gives running clocks by the time they are due.
func (s *Session) Duties(ctx context.Context, q DutyQuery) ([]Duty, error) {
	where := s.duties(q)
	if q.After.ID != 0 {
		where = access.And(where, access.Condition{
			SQL: "(o.due_at > ? OR o.due_at = ? AND o.id > ?)", Args: []any{q.After.Due, q.After.Due, int64(q.After.ID)},
		})
	}
	clocks, err := obligation.Select(ctx, s.Tx, where.SQL+" ORDER BY o.due_at, o.id LIMIT ?", append(where.Args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	return s.withRecords(ctx, clocks)
}

// Duty gives one running clock within reach; errs.NotFound for none.
func (s *Session) Duty(ctx context.Context, x id.ID) (*Duty, error) {
	for _, team := range []bool{false, true} {
		where := access.And(s.duties(DutyQuery{Team: team}), access.Condition{SQL: "o.id = ?", Args: []any{int64(x)}})
		clocks, err := obligation.Select(ctx, s.Tx, where.SQL, where.Args...)
		if err != nil {
			return nil, err
		}
		duties, err := s.withRecords(ctx, clocks)
		if err != nil {
			return nil, err
		}
		if len(duties) > 0 {
			return &duties[0], nil
		}
	}
	return nil, errs.New(errs.NotFound, "")
}

// CountDuties counts running clocks by the bounds between which they are due: out[0] are due before bounds[0], the last is
// what is due after all of them.
func (s *Session) CountDuties(ctx context.Context, q DutyQuery, bounds ...time.Time) ([]int64, error) {
	where := s.duties(q)
	columns := make([]string, 0, len(bounds)+1)
	var args []any
	var from any = int64(-1 << 62)
	for _, bound := range append(slices.Clone(bounds), time.UnixMilli(1<<52)) {
		columns, args = append(columns, "COALESCE(SUM(CASE WHEN o.due_at >= ? AND o.due_at < ? THEN 1 ELSE 0 END), 0)"), append(args, from, bound)
		from = bound
	}
	out := make([]int64, len(columns))
	dest := make([]any, len(out))
	for i := range out {
		dest[i] = &out[i]
	}
	err := s.Tx.QueryRow(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM obligation o WHERE "+where.SQL, append(args, where.Args...)...).Scan(dest...)
	return out, err
}

// duties gives the condition on o that clocks run, are among those asked for and within reach, and ask for something now.
func (s *Session) duties(q DutyQuery) access.Condition {
	where := access.And(access.Condition{SQL: "o.state = 'running'"}, s.clocksWithin(q.Team))
	if q.Team {
		where = access.And(where, access.Condition{SQL: "(o.owner_id IS NULL OR o.owner_id <> ?)", Args: []any{int64(s.Actor.ID)}})
	}
	if q.User != 0 {
		where = access.And(where, access.Condition{SQL: "o.owner_id = ?", Args: []any{int64(q.User)}})
	}
	if len(q.Kinds) > 0 {
		where = access.And(where, in(s, "o.kind", q.Kinds))
	}
	if !q.Until.IsZero() {
		where = access.And(where, access.Condition{SQL: "o.due_at < ?", Args: []any{q.Until}})
	}
	kinds, _ := s.store.reg.ClockKinds()
	for _, k := range kinds {
		if k.Behind != "" {
			where = access.And(where, access.Condition{
				SQL:  "(o.kind <> ? OR NOT EXISTS (SELECT 1 FROM obligation f WHERE f.parent_id = o.parent_id AND f.state = 'running' AND f.kind = ?))",
				Args: []any{k.Name, k.Behind},
			})
		}
		if k.Warns {
			where = access.And(where, access.Condition{
				SQL: "(o.kind <> ? OR o.due_at <= ?)", Args: []any{k.Name, s.Tx.Now.Add(s.schema.Clocks(k.Name).Warning())},
			})
		}
	}
	return where
}

// clocksWithin gives the condition on o that a clock is the actor's own, or of anybody within reach, and about records of
// which the actor may see some.
func (s *Session) clocksWithin(all bool) access.Condition {
	var or []access.Condition
	for _, k := range s.store.reg.kinds {
		if len(k.clocks) == 0 {
			continue
		}
		reach := s.Actor.WhereOwned("o", k.def.ModuleName(), access.View)
		if reach.SQL == access.Never.SQL && reach.Args == nil {
			continue
		}
		of := access.Condition{SQL: "o.entity = ?", Args: []any{k.def.Name}}
		if all {
			of = access.And(of, reach)
		}
		of = access.And(of, s.untold(k))
		or = append(or, access.Condition{SQL: "(" + of.SQL + ")", Args: of.Args})
	}
	where := anyOf(or)
	if len(or) == 0 {
		where = access.Never
	}
	if all {
		return where
	}
	return access.And(access.Condition{SQL: "o.owner_id = ?", Args: []any{int64(s.Actor.ID)}}, where)
}

// untold gives the condition on o that a clock about a record of a kind tells nothing that the actor may not see in full.
func (s *Session) untold(k *kind) access.Condition {
	var out access.Condition
	for _, c := range k.clocks {
		f := s.Def(k.def.Name).Field(c.kind.Tells)
		if f == nil {
			continue
		}
		rule := s.Actor.Field(k.def.Name, f.Name)
		switch {
		case rule == access.FieldHidden || (rule == access.FieldMasked || f.Private) && s.Actor.Masked:
			out = access.And(out, access.Condition{SQL: "o.kind <> ?", Args: []any{c.kind.Name}})
		case rule == access.FieldMasked || f.Private && !s.Actor.SeesPrivate:
			out = access.And(out, access.Condition{SQL: "(o.kind <> ? OR o.owner_id = ?)", Args: []any{c.kind.Name, int64(s.Actor.ID)}})
		}
	}
	return out
}

// withRecords finds the records that clocks are about. Those that the actor may not see are left out.
func (s *Session) withRecords(ctx context.Context, clocks []obligation.Clock) ([]Duty, error) {
	wanted := map[string][]id.ID{}
	for i := range clocks {
		c := &clocks[i]
		wanted[c.Entity] = append(wanted[c.Entity], c.Record)
		if c.Parent == c.Record {
			continue
		}
		for _, parent := range s.parentsOf(c.Entity) {
			wanted[parent] = append(wanted[parent], c.Parent)
		}
	}
	rows := map[id.ID]*Row{}
	for name, ids := range wanted {
		slices.Sort(ids)
		found, err := s.Rows(ctx, name, slices.Compact(ids))
		if err != nil {
			return nil, err
		}
		for x, row := range found {
			rows[x] = row
		}
	}
	out := make([]Duty, 0, len(clocks))
	for _, c := range clocks {
		d := Duty{Clock: c, Kind: s.store.reg.ClockKind(c.Kind), Row: rows[c.Record]}
		if c.Parent != c.Record {
			d.Parent = rows[c.Parent]
		}
		if d.Row != nil && d.Kind != nil {
			out = append(out, d)
		}
	}
	return out, nil
}

// parentsOf gives the entities on whose records those of another hang.
func (s *Session) parentsOf(name string) (out []string) {
	def := s.Def(name)
	if def == nil {
		return nil
	}
	for _, field := range def.Parents {
		out = append(out, def.Field(field).Ref)
	}
	return out
}

// Tickable reports whether a clock of a kind is met by ticking it off.
func (reg *Registry) Tickable(kind string) bool {
	_, c := reg.clock(kind)
	return c != nil && c.done != nil
}

// Tick meets the clock of a duty by changing its record as the kind says. It needs the permission to edit the record.
func (s *Session) Tick(ctx context.Context, d *Duty) error {
	k, c := s.store.reg.clock(d.Clock.Kind)
	if c == nil || c.done == nil {
		return errs.New(errs.Invalid, "clock.no_tick")
	}
	_, err := s.update(ctx, k, d.Record, 0, audit.Action("update"), func(rec any) error {
		c.done(s, rec)
		return nil
	})
	return err
}

// Snooze puts off what the clock of a duty says to its owner until a moment.
func (s *Session) Snooze(ctx context.Context, d *Duty, until time.Time) error {
	if d.Owner != s.Actor.ID {
		return errs.New(errs.Denied, "")
	}
	return obligation.Snooze(ctx, s.Tx, d.Clock.ID, until)
}

// Timeliness tells how clocks that fell due in a period were met.
type Timeliness struct {
	Key       string // of what it was asked by: a kind, or the id of a user or department
	FellDue   int64
	InTime    int64
	Late      int64 // met after they were due
	Overdue   int64 // still open
	Cancelled int64 // which do not count as fallen due
}

// TimelinessBy are what timeliness can be asked by, with the columns.
var TimelinessBy = map[string]string{"kind": "kind", "user": "owner_id", "department": "department_id"}

// TimelinessOf gives the timeliness of what the actor reaches, by kind, user or department, for the clocks due from one
// moment to before another (followups-and-clocks.md, “Timeliness”). A clock counts once it was due or was met before.
func (s *Session) TimelinessOf(ctx context.Context, by string, from, to time.Time, q DutyQuery) ([]Timeliness, error) {
	column, ok := TimelinessBy[by]
	if !ok {
		return nil, errs.OfField("by", "field.choice", "value", by)
	}
	where := access.And(s.clocksWithin(true), access.Condition{SQL: "o.due_at >= ? AND o.due_at < ?", Args: []any{from, to}})
	if q.User != 0 {
		where = access.And(where, access.Condition{SQL: "o.owner_id = ?", Args: []any{int64(q.User)}})
	}
	if len(q.Kinds) > 0 {
		where = access.And(where, in(s, "o.kind", q.Kinds))
	}
	var out []Timeliness
	err := s.each(ctx, `SELECT COALESCE(CAST(o.`+column+` AS TEXT), ''),
		SUM(CASE WHEN o.state = 'met' THEN 1 ELSE 0 END), SUM(CASE WHEN o.state = 'late' THEN 1 ELSE 0 END),
		SUM(CASE WHEN o.state = 'running' AND o.due_at < ? THEN 1 ELSE 0 END), SUM(CASE WHEN o.state = 'cancelled' THEN 1 ELSE 0 END)
		FROM obligation o WHERE `+where.SQL+` GROUP BY o.`+column+` ORDER BY 1`, append([]any{s.Tx.Now}, where.Args...),
		func(scan func(dest ...any) error) error {
			var t Timeliness
			err := scan(&t.Key, &t.InTime, &t.Late, &t.Overdue, &t.Cancelled)
			t.FellDue = t.InTime + t.Late + t.Overdue
			out = append(out, t)
			return err
		})
	return out, err
}

// Rate is the share of what was met in time; nil when nothing fell due.
func (t *Timeliness) Rate() *float64 {
	if t.FellDue == 0 {
		return nil
	}
	rate := float64(t.InTime) / float64(t.FellDue)
	return &rate
}
