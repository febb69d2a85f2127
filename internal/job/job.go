// Package job does work in the background: imports, exports, sweeps. A job is a row, added in the transaction of what
// asks for it, so that it exists exactly when that was committed. Queues, one in each process, take jobs under a lease
// that they renew; a job whose process died is taken up again when its lease has run out, or, on SQLite, where the lock
// on the data folder proves that nobody else runs, when the next process starts.
//
// A job therefore runs at least once. Its effects happen exactly once when the handler keeps a bookmark: it writes each
// part of its work and Run.ProgressIn in one transaction, which fails with ErrLost when another process has taken the job
// over, and begins where Run.Resume says.
package job

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"genjin/internal/bell"
	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// State is where a job stands.
type State string

// The states. The last three are final.
const (
	Waiting   State = "waiting" // for its time, its turn, or the next attempt
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed" // gave up; kept as a dead letter until the history is purged
	Cancelled State = "cancelled"
)

// Job is work to be done.
type Job struct {
	Kind        string
	Payload     any       // what the handler needs to know, kept as JSON; nil for nothing
	Unique      string    // while a job with this key is unfinished, Add gives that one; "" for no such limit
	RunAt       time.Time // not earlier; zero for at once
	By          id.ID     // the user on whose behalf it runs; zero for the program itself
	MaxAttempts int       // attempts in a row without progress before it fails; 10 when 0
}

const defaultAttempts = 10

// added is rung after the commit of every Add in this process, whichever database it was for: to a queue of another one
// it means one needless look.
var added bell.Bell

// Add adds a job in a transaction: rolled back, it never was. Queues of this process see it as soon as it is committed,
// those of others within a second. When an unfinished job has the same Unique key, that job's id is given and nothing is
// added; it may be running already, and not look again at what this transaction changes.
func Add(ctx context.Context, tx *sqldb.Tx, j Job) (id.ID, error) {
	for {
		x, err := insert(ctx, tx, j, nil)
		if !sqldb.IsNoRows(err) {
			return x, err
		}
		err = tx.QueryRow(ctx, `SELECT id FROM job WHERE unique_key = ? AND finished_at IS NULL`, j.Unique).Scan(&x)
		if !sqldb.IsNoRows(err) { // else the other has finished in between
			return x, err
		}
	}
}

// insert adds a row unless its key or slot (nil for none) is taken, for which IsNoRows holds.
func insert(ctx context.Context, tx *sqldb.Tx, j Job, slot any) (x id.ID, err error) {
	payload, err := encode(j.Payload)
	if err != nil {
		return 0, err
	}
	if j.RunAt.IsZero() {
		j.RunAt = tx.Now
	}
	if j.MaxAttempts <= 0 {
		j.MaxAttempts = defaultAttempts
	}
	err = tx.QueryRow(ctx, `INSERT INTO job (id, kind, payload, unique_key, slot, state, run_at, max_attempts, created_by, created_at)
		VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
		tx.NewID(), j.Kind, payload, j.Unique, slot, j.RunAt, j.MaxAttempts, j.By, tx.Now).Scan(&x)
	if err == nil && !j.RunAt.After(tx.Now) {
		tx.AfterCommit(added.Ring)
	}
	return x, err
}

// Cancel asks for the end of a job. One that has not begun ends at once; one that has begun ends when its handler has
// seen its context end with the cause ErrCancelled. A job that is over gives errs.Conflict, none errs.NotFound.
func Cancel(ctx context.Context, tx *sqldb.Tx, x id.ID) error {
	s, err := get(ctx, tx, x, tx.Dialect().ForUpdate())
	switch {
	case err != nil:
		return err
	case s.Over():
		return errs.New(errs.Conflict, "job.over")
	case s.StartedAt.IsZero():
		_, err = tx.Exec(ctx, `UPDATE job SET state = ?, cancel_asked = 1, finished_at = ? WHERE id = ?`, string(Cancelled), tx.Now, x)
		return err
	}
	// One that waits for its next attempt is called once more, to tidy up.
	_, err = tx.Exec(ctx, `UPDATE job SET cancel_asked = 1, run_at = CASE state WHEN ? THEN ? ELSE run_at END WHERE id = ?`,
		string(Waiting), tx.Now, x)
	tx.AfterCommit(added.Ring)
	return err
}

// Status is a job as it stands.
type Status struct {
	ID          id.ID
	Kind        string
	State       State
	By          id.ID
	Payload     json.RawMessage // nil for none
	Done, Total int64           // as the handler counts; Total 0 when it does not say
	Result      json.RawMessage // what the handler gave; nil for none
	Err         *errs.Error     // why it failed, or the last attempt did; nil otherwise
	Detail      string          // the same for the operator: the error's own words
	Attempts    int             // in a row without progress, the present one included
	MaxAttempts int
	CancelAsked bool
	RunAt       clock.Instant
	CreatedAt   clock.Instant
	StartedAt   clock.Instant // of the first attempt; missing before
	FinishedAt  clock.Instant // missing before
}

// Over reports whether the job has come to its end, well or not.
func (s *Status) Over() bool { return !s.FinishedAt.IsZero() }

// Get gives a job; errs.NotFound when there is none.
func Get(ctx context.Context, tx *sqldb.Tx, x id.ID) (*Status, error) { return get(ctx, tx, x, "") }

func get(ctx context.Context, tx *sqldb.Tx, x id.ID, tail string) (*Status, error) {
	found, err := statuses(ctx, tx, `WHERE id = ?`+tail, x)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errs.New(errs.NotFound, "")
	}
	return found[0], nil
}

// Filter chooses jobs for List. Zero fields choose all.
type Filter struct {
	Kind   string
	State  State
	By     id.ID
	Before id.ID // only older ones: the last id of the page before
	Limit  int   // 50 when 0
}

// List gives jobs, newest first.
func List(ctx context.Context, tx *sqldb.Tx, f Filter) ([]*Status, error) {
	where, args := `WHERE id < ?`, []any{int64(1<<63 - 1)}
	if f.Before != 0 {
		args[0] = f.Before
	}
	and := func(column string, value any, given bool) {
		if given {
			where, args = where+` AND `+column+` = ?`, append(args, value)
		}
	}
	and("kind", f.Kind, f.Kind != "")
	and("state", string(f.State), f.State != "")
	and("created_by", f.By, f.By != 0)
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	return statuses(ctx, tx, where+` ORDER BY id DESC LIMIT ?`, append(args, limit)...)
}

func statuses(ctx context.Context, tx *sqldb.Tx, tail string, args ...any) (out []*Status, err error) {
	rows, err := tx.Query(ctx, `SELECT id, kind, state, created_by, payload, done, total, result, error, attempts, max_attempts,
		cancel_asked, run_at, created_at, started_at, finished_at FROM job `+tail, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s Status
		var payload, result, failure string
		err := rows.Scan(&s.ID, &s.Kind, &s.State, &s.By, &payload, &s.Done, &s.Total, &result, &failure, &s.Attempts, &s.MaxAttempts,
			&s.CancelAsked, &s.RunAt, &s.CreatedAt, &s.StartedAt, &s.FinishedAt)
		if err != nil {
			return nil, err
		}
		s.Payload, s.Result = raw(payload), raw(result)
		if s.Err, s.Detail, err = decodeError(failure); err != nil {
			return nil, err
		}
		out = append(out, &s)
	}
	return out, rows.Err()
}

// encode gives v as JSON; "" for nil.
func encode(v any) (string, error) {
	if v == nil {
		return "", nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("job: %w", err)
	}
	return string(bytes.TrimRight(b.Bytes(), "\n")), nil
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}
