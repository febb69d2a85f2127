package record

import (
	"context"
	"math"
	"slices"
	"time"

	"genjin/internal/access"
	"genjin/internal/audit"
	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/obligation"
	"genjin/internal/sqldb"
)

// Clock binds a kind of clock to the records it is about, by pure functions: whatever changes a record, through whichever
// door, the clock that runs afterwards is the one that Due gives.
type Clock[T any] struct {
	Kind *obligation.Kind
	// Due gives the clock that runs for a record as it is; nil for none. Archived records have none.
	Due func(rec *T) *obligation.Due
	// End says how a clock ends when next no longer asks for the one that old did; nil: it was met, now.
	End func(old, next *T) obligation.End
	// Refresh brings values up to date that show when the clock is due; nil for none. Rules that run on every write do so, too:
	// this is for when settings change.
	Refresh func(s *Session, rec *T)
	// Done changes a record so that the clock is met by whoever ticks it off; nil when that takes more than a tick.
	Done func(s *Session, rec *T)
}

// kindClock is a Clock without its type parameter.
type kindClock struct {
	kind    *obligation.Kind
	due     func(rec any) *obligation.Due
	end     func(old, next any) obligation.End
	refresh func(s *Session, rec any)
	done    func(s *Session, rec any)
}

func untypedClocks[T any](clocks []Clock[T]) []kindClock {
	out := make([]kindClock, len(clocks))
	for i, c := range clocks {
		out[i] = kindClock{kind: c.Kind, due: func(rec any) *obligation.Due {
			if !baseOf(rec).ArchivedAt.IsZero() {
				return nil
			}
			return c.Due(rec.(*T))
		}}
		if c.End != nil {
			out[i].end = func(old, next any) obligation.End { return c.End(old.(*T), next.(*T)) }
		}
		if c.Refresh != nil {
			out[i].refresh = func(s *Session, rec any) { c.Refresh(s, rec.(*T)) }
		}
		if c.Done != nil {
			out[i].done = func(s *Session, rec any) { c.Done(s, rec.(*T)) }
		}
	}
	return out
}

// ClockKinds gives the kinds of clocks in the order of registration, each with the entity it is about.
func (reg *Registry) ClockKinds() (kinds []*obligation.Kind, about []string) {
	for _, k := range reg.kinds {
		for _, c := range k.clocks {
			kinds, about = append(kinds, c.kind), append(about, k.def.Name)
		}
	}
	return kinds, about
}

// ClockKind gives a kind of clock; nil when there is none.
func (reg *Registry) ClockKind(name string) *obligation.Kind {
	if _, c := reg.clock(name); c != nil {
		return c.kind
	}
	return nil
}

// clock finds a kind of clock and the kind of record that it is about; nil for none.
func (reg *Registry) clock(name string) (*kind, *kindClock) {
	for _, k := range reg.kinds {
		for i := range k.clocks {
			if k.clocks[i].kind.Name == name {
				return k, &k.clocks[i]
			}
		}
	}
	return nil, nil
}

// Calendars give the working calendar of a department, zero for that of the company.
type Calendars interface {
	For(department id.ID) *workcal.Calendar
}

// UseCalendars sets the working calendars. Without, all have the usual hours. It is to be called before the store is used.
func (st *Store) UseCalendars(c Calendars) { st.calendars = c }

// Calendar gives the working calendar of a department, zero for that of the company.
func (st *Store) Calendar(department id.ID) *workcal.Calendar { return st.calendars.For(department) }

// usual is the calendar of a company that set none.
type usual struct{ calendar *workcal.Calendar }

func (u usual) For(id.ID) *workcal.Calendar { return u.calendar }

func usualCalendars(zone *time.Location) Calendars {
	c, err := workcal.New(zone, workcal.Settings{})
	if err != nil { // part of the program
		panic(err)
	}
	return usual{c}
}

// Clocks gives the settings of a kind of clock as they are now.
func (sc *Schema) Clocks(kind string) *obligation.ClockSettings { return sc.clocks[kind] }

