package job

import (
	"context"
	"time"

	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// look wakes the workers when a job is due, frees what dead processes hold, adds the periodic jobs whose time has come,
// and gives how long to wait before the next look.
func (q *Queue) look(ctx context.Context) (wait time.Duration, err error) {
	wait = poll
	var now time.Time
	var due *int64
	var orphans bool
	err = q.db.Read(ctx, func(tx *sqldb.Tx) error {
		now = tx.Now
		if err := tx.QueryRow(ctx, `SELECT MIN(run_at) FROM job WHERE state = 'waiting'`).Scan(&due); err != nil {
			return err
		}
		where, args := expired(now)
		return tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM job WHERE state = 'running' AND `+where+`)`, args...).Scan(&orphans)
	})
	if err != nil {
		return wait, err
	}
	if due != nil {
		if left := time.UnixMilli(*due).Sub(now); left <= 0 {
			added.Ring()
		} else {
			wait = max(min(left, poll), soonest)
		}
	}
	if orphans {
		if err := q.reclaim(ctx, false); err != nil {
			return wait, err
		}
	}
	return wait, q.addPeriodic(ctx, now)
}

// expired gives the condition that a lease is over. One that reaches further ahead than any can is from before the
// clock went back.
func expired(now time.Time) (where string, args []any) {
	return `(lease_until < ? OR lease_until > ?)`, []any{now, now.Add(2 * lease)}
}

// orphan is a job whose process is gone.
type orphan struct {
	id             id.ID
	kind           string
	attempts, most int
}

// reclaim lets jobs run again whose process is gone: those with an expired lease, or all that this process does not run
// itself. The first time a job is taken up at once, after that with growing waits: it may be what kills the process.
func (q *Queue) reclaim(ctx context.Context, all bool) error {
	return q.db.Write(ctx, func(tx *sqldb.Tx) error {
		orphans, err := q.orphans(ctx, tx, all)
		if err != nil {
			return err
		}
		for _, o := range orphans {
			if err := o.free(ctx, tx); err != nil {
				return err
			}
			q.log.Warn("job: its process is gone", "kind", o.kind, "id", o.id.String(), "attempt", o.attempts)
		}
		tx.AfterCommit(added.Ring)
		return nil
	})
}

func (q *Queue) orphans(ctx context.Context, tx *sqldb.Tx, all bool) (out []orphan, err error) {
	where, args := expired(tx.Now)
	if all {
		where, args = "1 = 1", nil
	}
	rows, err := tx.Query(ctx, `SELECT id, kind, attempts, max_attempts, leased_by FROM job WHERE state = 'running' AND `+where+
		` ORDER BY id`+tx.Dialect().SkipLocked(), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	q.mu.Lock()
	defer q.mu.Unlock()
	for rows.Next() {
		var o orphan
		var lease id.ID
		if err := rows.Scan(&o.id, &o.kind, &o.attempts, &o.most, &lease); err != nil {
			return nil, err
		}
		if q.running[lease] == nil {
			out = append(out, o)
		}
	}
	return out, rows.Err()
}

func (o orphan) free(ctx context.Context, tx *sqldb.Tx) error {
	const free = `UPDATE job SET lease_until = NULL, leased_by = NULL, `
	if o.attempts < o.most {
		_, err := tx.Exec(ctx, free+`state = 'waiting', run_at = ? WHERE id = ?`, tx.Now.Add(backoff(o.attempts-1)), o.id)
		return err
	}
	text, err := encodeError(errs.New(errs.Unavailable, "job.crashed"), o.id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, free+`state = 'failed', error = ?, finished_at = ? WHERE id = ?`, text, tx.Now, o.id)
	return err
}

// watchRuns ends the contexts of runs whose job somebody cancelled or took over.
func (q *Queue) watchRuns(ctx context.Context, runs []*Run) error {
	held := map[id.ID]bool{} // by lease, whether its end is asked for
	err := q.db.Read(ctx, func(tx *sqldb.Tx) error {
		in, args := sqldb.In(tx.Dialect(), "id", ids(runs))
		rows, err := tx.Query(ctx, `SELECT leased_by, cancel_asked FROM job WHERE `+in+` AND state = 'running'`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var lease id.ID
			var asked bool
			if err := rows.Scan(&lease, &asked); err != nil {
				return err
			}
			held[lease] = asked
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	for _, run := range runs {
		asked, ours := held[run.lease]
		switch {
		case !ours:
			run.end(ErrLost)
		case asked:
			run.end(ErrCancelled)
		}
	}
	return nil
}

// writeProgress tells the database how far the runs are. A job that its handler's transaction holds is left out: that
// one says it itself.
func (q *Queue) writeProgress(ctx context.Context, runs []*Run) error {
	type news struct {
		run         *Run
		done, total int64
	}
	var all []news
	for _, run := range runs {
		if done, total, unwritten := run.progress(); unwritten {
			all = append(all, news{run, done, total})
		}
	}
	if len(all) == 0 {
		return nil
	}
	return q.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, n := range all {
			_, err := tx.Exec(ctx, `UPDATE job SET done = ?, total = ? WHERE id = (SELECT id FROM job WHERE id = ? AND leased_by = ?`+
				tx.Dialect().SkipLocked()+`)`, n.done, n.total, n.run.ID, n.run.lease)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// renewLeases makes the leases of the runs last. Those that their handler's transaction holds cannot be taken over.
func (q *Queue) renewLeases(ctx context.Context, runs []*Run) error {
	return q.db.Write(ctx, func(tx *sqldb.Tx) error {
		in, args := sqldb.In(tx.Dialect(), "id", ids(runs))
		byUs, leases := sqldb.In(tx.Dialect(), "leased_by", leasesOf(runs))
		args = append(append([]any{tx.Now.Add(lease)}, args...), leases...)
		_, err := tx.Exec(ctx, `UPDATE job SET lease_until = ? WHERE id IN (SELECT id FROM job WHERE `+in+` AND `+byUs+tx.Dialect().SkipLocked()+`)`, args...)
		return err
	})
}

func ids(runs []*Run) []id.ID {
	out := make([]id.ID, len(runs))
	for i, run := range runs {
		out[i] = run.ID
	}
	return out
}

func leasesOf(runs []*Run) []id.ID {
	out := make([]id.ID, len(runs))
	for i, run := range runs {
		out[i] = run.lease
	}
	return out
}
