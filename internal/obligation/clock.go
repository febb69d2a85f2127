package obligation

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"genjin/internal/clock"
	"genjin/internal/cn/workcal"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// State is where a clock stands.
type State string

// The states. A running clock is overdue when its time is over.
const (
	Running   State = "running"
	Met       State = "met"
	Late      State = "late" // met after it was due
	Cancelled State = "cancelled"
)

// Due is a clock as a record says it should run. It is a pure function of the record.
type Due struct {
	Part     string     // tells apart several clocks of a kind about one record
	Variants []string   // of the kind; the first counts for which something is set
	Start    time.Time  // what it is known by, with Part: another start is another clock
	At       time.Time  // when it is due, for kinds that are fixed
	On       clock.Date // the day from which it is due, in the company's time zone, instead of At
	Lasts    *Span      // instead of the setting's
	// NotBefore puts off the moment it is due, such as to one that was agreed.
	NotBefore time.Time
	Before    []int // minutes of reminders, instead of the setting's; nil for those
	// Owner must act instead of whoever owns the record; zero for the owner.
	Owner id.ID
	// Met is when it was met, for what is only recorded once it is done; zero for a clock that runs.
	Met time.Time
}

// When gives the moment a clock is due.
func (d *Due) When(st *ClockSettings, zone *time.Location, cal *workcal.Calendar) time.Time {
	span, from := st.Lasting(d.Variants), d.Start
	if d.Lasts != nil {
		span = *d.Lasts
	}
	switch {
	case d.On != "":
		from = d.On.In(zone)
	case !d.At.IsZero():
		from = d.At
	}
	due := span.From(from, zone, cal)
	if due.Before(d.NotBefore) {
		return d.NotBefore
	}
	return due
}

// Same reports whether two dues are one clock.
func (d *Due) Same(other *Due) bool { return d.Part == other.Part && d.Start.Equal(other.Start) }

// End says how a clock ends that a record no longer asks for. The zero value: it was met, now.
type End struct {
	Met   time.Time // zero for now
	Cause string    // cancelled for this cause, a key; "" for met
}

// Clock is a row.
type Clock struct {
	ID         id.ID
	Kind       string
	Part       string
	Entity     string // of the record that it is about
	Record     id.ID
	Parent     id.ID // the record on which that one hangs; itself for one that hangs on none
	Owner      id.ID // zero for nobody
	Department id.ID
	Started    time.Time
	Due        time.Time
	State      State
	MetAt      clock.Instant
	MetBy      id.ID
	Cause      string
	Before     []int // nil for those of the settings
}

var columns = []string{
	"id", "kind", "part", "entity", "record_id", "parent_id", "owner_id", "department_id", "started_at", "due_at", "state", "met_at", "met_by",
	"remind", "told", "next_at",
}

// Open adds clocks. Those with a MetAt have been met already and say nothing.
func Open(ctx context.Context, tx *sqldb.Tx, clocks []Clock, settings func(kind string) *ClockSettings) error {
	rows := make([][]any, len(clocks))
	for i := range clocks {
		c := &clocks[i]
		c.ID, c.State = tx.NewID(), Running
		var next time.Time
		if !c.MetAt.IsZero() {
			c.State = stateAt(c.MetAt.Time, c.Due)
		} else {
			next = nextStep(settings(c.Kind), c.Before, c.Due, untold)
		}
		rows[i] = []any{
			int64(c.ID), c.Kind, c.Part, c.Entity, int64(c.Record), int64(c.Parent), c.Owner, c.Department, c.Started.UnixMilli(),
			c.Due.UnixMilli(), string(c.State), c.MetAt, c.MetBy, remindText(c.Before), int64(untold), next,
		}
	}
	return tx.InsertMany(ctx, "obligation", columns, rows)
}

// Reopen adds one clock about a record that was there before: a clock of the same start, cancelled since, runs again.
func Reopen(ctx context.Context, tx *sqldb.Tx, c *Clock, st *ClockSettings) error {
	_, err := tx.Exec(ctx, `INSERT INTO obligation (id, kind, part, entity, record_id, parent_id, owner_id, department_id, started_at, due_at, state, remind, told, next_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, ?)
		ON CONFLICT (record_id, kind, part, started_at) DO UPDATE SET state = 'running', met_at = NULL, met_by = NULL, cause = '',
		parent_id = excluded.parent_id, owner_id = excluded.owner_id, department_id = excluded.department_id, due_at = excluded.due_at,
		remind = excluded.remind, told = CASE WHEN obligation.due_at = excluded.due_at THEN obligation.told ELSE excluded.told END, next_at = excluded.next_at`,
		tx.NewID(), c.Kind, c.Part, c.Entity, int64(c.Record), int64(c.Parent), c.Owner, c.Department, c.Started, c.Due,
		remindText(c.Before), untold, nextStep(st, c.Before, c.Due, untold))
	return err
}

func stateAt(met, due time.Time) State {
	if met.After(due) {
		return Late
	}
	return Met
}