// DueAt gives when a clock of a kind is due that runs for a record of a department; zero for none, or when such clocks are
// not used.
func (s *Session) DueAt(kind *obligation.Kind, due *obligation.Due, department id.ID) time.Time {
	st := s.schema.clocks[kind.Name]
	if due == nil || !st.Active {
		return time.Time{}
	}
	return due.When(st, s.store.zone, s.store.calendars.For(department))
}

// clockOf makes the row of a clock. Unless the clock names who must act, that is the record's owner; of an entity without
// owners, whoever owns the record on which it hangs.
func (s *Session) clockOf(ctx context.Context, k *kind, c kindClock, rec any, due *obligation.Due) (obligation.Clock, error) {
	b := baseOf(rec)
	row := obligation.Clock{
		Kind: c.kind.Name, Part: due.Part, Entity: k.def.Name, Record: b.ID, Parent: b.ID, Started: due.Start, Before: due.Before,
	}
	host, parent := s.host(k, rec)
	if host != nil {
		row.Parent = parent
	}
	owner, err := s.answers(ctx, rec, host, parent)
	if err != nil {
		return row, err
	}
	row.Owner, row.Department = owner.OwnerID, owner.DepartmentID
	if due.Owner != 0 {
		row.Owner = due.Owner
	}
	row.Due = s.DueAt(c.kind, due, row.Department)
	if !due.Met.IsZero() {
		row.MetAt, row.MetBy = clock.At(due.Met), s.Actor.ID
	}
	return row, nil
}

// host gives the record on which another hangs, by the first of its parent fields that names one; nil for none.
func (s *Session) host(k *kind, rec any) (*kind, id.ID) {
	for _, name := range k.def.Parents {
		if parent, _ := k.bind.value(rec, k.def.Index(name)).(int64); parent != 0 {
			return s.store.reg.kind(k.def.Field(name).Ref), id.ID(parent)
		}
	}
	return nil, 0
}

// answers gives who must act for a record: its owner, else that of its parent.
func (s *Session) answers(ctx context.Context, rec any, of *kind, parent id.ID) (o Owned, err error) {
	if own := ownedOf(rec); own != nil {
		return *own, nil
	}
	if of == nil || !of.def.Owned {
		return o, nil
	}
	if made := s.created[parent]; made != nil {
		return *ownedOf(made), nil
	}
	err = s.Tx.QueryRow(ctx, "SELECT owner_id, department_id FROM "+of.def.TableName()+" WHERE id = ?", int64(parent)).Scan(&o.OwnerID, &o.DepartmentID)
	if sqldb.IsNoRows(err) {
		return o, nil
	}
	return o, err
}

// running gives the clock that a record asks for; nil for none, or when such clocks are not used.
func (s *Session) running(c kindClock, rec any) *obligation.Due {
	if rec == nil || !s.schema.clocks[c.kind.Name].Active {
		return nil
	}
	return c.due(rec)
}

