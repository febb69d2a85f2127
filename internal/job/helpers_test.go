package job_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/id"
	"genjin/internal/job"
	"genjin/internal/sqldb"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newQueue gives a queue whose log goes to the test.
func newQueue(t testing.TB, db *sqldb.DB) *job.Queue {
	return job.New(db, slog.New(slog.NewTextHandler(t.Output(), nil)))
}

// start starts a queue and stops it before the database is closed.
func start(t testing.TB, q *job.Queue) {
	t.Helper()
	must(t, q.Start(context.WithoutCancel(t.Context())))
	t.Cleanup(func() { stop(t, q) })
}

func stop(t testing.TB, q *job.Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	must(t, q.Stop(ctx))
}

// openAt gives a database whose clock stands still.
func openAt(t testing.TB) (*sqldb.DB, *clock.Fake) {
	t.Helper()
	fake := clock.NewFake(time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
	o := dbtest.Options(t)
	o.Clock = fake
	return dbtest.OpenWith(t, o), fake
}

func add(t testing.TB, db *sqldb.DB, j job.Job) (x id.ID) {
	t.Helper()
	must(t, db.Write(t.Context(), func(tx *sqldb.Tx) (err error) {
		x, err = job.Add(t.Context(), tx, j)
		return err
	}))
	return x
}

func get(t testing.TB, db *sqldb.DB, x id.ID) (s *job.Status) {
	t.Helper()
	must(t, db.Read(t.Context(), func(tx *sqldb.Tx) (err error) {
		s, err = job.Get(t.Context(), tx, x)
		return err
	}))
	return s
}

func cancel(t testing.TB, db *sqldb.DB, x id.ID) error {
	t.Helper()
	return db.Write(t.Context(), func(tx *sqldb.Tx) error { return job.Cancel(t.Context(), tx, x) })
}

// await waits until a job is in a state.
func await(t testing.TB, db *sqldb.DB, x id.ID, state job.State) *job.Status {
	t.Helper()
	var s *job.Status
	eventually(t, func() bool {
		s = get(t, db, x)
		return s.State == state
	})
	return s
}

func eventually(t testing.TB, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not happen")
		}
	}
}

// receive waits for a value.
func receive[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(15 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// script runs DDL written in SQLite's words.
func script(t testing.TB, db *sqldb.DB, text string) {
	t.Helper()
	must(t, db.WriteAlone(t.Context(), func(tx *sqldb.Tx) error { return tx.Script(t.Context(), db.Dialect().DDL(text)) }))
}

func number(t testing.TB, db *sqldb.DB, query string, args ...any) (n int64) {
	t.Helper()
	must(t, db.Read(t.Context(), func(tx *sqldb.Tx) error { return tx.QueryRow(t.Context(), query, args...).Scan(&n) }))
	return n
}

// untilStopped is a handler that runs until its context ends and tells why it did.
func untilStopped(began chan<- *job.Run, ended chan<- error) job.Handler {
	return func(ctx context.Context, run *job.Run) error {
		began <- run
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return ctx.Err()
	}
}
