package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"genjin/internal/id"
	"genjin/internal/sqldb"
)

// Why the context of a handler ended, as context.Cause tells.
var (
	ErrStopping  = errors.New("job: this process is stopping; another one goes on")
	ErrCancelled = errors.New("job: cancelled")
	ErrLost      = errors.New("job: taken over by another process")
)

// Handler does a job. It returns soon after ctx has ended, with any error: ErrStopping hands the job back, to be called
// again with the same attempt, ErrCancelled makes it cancelled. After a nil error the job is done, whatever ctx says. An
// error of the user's making (*errs.Error, except Unavailable, TooMany and Stale) fails the job at once, any other and a
// panic after its last attempt. What has to be tidied up after ctx has ended needs context.WithoutCancel.
type Handler func(ctx context.Context, run *Run) error

// Queue runs the jobs of one database in this process. All methods but Start, Stop, Drain and Wake are called before
// Start.
type Queue struct {
	Workers int // jobs at the same time; 2 by New

	db        *sqldb.DB
	log       *slog.Logger
	handlers  map[string]Handler
	limits    map[string]int
	periodics []*periodic

	mu       sync.Mutex
	reserved map[string]int // by kind, workers that may be about to take a job
	running  map[id.ID]*Run // by lease

	stopTaking context.CancelCauseFunc
	abandon    context.CancelFunc
	workers    sync.WaitGroup
	helpers    sync.WaitGroup
	stopHelp   context.CancelFunc
}

const (
	poll    = time.Second            // between looks for what has become due, or was added elsewhere
	soonest = 10 * time.Millisecond  // between two such looks
	watch   = 250 * time.Millisecond // between looks for cancellations, and between writes of progress
	lease   = 30 * time.Second       // after which a job whose process is silent is taken up by another
	renew   = lease / 5
)

// New makes a queue that has no kinds but its own: purging the history.
func New(db *sqldb.DB, log *slog.Logger) *Queue {
	q := &Queue{
		Workers: 2, db: db, log: log, handlers: map[string]Handler{}, limits: map[string]int{},
		reserved: map[string]int{}, running: map[id.ID]*Run{},
	}
	q.Every(purgeKind, purgeEvery, q.purge)
	return q
}

// Handle has h do the jobs of a kind. Jobs of kinds that nobody handles stay, for a process that does.
func (q *Queue) Handle(kind string, h Handler) {
	if q.handlers[kind] != nil {
		panic("job: two handlers for " + kind)
	}
	q.handlers[kind] = h
}

// Limit lets this process do no more than n jobs of a kind at the same time.
func (q *Queue) Limit(kind string, n int) { q.limits[kind] = n }

// Start begins to take jobs and returns. On SQLite it first frees those that a process left running which has died.
// Handlers get a context of ctx; its end is like Stop, but nobody waits.
func (q *Queue) Start(ctx context.Context) error {
	if q.db.Dialect() == sqldb.SQLite {
		if err := q.reclaim(ctx, true); err != nil {
			return err
		}
	}
	taking, stop := context.WithCancelCause(ctx)
	unending := context.WithoutCancel(ctx)
	hard, abandon := context.WithCancel(unending)
	q.stopTaking, q.abandon = stop, abandon
	q.stopHelp = q.help(unending)
	q.helpers.Go(func() { q.pollLoop(taking) })
	for range q.Workers {
		q.workers.Go(func() { q.work(taking, hard) })
	}
	return nil
}

// Stop takes no more jobs, ends the contexts of those that run with the cause ErrStopping, waits for their handlers and
// hands the unfinished ones back. A handler that goes on beyond the end of ctx is left to its lease, and ctx's error is
// given. A queue that was not started has nothing to stop.
func (q *Queue) Stop(ctx context.Context) error {
	if q.stopTaking == nil {
		return nil
	}
	q.stopTaking(ErrStopping)
	unhurried := context.AfterFunc(ctx, q.abandon)
	q.workers.Wait()
	unhurried()
	q.abandon()
	q.stopHelp()
	q.helpers.Wait()
	if left := q.runs(); len(left) > 0 {
		return fmt.Errorf("job: %d handlers did not stop: %w", len(left), ctx.Err())
	}
	return nil
}

