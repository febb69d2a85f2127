package job

import (
	"context"
	"errors"
	"slices"

	"genjin/internal/sqldb"
)

// turn notes how the worker's last job ended and takes the next that is due, in one transaction. It gives nil when there
// is none, or when taking has ended.
func (q *Queue) turn(taking, hard context.Context, last *outcome) (next *Run, err error) {
	var kinds []string
	if taking.Err() == nil {
		kinds = q.reserve(last)
		defer q.release(kinds)
	}
	if last == nil && len(kinds) == 0 {
		return nil, nil
	}
	err = q.db.Write(hard, func(tx *sqldb.Tx) (err error) {
		if last != nil {
			if err := last.note(hard, tx); err != nil {
				return err
			}
		}
		next, err = take(hard, tx, kinds)
		return err
	})
	if err != nil {
		return nil, err
	}
	if last != nil {
		q.tell(last)
	}
	q.replace(last, next)
	return next, nil
}

// take takes that job of the kinds which has been due longest; nil when there is none.
func take(ctx context.Context, tx *sqldb.Tx, kinds []string) (*Run, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	ofKind, wanted := sqldb.In(tx.Dialect(), "kind", kinds)
	run := &Run{lease: tx.NewID()}
	args := append([]any{run.lease, tx.Now.Add(lease), tx.Now, tx.Now}, wanted...)
	err := tx.QueryRow(ctx, `UPDATE job SET state = 'running', leased_by = ?, lease_until = ?, attempts = attempts + 1,
			started_at = COALESCE(started_at, ?)
		WHERE id = (SELECT id FROM job WHERE state = 'waiting' AND run_at <= ? AND `+ofKind+` ORDER BY run_at, id LIMIT 1`+tx.Dialect().SkipLocked()+`)
		RETURNING id, kind, attempts, created_by, payload, bookmark, cancel_asked, done, total`, args...).
		Scan(&run.ID, &run.Kind, &run.Attempt, &run.By, &run.payload, &run.bookmark, &run.cancelAsked, &run.done, &run.total)
	if sqldb.IsNoRows(err) {
		return nil, nil
	}
	return run, err
}

// outcome is how a run ended.
type outcome struct {
	run   *Run
	err   error // the handler's
	cause error // why its context ended before it did; nil when it had not
	lost  bool  // another process had taken the job over, so that there was nothing to note
	final bool  // the job has failed
}

// note writes down how the run ended.
func (o *outcome) note(ctx context.Context, tx *sqldb.Tx) error {
	o.lost, o.final = false, false
	switch {
	case o.err == nil:
		return o.write(ctx, tx, `state = 'done', result = ?, error = '', finished_at = ?`, o.run.result, tx.Now)
	case errors.Is(o.cause, ErrLost):
		o.lost = true
		return nil
	case errors.Is(o.cause, ErrCancelled):
		return o.write(ctx, tx, `state = 'cancelled', finished_at = ?`, tx.Now)
	case o.cause != nil: // stopping: this attempt does not count
		return o.write(ctx, tx, `state = 'waiting', attempts = attempts - 1`)
	}
	return o.noteFailure(ctx, tx)
}

// noteFailure lets the job wait for its next attempt, or fail.
func (o *outcome) noteFailure(ctx context.Context, tx *sqldb.Tx) error {
	var attempts, most int
	err := tx.QueryRow(ctx, `SELECT attempts, max_attempts FROM job WHERE id = ? AND leased_by = ?`+tx.Dialect().ForUpdate(), o.run.ID, o.run.lease).
		Scan(&attempts, &most)
	if sqldb.IsNoRows(err) {
		o.lost = true
		return nil
	}
	if err != nil {
		return err
	}
	text, err := encodeError(o.err, o.run.ID)
	if err != nil {
		return err
	}
	o.final = attempts >= most || lasting(o.err)
	if o.final {
		return o.write(ctx, tx, `state = 'failed', error = ?, finished_at = ?`, text, tx.Now)
	}
	return o.write(ctx, tx, `state = 'waiting', error = ?, run_at = ?`, text, tx.Now.Add(backoff(attempts)))
}

// write changes the job, unless another process has taken it over.
func (o *outcome) write(ctx context.Context, tx *sqldb.Tx, set string, args ...any) error {
	done, total, _ := o.run.progress()
	args = append(args, done, total, o.run.ID, o.run.lease)
	n, err := tx.Exec(ctx, `UPDATE job SET `+set+`, done = ?, total = ?, lease_until = NULL, leased_by = NULL WHERE id = ? AND leased_by = ?`, args...)
	o.lost = n == 0
	return err
}

// tell logs what an operator should know.
func (q *Queue) tell(o *outcome) {
	attributes := []any{"kind", o.run.Kind, "id", o.run.ID.String(), "attempt", o.run.Attempt, "error", o.err}
	switch {
	case o.lost:
		q.log.Warn("job: taken over by another process", attributes...)
	case o.final:
		q.log.Error("job: failed", attributes...)
	case o.err != nil && o.cause == nil:
		q.log.Warn("job: will be tried again", attributes...)
	}
}

// reserve gives the kinds of which the worker may take another job, its last one being over. They count as taken until
// release.
func (q *Queue) reserve(last *outcome) (kinds []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for kind := range q.handlers {
		limit, limited := q.limits[kind]
		if limited && q.busy(kind, last) >= limit {
			continue
		}
		q.reserved[kind]++
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// busy counts the jobs of a kind that run or may be about to, that of last left out.
func (q *Queue) busy(kind string, last *outcome) int {
	n := q.reserved[kind]
	for _, run := range q.running {
		if run.Kind == kind && (last == nil || run != last.run) {
			n++
		}
	}
	return n
}

func (q *Queue) release(kinds []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, kind := range kinds {
		q.reserved[kind]--
	}
}

// replace forgets the run that is over and counts the next one as running.
func (q *Queue) replace(last *outcome, next *Run) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if last != nil {
		delete(q.running, last.run.lease)
	}
	if next != nil {
		q.running[next.lease] = next
	}
}
