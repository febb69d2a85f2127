package obligation

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"genjin/internal/clock"
	"genjin/internal/entity"
	"genjin/internal/id"
	"genjin/internal/notify"
	"genjin/internal/sqldb"
)

// Sweeper tells people what is due. Any number may run beside each other, in one process or many: each step of a clock is
// told in the transaction that marks it as told.
type Sweeper struct {
	DB       *sqldb.DB
	Kind     func(name string) *Kind          // nil for one of a newer program
	Settings func(kind string) *ClockSettings // as they are now; nil likewise
	Log      *slog.Logger
}

const (
	// sweepBatch is how many clocks one transaction handles, so that others who write wait for milliseconds.
	sweepBatch = 200
	// sweepEvery is how long a clock may be late in speaking.
	sweepEvery = 2 * time.Second
)

// Run sweeps until ctx ends.
func (sw *Sweeper) Run(ctx context.Context) {
	for {
		if _, err := sw.Sweep(ctx); err != nil && ctx.Err() == nil {
			sw.Log.Error("clocks: the sweep failed and is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}

// Sweep tells all that is due now, a part at a time, and gives how many clocks spoke.
func (sw *Sweeper) Sweep(ctx context.Context) (total int, err error) {
	var above *chart
	for {
		due := false
		err := sw.DB.Read(ctx, func(tx *sqldb.Tx) error {
			return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM obligation WHERE next_at <= ?)`, tx.Now).Scan(&due)
		})
		if err != nil || !due {
			return total, err
		}
		n := 0
		err = sw.DB.Write(ctx, func(tx *sqldb.Tx) (err error) {
			if above == nil {
				if above, err = supervisors(ctx, tx); err != nil {
					return err
				}
			}
			n, err = sw.part(ctx, tx, above)
			return err
		})
		total += n
		if err != nil || n == 0 { // others have what is left
			return total, err
		}
	}
}

// ringing is a clock that has something to say.
type ringing struct {
	Clock
	told  int
	again clock.Instant
	page  string // where its owner acts; "" for the record's own
}

func (sw *Sweeper) part(ctx context.Context, tx *sqldb.Tx, above *chart) (int, error) {
	all, err := ringingNow(ctx, tx)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	var notes []notify.Note
	for i := range all {
		c := &all[i]
		st := sw.Settings(c.Kind)
		if st == nil { // a kind of a newer program: it speaks again when that runs
			st = &ClockSettings{}
		}
		if k := sw.Kind(c.Kind); k != nil {
			c.page = strings.ReplaceAll(k.Page, "{id}", c.Record.String())
		}
		notes = append(notes, c.speak(st, tx.Now, above)...)
		_, err := tx.Exec(ctx, `UPDATE obligation SET told = ?, next_at = ?, again_at = ? WHERE id = ?`,
			c.told, c.next(st), c.again, c.ID)
		if err != nil {
			return 0, err
		}
	}
	return len(all), notify.Tell(ctx, tx, notes...)
}

func ringingNow(ctx context.Context, tx *sqldb.Tx) (out []ringing, err error) {
	rows, err := tx.Query(ctx, `SELECT id, kind, entity, record_id, parent_id, owner_id, department_id, started_at, due_at, remind, told, again_at
		FROM obligation WHERE next_at <= ? ORDER BY next_at LIMIT ?`+tx.Dialect().SkipLocked(), tx.Now, sweepBatch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r ringing
		var started, due clock.Instant
		var remind string
		if err := rows.Scan(&r.ID, &r.Kind, &r.Entity, &r.Record, &r.Parent, &r.Owner, &r.Department, &started, &due, &remind, &r.told, &r.again); err != nil {
			return nil, err
		}
		r.Started, r.Due, r.Before = started.Time, due.Time, remindsOf(remind)
		out = append(out, r)
	}
	return out, rows.Err()
}

// speak gives what a clock says now, and marks it as said. Of several steps of one listener that have passed, because
// nobody swept for a while, the last is told alone.
func (c *ringing) speak(st *ClockSettings, now time.Time, above *chart) []notify.Note {
	var own *step
	others := map[int]step{} // by level
	told := c.told
	for _, s := range steps(st, c.Before) {
		if s.at <= c.told || s.moment(c.Due).After(now) {
			continue
		}
		if told = s.at; s.level == 0 {
			own = &s
		} else {
			others[s.level] = s
		}
	}
	c.told = told
	var notes []notify.Note
	again := !c.again.IsZero() && !c.again.After(now)
	if again && own == nil {
		own = &step{at: int(c.again.Sub(c.Due) / time.Minute)}
	}
	if own != nil && c.Owner != 0 && (again || c.again.IsZero()) {
		notes = append(notes, c.toOwner(*own, now))
	}
	if again {
		c.again = clock.Instant{}
	}
	for level := 1; level <= maxLevel; level++ {
		s, speaks := others[level]
		if !speaks {
			continue
		}
		for _, who := range above.of(c.Owner, c.Department, level) {
			notes = append(notes, c.note(who, s, "clock.escalation", "over_minutes", now.Sub(c.Due)))
		}
	}
	return notes
}

func (c *ringing) toOwner(s step, now time.Time) (n notify.Note) {
	switch left := c.Due.Sub(now); {
	case left >= time.Minute:
		n = c.note(c.Owner, s, "clock.before", "left_minutes", left)
	case left > -5*time.Minute:
		n = c.note(c.Owner, s, "clock.at", "left_minutes", 0)
	default:
		n = c.note(c.Owner, s, "clock.overdue", "over_minutes", -left)
	}
	n.Page = c.page
	return n
}

// note tells somebody a step. It is the same note whoever tells it: of a clock, for a time it is due, at a step.
func (c *ringing) note(to id.ID, s step, text, name string, length time.Duration) notify.Note {
	by := id.ID(0)
	if s.level > 0 {
		by = c.Owner
	}
	return notify.Note{
		To: to, Kind: c.Kind, Key: c.ID.String() + "/" + strconv.FormatInt(c.Due.Unix(), 36) + "/" + strconv.Itoa(s.at), Text: text,
		Params: map[string]any{name: int(length / time.Minute)}, By: by, Entity: c.Entity, Record: c.Record, At: s.moment(c.Due),
	}
}

// next gives when the clock speaks next.
func (c *ringing) next(st *ClockSettings) time.Time {
	next := nextStep(st, c.Before, c.Due, c.told)
	if c.again.IsZero() || !next.IsZero() && next.Before(c.again.Time) {
		return next
	}
	return c.again.Time
}

// chart is who supervises whom.
type chart struct {
	parents     map[id.ID]id.ID
	supervisors map[id.ID][]id.ID
	active      map[id.ID]bool
}

// supervisors loads the chart.
func supervisors(ctx context.Context, tx *sqldb.Tx) (*chart, error) {
	c := &chart{parents: map[id.ID]id.ID{}, supervisors: map[id.ID][]id.ID{}, active: map[id.ID]bool{}}
	rows, err := tx.Query(ctx, `SELECT id, parent_id, supervisor_ids FROM department WHERE archived_at IS NULL`)
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var x, parent id.ID
		var list entity.List
		if err := rows.Scan(&x, &parent, &list); err != nil {
			rows.Close()
			return nil, err
		}
		c.parents[x] = parent
		for _, text := range list {
			if who, err := id.Parse(text); err == nil {
				c.supervisors[x] = append(c.supervisors[x], who)
			}
		}
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return c, c.loadActive(ctx, tx)
}

func (c *chart) loadActive(ctx context.Context, tx *sqldb.Tx) error {
	var all []id.ID
	for _, list := range c.supervisors {
		all = append(all, list...)
	}
	if len(all) == 0 {
		return nil
	}
	in, args := sqldb.In(tx.Dialect(), "id", all)
	rows, err := tx.Query(ctx, `SELECT id FROM account WHERE active = 1 AND `+in, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var x id.ID
		if err := rows.Scan(&x); err != nil {
			return err
		}
		c.active[x] = true
	}
	return rows.Err()
}

// of gives the supervisors at a level above somebody of a department: those of the first department upwards that has any
// besides them, then those of the next.
func (c *chart) of(owner, department id.ID, level int) []id.ID {
	for seen := 0; department != 0 && seen < 50; seen++ {
		var found []id.ID
		for _, who := range c.supervisors[department] {
			if who != owner && c.active[who] && !slices.Contains(found, who) {
				found = append(found, who)
			}
		}
		if len(found) > 0 {
			if level--; level == 0 {
				return found
			}
		}
		department = c.parents[department]
	}
	return nil
}