// Drain does in the caller's goroutine what is due, until nothing is: for commands and tests that have no Start. Failed
// jobs that wait for their next attempt are not due.
func (q *Queue) Drain(ctx context.Context) error {
	unending := context.WithoutCancel(ctx)
	stop := q.help(unending)
	defer q.helpers.Wait()
	defer stop()
	var last *outcome
	for {
		run, err := q.turn(ctx, unending, last)
		if err != nil {
			return err
		}
		if run == nil {
			return context.Cause(ctx)
		}
		last = q.perform(ctx, unending, run)
	}
}

// Wake has the queue look for what is due now and not at its next poll: for tests that have moved a fake clock.
func (q *Queue) Wake() { added.Ring() }

// help starts what looks after running jobs.
func (q *Queue) help(ctx context.Context) (stop context.CancelFunc) {
	ctx, stop = context.WithCancel(ctx)
	q.helpers.Go(func() { q.each(ctx, watch, "cancellations", q.watchRuns) })
	q.helpers.Go(func() { q.each(ctx, watch, "progress", q.writeProgress) })
	q.helpers.Go(func() { q.each(ctx, renew, "leases", q.renewLeases) })
	return stop
}

// each calls fn at intervals while jobs run.
func (q *Queue) each(ctx context.Context, interval time.Duration, what string, fn func(context.Context, []*Run) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		runs := q.runs()
		if len(runs) == 0 {
			continue
		}
		if err := fn(ctx, runs); err != nil && ctx.Err() == nil {
			q.log.Error("job: looking after "+what, "error", err)
		}
	}
}

// pollLoop wakes the workers when something has become due, frees what dead processes hold and adds periodic jobs.
func (q *Queue) pollLoop(ctx context.Context) {
	for {
		wait, err := q.look(ctx)
		if err != nil && ctx.Err() == nil {
			q.log.Error("job: looking for work", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// work is one worker: it notes how its last job ended and takes the next, until taking has ended. Hard ends it at once.
func (q *Queue) work(taking, hard context.Context) {
	var last *outcome
	for hard.Err() == nil && (last != nil || taking.Err() == nil) {
		rung := added.Listen()
		run, err := q.turn(taking, hard, last)
		if err != nil {
			if hard.Err() == nil {
				q.log.Error("job: taking a job", "error", err)
			}
			select {
			case <-time.After(poll):
			case <-hard.Done():
			}
			continue
		}
		last = nil
		if run != nil {
			last = q.perform(taking, hard, run)
			continue
		}
		select {
		case <-rung:
		case <-taking.Done():
		}
	}
}

// perform runs the handler of a job and gives how it ended; nil when it did not before hard ended.
func (q *Queue) perform(taking, hard context.Context, run *Run) *outcome {
	if cause := context.Cause(taking); cause != nil { // stopping began while it was taken
		return &outcome{run: run, err: cause, cause: cause}
	}
	ctx := run.begin(taking)
	defer run.end(nil)
	result := make(chan error, 1)
	go func() {
		err := errGaveUp
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("job: panic: %v", p)
				q.log.Error("job: panic", "kind", run.Kind, "id", run.ID, "panic", p, "stack", string(debug.Stack()))
			}
			result <- err
		}()
		err = q.handlers[run.Kind](ctx, run)
	}()
	select {
	case err := <-result:
		return &outcome{run: run, err: err, cause: context.Cause(ctx)}
	case <-hard.Done():
		return nil
	}
}

var errGaveUp = errors.New("job: the handler did not return")

// runs gives the jobs that run in this process.
func (q *Queue) runs() []*Run {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Collect(maps.Values(q.running))
}