// startClocks starts the clocks of new records. What came from a workbook is not judged by when it was recorded.
func (s *Session) startClocks(ctx context.Context, k *kind, recs []any, refused []error) error {
	var rows []obligation.Clock
	for _, c := range k.clocks {
		for i, rec := range recs {
			if refused[i] != nil {
				continue
			}
			if due := s.running(c, rec); due != nil && (due.Met.IsZero() || s.Judged()) {
				row, err := s.clockOf(ctx, k, c, rec, due)
				if err != nil {
					return err
				}
				rows = append(rows, row)
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return obligation.Open(ctx, s.Tx, rows, s.schema.Clocks)
}

// Judged reports whether what happens happens now, at people's hands: it is measured and told. What comes from a workbook,
// or is taken back, is not.
func (s *Session) Judged() bool {
	return s.Origin != audit.Import && s.Origin != audit.Demo && s.Origin != audit.Undo
}

// moveClocks ends, starts and amends clocks after a change of a record.
func (s *Session) moveClocks(ctx context.Context, k *kind, old, next any) error {
	for _, c := range k.clocks {
		if err := s.moveClock(ctx, k, c, old, next); err != nil {
			return err
		}
	}
	if baseOf(old).ArchivedAt.IsZero() != baseOf(next).ArchivedAt.IsZero() {
		return s.hangingClocks(ctx, k, next)
	}
	if was := ownedOf(old); was != nil && *was != *ownedOf(next) {
		return s.handClocks(ctx, k, next)
	}
	return nil
}

// handClocks gives the clocks about what hangs on a record, and nobody owns, to the record's owner.
func (s *Session) handClocks(ctx context.Context, k *kind, rec any) error {
	for _, child := range s.store.reg.kinds {
		if ParentField(child.def, k.def.Name) == "" || child.def.Owned || len(child.clocks) == 0 {
			continue
		}
		o := ownedOf(rec)
		if err := obligation.Hand(ctx, s.Tx, baseOf(rec).ID, child.def.Name, o.OwnerID, o.DepartmentID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) moveClock(ctx context.Context, k *kind, c kindClock, old, next any) error {
	was, is := s.running(c, old), s.running(c, next)
	switch {
	case was == nil && is == nil, is != nil && !is.Met.IsZero() && was != nil && !was.Met.IsZero():
		return nil
	case was != nil && is != nil && was.Same(is):
		before, err := s.clockOf(ctx, k, c, old, was)
		if err != nil {
			return err
		}
		after, err := s.clockOf(ctx, k, c, next, is)
		if err != nil || sameRow(&before, &after) {
			return err
		}
		_, err = obligation.Amend(ctx, s.Tx, &after, s.schema.Clocks(c.kind.Name))
		return err
	}
	if was != nil && was.Met.IsZero() {
		if err := obligation.Close(ctx, s.Tx, c.kind.Name, baseOf(next).ID, was.Part, ending(c, old, next), s.Actor.ID); err != nil {
			return err
		}
	}
	if is == nil {
		return nil
	}
	if !is.Met.IsZero() && !baseOf(old).ArchivedAt.IsZero() {
		return nil // what comes back was met before it was put away
	}
	row, err := s.clockOf(ctx, k, c, next, is)
	if err != nil {
		return err
	}
	if is.Met.IsZero() {
		return obligation.Reopen(ctx, s.Tx, &row, s.schema.Clocks(c.kind.Name))
	}
	if !s.Judged() {
		return nil
	}
	return obligation.Open(ctx, s.Tx, []obligation.Clock{row}, s.schema.Clocks)
}

// causeArchived is why clocks end about what was put away.
const causeArchived = "archived"

func ending(c kindClock, old, next any) obligation.End {
	switch {
	case !baseOf(next).ArchivedAt.IsZero():
		return obligation.End{Cause: causeArchived}
	case c.end == nil:
		return obligation.End{}
	}
	return c.end(old, next)
}

func sameRow(a, b *obligation.Clock) bool {
	return slices.Equal(a.Before, b.Before) && (a.Before == nil) == (b.Before == nil) && a.Owner == b.Owner && a.Department == b.Department && a.Parent == b.Parent && a.Due.Equal(b.Due)
}

// hangingClocks stops the clocks about what hangs on a record that was put away, and starts them again when it comes back.
func (s *Session) hangingClocks(ctx context.Context, k *kind, rec any) error {
	if !baseOf(rec).ArchivedAt.IsZero() {
		return obligation.CloseHanging(ctx, s.Tx, baseOf(rec).ID, causeArchived, s.Actor.ID)
	}
	for _, child := range s.store.reg.kinds {
		via := ParentField(child.def, k.def.Name)
		if via == "" || len(child.clocks) == 0 {
			continue
		}
		ids, err := s.idsWhere(ctx, child, math.MaxInt32, "t."+via+" = ? AND t.archived_at IS NULL", int64(baseOf(rec).ID))
		if err != nil {
			return err
		}
		if err := s.resetClocks(ctx, child, ids, ""); err != nil {
			return err
		}
	}
	return nil
}

// idsWhere gives the first of the records of a kind for which a condition on t holds, by id.
func (s *Session) idsWhere(ctx context.Context, k *kind, most int, where string, args ...any) ([]id.ID, error) {
	return s.Tx.IDs(ctx, "SELECT t.id FROM "+k.def.TableName()+" t WHERE "+where+" ORDER BY t.id LIMIT ?", append(args, most)...)
}

// resetClocks brings the clocks of a kind, of all kinds when it is "", about records into the state that the records and
// the settings ask for.
func (s *Session) resetClocks(ctx context.Context, k *kind, ids []id.ID, only string) error {
	all := s.As(s.Actor.Elevated(), s.Origin)
	for _, x := range ids {
		rec, err := all.loadFor(ctx, k, x, access.View)
		if err != nil {
			return err
		}
		for _, c := range k.clocks {
			if only == "" || only == c.kind.Name {
				if err := s.resetClock(ctx, k, c, rec); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Session) resetClock(ctx context.Context, k *kind, c kindClock, rec any) error {
	b := baseOf(rec)
	if c.refresh != nil && !s.Dry {
		fresh := k.bind.clone(rec)
		c.refresh(s, fresh)
		def := s.Def(k.def.Name)
		if _, err := s.put(ctx, k, s.stored(k, def, rec), s.stored(k, def, fresh), "id = ?", int64(b.ID)); err != nil {
			return err
		}
		rec = fresh
	}
	is := s.running(c, rec)
	if is != nil && !is.Met.IsZero() {
		return nil
	}
	if is == nil {
		return obligation.CloseAll(ctx, s.Tx, c.kind.Name, b.ID, causeSetting)
	}
	row, err := s.clockOf(ctx, k, c, rec, is)
	if err != nil {
		return err
	}
	st := s.schema.Clocks(c.kind.Name)
	there, err := obligation.Amend(ctx, s.Tx, &row, st)
	if err != nil || there {
		return err
	}
	return obligation.Reopen(ctx, s.Tx, &row, st)
}

// causeSetting is why clocks end that are no longer used.
const causeSetting = "setting"

// ResetClocks brings the clocks of a kind about up to most records after one into the state that the records and the
// settings ask for, and gives the last of them; zero when there are no more.
func (s *Session) ResetClocks(ctx context.Context, clockKind string, after id.ID, most int) (id.ID, error) {
	k, _ := s.store.reg.clock(clockKind)
	if k == nil {
		return 0, nil
	}
	ids, err := s.idsWhere(ctx, k, most, "t.id > ? AND t.archived_at IS NULL", int64(after))
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[len(ids)-1], s.resetClocks(ctx, k, ids, clockKind)
}

// SetClock sets the settings of a kind of clocks and orders that the open ones follow.
func SetClock(ctx context.Context, s *Session, kind *obligation.Kind, st obligation.ClockSettings) error {
	if err := st.Check(kind); err != nil {
		return err
	}
	text, err := st.Encode()
	if err != nil {
		return err
	}
	if err := s.SetSetting(ctx, obligation.SettingName(kind.Name), text); err != nil {
		return err
	}
	return OrderReset(ctx, s.Tx, kind.Name)
}

// ResetJob is the kind of job that brings open clocks in line with the settings.
const ResetJob = "clock.reset"

// OrderReset adds the job that brings the open clocks of a kind, of all when it is "", in line with the settings. One that
// is under way may have passed the first records, so that each order is a job of its own.
func OrderReset(ctx context.Context, tx *sqldb.Tx, kind string) error {
	_, err := job.Add(ctx, tx, job.Job{Kind: ResetJob, Payload: resetOrder{kind}, RunAt: tx.Now.Add(resetAfter)})
	return err
}

type resetOrder struct {
	Kind string `json:"kind"`
}

// resetAfter lets every process hear of new settings first.
const resetAfter = 3 * time.Second

// resetBatch is how many records one transaction handles.
const resetBatch = 100

// HandleResets registers what brings open clocks in line.
func (st *Store) HandleResets(q *job.Queue) { q.Handle(ResetJob, st.reset) }

func (st *Store) reset(ctx context.Context, run *job.Run) error {
	var order resetOrder
	if err := run.Decode(&order); err != nil {
		return err
	}
	if err := st.RefreshSchema(ctx); err != nil {
		return err
	}
	kinds, _ := st.reg.ClockKinds()
	for _, k := range kinds {
		if order.Kind != "" && order.Kind != k.Name {
			continue
		}
		for after := id.ID(0); ; {
			var last id.ID
			err := st.Write(ctx, access.System("clocks"), audit.Rule, func(s *Session) (err error) {
				last, err = s.ResetClocks(ctx, k.Name, after, resetBatch)
				return err
			})
			if err != nil {
				return err
			}
			if last == 0 {
				break
			}
			after = last
		}
	}
	return nil
}