// Close ends the running clock of a kind about a record; none is none. By is who met it.
func Close(ctx context.Context, tx *sqldb.Tx, kind string, record id.ID, part string, end End, by id.ID) error {
	if end.Cause != "" {
		return cancel(ctx, tx, end.Cause, by, `record_id = ? AND kind = ? AND part = ?`, record, kind, part)
	}
	met := end.Met
	if met.IsZero() || met.After(tx.Now) {
		met = tx.Now
	}
	_, err := tx.Exec(ctx, `UPDATE obligation SET state = CASE WHEN due_at < ? THEN 'late' ELSE 'met' END, met_at = ?, met_by = ?, next_at = NULL, again_at = NULL
		WHERE record_id = ? AND kind = ? AND part = ? AND state = 'running'`, met, met, by, int64(record), kind, part)
	return err
}

// CloseAll cancels whatever clock of a kind runs about a record.
func CloseAll(ctx context.Context, tx *sqldb.Tx, kind string, record id.ID, cause string) error {
	return cancel(ctx, tx, cause, 0, `record_id = ? AND kind = ?`, record, kind)
}

// CloseHanging cancels all clocks that run about a record and what hangs on it.
func CloseHanging(ctx context.Context, tx *sqldb.Tx, parent id.ID, cause string, by id.ID) error {
	return cancel(ctx, tx, cause, by, `parent_id = ?`, parent)
}

// cancel cancels the running clocks for which a condition holds.
func cancel(ctx context.Context, tx *sqldb.Tx, cause string, by id.ID, where string, args ...any) error {
	_, err := tx.Exec(ctx, `UPDATE obligation SET state = 'cancelled', cause = ?, met_at = ?, met_by = ?, next_at = NULL, again_at = NULL
		WHERE `+where+` AND state = 'running'`, append([]any{cause, tx.Now, by}, args...)...)
	return err
}

// Hand gives the running clocks about what hangs on a record, of an entity, to another owner.
func Hand(ctx context.Context, tx *sqldb.Tx, parent id.ID, entity string, owner, department id.ID) error {
	_, err := tx.Exec(ctx, `UPDATE obligation SET owner_id = ?, department_id = ? WHERE parent_id = ? AND entity = ? AND state = 'running'`,
		owner, department, parent, entity)
	return err
}

// Amend gives the running clock of a kind about a record what changed: owner, department, when it is due and whom it
// reminds when. It reports false when none runs. Steps that lie in the past by the new time are not made up for, except
// that one which is due anew begins anew.
func Amend(ctx context.Context, tx *sqldb.Tx, c *Clock, st *ClockSettings) (bool, error) {
	var due int64
	var told int
	err := tx.QueryRow(ctx, `SELECT id, due_at, told FROM obligation
		WHERE record_id = ? AND kind = ? AND part = ? AND state = 'running'`+tx.Dialect().ForUpdate(), int64(c.Record), c.Kind, c.Part).
		Scan(&c.ID, &due, &told)
	if sqldb.IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if due != c.Due.UnixMilli() {
		told = untold
	}
	_, err = tx.Exec(ctx, `UPDATE obligation SET due_at = ?, told = ?, next_at = ?, parent_id = ?, owner_id = ?, department_id = ?, remind = ? WHERE id = ?`,
		c.Due, told, nextStep(st, c.Before, c.Due, told), int64(c.Parent), c.Owner, c.Department, remindText(c.Before), int64(c.ID))
	return true, err
}

// untold is how far a clock has spoken that has not yet.
const untold = math.MinInt32

// step is one thing a clock says, at a moment relative to when it is due.
type step struct {
	at    int // minutes after it is due; less than zero before
	level int // 0 the owner, else whose supervisors
}

// steps gives what a clock says, in the order of time.
func steps(st *ClockSettings, before []int) []step {
	if before == nil {
		before = st.Before
	}
	out := make([]step, 0, len(before)+len(st.After)+1)
	for _, minutes := range before {
		out = append(out, step{at: -minutes})
	}
	if st.At {
		out = append(out, step{})
	}
	for _, e := range st.After {
		out = append(out, step{e.Minutes, e.Level})
	}
	slices.SortStableFunc(out, func(a, b step) int { return a.at - b.at })
	return out
}

func (s step) moment(due time.Time) time.Time { return due.Add(time.Duration(s.at) * time.Minute) }

// nextStep gives when a clock speaks next that has spoken as far as told; zero when it has said all.
func nextStep(st *ClockSettings, before []int, due time.Time, told int) time.Time {
	for _, s := range steps(st, before) {
		if s.at > told {
			return s.moment(due)
		}
	}
	return time.Time{}
}

// remindText writes reminders: minutes apart by commas, "-" for none of one's own, "" for those of the settings.
func remindText(before []int) string {
	if before == nil {
		return ""
	}
	if len(before) == 0 {
		return "-"
	}
	parts := make([]string, len(before))
	for i, m := range before {
		parts[i] = strconv.Itoa(m)
	}
	return strings.Join(parts, ",")
}

func remindsOf(text string) []int {
	switch text {
	case "":
		return nil
	case "-":
		return []int{}
	}
	var out []int
	for part := range strings.SplitSeq(text, ",") {
		if m, err := strconv.Atoi(part); err == nil {
			out = append(out, m)
		}
	}
	return out
}
