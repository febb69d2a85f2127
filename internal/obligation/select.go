package obligation

import (
	"context"
	"time"

	"genjin/internal/clock"
	"genjin/internal/i18n"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Standing is how the clocks of one or more kinds about a record were met, taken together.
type Standing struct {
	Name  string
	Label i18n.Text
}

// Standings are the ways in which clocks about a record were met, the best first: of several the worst counts. What is not
// due yet, and what was cancelled, counts for none.
var Standings = []Standing{
	{string(Met), i18n.T("按时", "in time")},
	{string(Late), i18n.T("超时办结", "late")},
	{"overdue", i18n.T("超时未办", "overdue")},
}

// Worst is the SQL of the place in Standings, counted from one, of the worst of the clocks o. It takes the present.
const Worst = "MAX(CASE WHEN o.state = 'running' AND o.due_at < ? THEN 3 WHEN o.state = 'late' THEN 2 WHEN o.state = 'met' THEN 1 ELSE 0 END)"

// Select gives clocks for which a condition on o holds; it may end with an order and a limit.
func Select(ctx context.Context, tx *sqldb.Tx, where string, args ...any) (out []Clock, err error) {
	rows, err := tx.Query(ctx, `SELECT o.id, o.kind, o.part, o.entity, o.record_id, o.parent_id, o.owner_id, o.department_id, o.started_at, o.due_at,
		o.state, o.met_at, o.met_by, o.cause, o.remind FROM obligation o WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c Clock
		var started, due clock.Instant
		var remind string
		if err := rows.Scan(&c.ID, &c.Kind, &c.Part, &c.Entity, &c.Record, &c.Parent, &c.Owner, &c.Department, &started, &due,
			&c.State, &c.MetAt, &c.MetBy, &c.Cause, &remind); err != nil {
			return nil, err
		}
		c.Started, c.Due, c.Before = started.Time, due.Time, remindsOf(remind)
		out = append(out, c)
	}
	return out, rows.Err()
}

// Snooze has a running clock say nothing to its owner until a moment, and then speak again.
func Snooze(ctx context.Context, tx *sqldb.Tx, x id.ID, until time.Time) error {
	_, err := tx.Exec(ctx, `UPDATE obligation SET again_at = ?, next_at = CASE WHEN next_at < ? THEN next_at ELSE ? END WHERE id = ? AND state = 'running'`,
		until, until, until, int64(x))
	return err
}
