package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/sqldb"
)

func increment(ctx context.Context, tx *sqldb.Tx, counter int) error {
	_, err := tx.Exec(ctx, "UPDATE counter SET n = n + 1 WHERE id = ?", counter)
	return err
}

var errOnPurpose = errors.New("on purpose")

// 64 writers, of which a third fail and some panic: exactly the others are counted.
func TestManyWritersAreCountedExactly(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	const writers, each = 64, 30
	var kept, ran atomic.Int64
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := attempt(func() error {
					return db.Write(ctx, func(tx *sqldb.Tx) error {
						if err := increment(ctx, tx, 1); err != nil {
							return err
						}
						switch (w + i) % 6 {
						case 0:
							return errOnPurpose
						case 1:
							if i%5 == 0 {
								panic("on purpose")
							}
						}
						tx.AfterCommit(func() { ran.Add(1) })
						return nil
					})
				})
				switch {
				case err == nil:
					kept.Add(1)
				case !errors.Is(err, errOnPurpose):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != kept.Load() || ran.Load() != kept.Load() {
		t.Errorf("counted %d, acknowledged %d, told after the commit %d", n, kept.Load(), ran.Load())
	}
}

// attempt turns a panic of f's own making into its error.
func attempt(f func() error) (err error) {
	defer func() {
		if r := recover(); r == "on purpose" {
			err = errOnPurpose
		} else if r != nil {
			panic(r)
		}
	}()
	return f()
}

// A group of writes that wait together: the failing ones lose their own work and nobody else's.
func TestFailureRollsBackOnlyItsOwn(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
			close(held)
			<-hold
			return nil
		}))
	})
	<-held
	errs := make([]error, 20)
	for i := range errs {
		wg.Go(func() {
			errs[i] = db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, "INSERT INTO entry (id, code) VALUES (?, ?)", i, fmt.Sprint("code", i/2)); err != nil {
					return err // one of each pair collides
				}
				return nil
			})
		})
	}
	time.Sleep(20 * time.Millisecond) // let them queue
	close(hold)
	wg.Wait()
	failed := 0
	for _, err := range errs {
		if column, ok := sqldb.UniqueViolation(err); ok && column == "code" {
			failed++
		} else if err != nil {
			t.Error(err)
		}
	}
	if n := number(t, db, "SELECT COUNT(*) FROM entry"); n != 10 || failed != 10 {
		t.Errorf("%d kept, %d failed", n, failed)
	}
}

func TestFailedStatementDoomsTheTransaction(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		must(t, increment(ctx, tx, 1))
		_, first := tx.Exec(ctx, "INSERT INTO nowhere (id) VALUES (1)")
		if again := increment(ctx, tx, 1); first == nil || again == nil {
			t.Errorf("gave %v, then %v", first, again)
		}
		return nil // ignores both
	})
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); err == nil || n != 0 {
		t.Errorf("gave %v and left %d", err, n)
	}
}

func TestTryUndoesOnlyTheAttempt(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	var after []string
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		must(t, increment(ctx, tx, 1))
		err := tx.Try(ctx, func() error {
			tx.AfterCommit(func() { after = append(after, "undone") })
			must(t, increment(ctx, tx, 1))
			must(t, tx.Try(ctx, func() error { return increment(ctx, tx, 1) }))
			_, err := tx.Exec(ctx, "INSERT INTO counter (id, n) VALUES (1, 0)")
			return err
		})
		if column, ok := sqldb.UniqueViolation(err); !ok || column != "id" {
			t.Errorf("gave %v", err)
		}
		must(t, tx.Try(ctx, func() error {
			tx.AfterCommit(func() { after = append(after, "kept") })
			return increment(ctx, tx, 1)
		}))
		return nil
	}))
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 2 {
		t.Errorf("counter is %d", n)
	}
	if fmt.Sprint(after) != "[kept]" {
		t.Errorf("after the commit: %v", after)
	}
}

