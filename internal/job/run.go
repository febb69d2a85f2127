package job

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Run is one attempt at a job, as its handler sees it. Its methods may be called by many goroutines.
type Run struct {
	ID      id.ID
	Kind    string
	Attempt int   // 1 for the first since there was progress
	By      id.ID // the user on whose behalf it runs; zero for the program itself

	payload, bookmark string
	lease             id.ID // names this attempt, so that one who has lost the job cannot write any more
	cancelAsked       bool
	cancel            context.CancelCauseFunc

	mu          sync.Mutex
	done, total int64
	unwritten   bool // progress that the database does not know
	result      string
}

// begin gives the context of the handler.
func (r *Run) begin(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	if r.cancelAsked {
		cancel(ErrCancelled)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancel = cancel
	return ctx
}

// end ends the handler's context. The first cause stays.
func (r *Run) end(cause error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cancel != nil {
		r.cancel(cause)
	}
}

// Decode loads the payload into what p points to.
func (r *Run) Decode(p any) error {
	if err := json.Unmarshal([]byte(r.payload), p); err != nil {
		return fmt.Errorf("job: payload of %s: %w", r.Kind, err)
	}
	return nil
}

// Resume loads the bookmark that an earlier attempt left with ProgressIn into what p points to; false when there is none.
func (r *Run) Resume(p any) (bool, error) {
	if r.bookmark == "" {
		return false, nil
	}
	if err := json.Unmarshal([]byte(r.bookmark), p); err != nil {
		return false, fmt.Errorf("job: bookmark of %s: %w", r.Kind, err)
	}
	return true, nil
}

// Progress says how far the work is, total being 0 when that is not known. It costs nothing: the database is told four
// times a second.
func (r *Run) Progress(done, total int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done, r.total, r.unwritten = done, total, true
}

// progress gives what is to be written, and whether there is anything.
func (r *Run) progress() (done, total int64, unwritten bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	unwritten, r.unwritten = r.unwritten, false
	return r.done, r.total, unwritten
}

// ProgressIn says in the transaction of a part of the work how far it is and where the next attempt is to begin, should
// this one be broken off; bookmark is kept as JSON and may be nil. It gives ErrLost when another process has taken the
// job over, so that the part is rolled back and its effects happen once. Failures before it no longer count.
func (r *Run) ProgressIn(ctx context.Context, tx *sqldb.Tx, done, total int64, bookmark any) error {
	text, err := encode(bookmark)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE job SET done = ?, total = ?, bookmark = ?, attempts = 1, lease_until = ? WHERE id = ? AND leased_by = ?`,
		done, total, text, tx.Now.Add(lease), r.ID, r.lease)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrLost
	}
	tx.AfterCommit(func() {
		r.Progress(done, total)
		r.progress()
	})
	return nil
}

// SetResult keeps v as JSON for Status.Result once the job is done. A later one replaces it.
func (r *Run) SetResult(v any) error {
	text, err := encode(v)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result = text
	return nil
}