func TestPanicReachesTheCallerAndHarmsNobody(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	for range 3 {
		if err := attempt(func() error {
			return db.Write(ctx, func(tx *sqldb.Tx) error {
				must(t, increment(ctx, tx, 1))
				panic("on purpose")
			})
		}); !errors.Is(err, errOnPurpose) {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { // as t.FailNow does
		_ = db.Write(ctx, func(tx *sqldb.Tx) error { runtime.Goexit(); return nil })
	})
	wg.Wait()
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) }))
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 1 {
		t.Errorf("counter is %d", n)
	}
}

func TestEndedContextKeepsAWriteFromStarting(t *testing.T) {
	db := withCounter(t)
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		must(t, db.Write(context.Background(), func(tx *sqldb.Tx) error {
			close(held)
			<-hold
			return increment(context.Background(), tx, 1)
		}))
	})
	<-held
	if db.Dialect() == sqldb.SQLite { // on PostgreSQL they do not wait for each other
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		err := db.Write(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("gave %v", err)
		}
	}
	close(hold)
	wg.Wait()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Write(ended, func(tx *sqldb.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("gave %v", err)
	}
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 1 {
		t.Errorf("counter is %d", n)
	}
}

func TestContextThatEndsMidwayRollsBack(t *testing.T) {
	db := withCounter(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		must(t, increment(ctx, tx, 1))
		cancel()
		return increment(ctx, tx, 1)
	})
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); !errors.Is(err, context.Canceled) || n != 0 {
		t.Errorf("gave %v and left %d", err, n)
	}
}

func TestHooksRunAroundTheCommit(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	var order []string
	note := func(what string) { order = append(order, what) }
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		tx.AfterCommit(func() {
			note("after")
			if n := number(t, db, "SELECT n FROM counter WHERE id = 2"); n != 1 {
				t.Errorf("committed is %d", n)
			}
		})
		tx.BeforeCommit(func(ctx context.Context) error { note("before"); return increment(ctx, tx, 2) })
		note("work")
		return nil
	}))
	if fmt.Sprint(order) != "[work before after]" {
		t.Error(order)
	}
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		tx.AfterCommit(func() { t.Error("ran after a rollback") })
		tx.BeforeCommit(func(context.Context) error { return errOnPurpose })
		return increment(ctx, tx, 2)
	})
	if n := number(t, db, "SELECT n FROM counter WHERE id = 2"); !errors.Is(err, errOnPurpose) || n != 1 {
		t.Errorf("gave %v and left %d", err, n)
	}
}

func TestWriteAloneTakesItsTurn(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 40 {
		write := db.Write
		if i%4 == 0 {
			write = db.WriteAlone
		}
		wg.Go(func() { must(t, write(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) })) })
	}
	wg.Wait()
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 40 {
		t.Errorf("counter is %d", n)
	}
}

func TestCloseFinishesWhatIsQueued(t *testing.T) {
	o := dbtest.Options(t)
	db := dbtest.OpenWith(t, o)
	script(t, db, counterTables)
	var done atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for range 20 {
				if db.Write(context.Background(), func(tx *sqldb.Tx) error { return increment(context.Background(), tx, 1) }) == nil {
					done.Add(1)
				}
			}
		})
	}
	time.Sleep(5 * time.Millisecond)
	must(t, db.Close())
	wg.Wait()
	if err := db.Write(context.Background(), func(*sqldb.Tx) error { return nil }); err == nil {
		t.Error("a closed database took a write")
	}
	if n := number(t, dbtest.OpenWith(t, o), "SELECT n FROM counter WHERE id = 1"); n != done.Load() {
		t.Errorf("counted %d, acknowledged %d", n, done.Load())
	}
}

func TestTransactionHasTheClocksInstant(t *testing.T) {
	o := dbtest.Empty(t)
	fake := clock.NewFake(time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC))
	o.Clock = fake
	db := dbtest.OpenWith(t, o)
	for range 2 {
		must(t, db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if !tx.Now.Equal(fake.Now()) || !tx.NewID().Time().Equal(fake.Now()) {
				t.Errorf("now %v, clock %v", tx.Now, fake.Now())
			}
			return nil
		}))
		fake.Advance(time.Hour)
	}
}
