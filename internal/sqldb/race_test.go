package sqldb_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"genjin/internal/dbtest"
	"genjin/internal/sqldb"
)

// Two writes that take two rows in opposite order: PostgreSQL gives one up, and it is run again.
func TestDeadlockIsTriedAgain(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	var wg, both sync.WaitGroup
	both.Add(2)
	var runs, committed atomic.Int64
	for _, order := range [][]int{{1, 2}, {2, 1}} {
		met := false
		wg.Go(func() {
			must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
				runs.Add(1)
				tx.AfterCommit(func() { committed.Add(1) })
				if err := increment(ctx, tx, order[0]); err != nil {
					return err
				}
				if dbtest.Postgres() && !met {
					met = true
					both.Done()
					both.Wait()
				}
				return increment(ctx, tx, order[1])
			}))
		})
	}
	wg.Wait()
	if n := number(t, db, "SELECT SUM(n) FROM counter"); n != 4 || committed.Load() != 2 {
		t.Errorf("counted %d in %d commits", n, committed.Load())
	}
	if dbtest.Postgres() && runs.Load() < 3 {
		t.Errorf("only %d runs: there was no deadlock to test", runs.Load())
	}
}

func TestSerializationFailureIsTriedAgain(t *testing.T) {
	if !dbtest.Postgres() {
		t.Skip("about PostgreSQL")
	}
	db := withCounter(t)
	ctx := t.Context()
	runs := 0
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
		if runs++; runs < 4 {
			return tx.Script(ctx, "DO $$ BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = '40001'; END $$")
		}
		return increment(ctx, tx, 1)
	}))
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 1 || runs != 4 {
		t.Errorf("counted %d in %d runs", n, runs)
	}
}

// Fifty claim the same row, and fifty ask for the next number under a lock: one wins, all numbers differ.
func TestOnlyOneWins(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	var wg sync.WaitGroup
	var won atomic.Int64
	for i := range 50 {
		wg.Go(func() {
			must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
				n, err := tx.Exec(ctx, "UPDATE counter SET n = ? WHERE id = 2 AND n = 0", i+1)
				if err == nil && n == 1 {
					tx.AfterCommit(func() { won.Add(1) })
				}
				return err
			}))
			must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
				if err := tx.Lock(ctx, "numbers"); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, "INSERT INTO entry (id) SELECT COALESCE(MAX(id), 0) + 1 FROM entry")
				return err
			}))
		})
	}
	wg.Wait()
	if last := number(t, db, "SELECT MAX(id) FROM entry"); won.Load() != 1 || last != 50 {
		t.Errorf("%d won, the last number is %d", won.Load(), last)
	}
}

// A server that drops every connection is met again by the next read and write.
func TestDroppedConnectionsAreReplaced(t *testing.T) {
	if !dbtest.Postgres() {
		t.Skip("about PostgreSQL")
	}
	db := withCounter(t)
	ctx := t.Context()
	var wg sync.WaitGroup
	for range 8 { // fill the pools
		wg.Go(func() {
			must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) }))
			number(t, db, "SELECT n FROM counter WHERE id = 1")
		})
	}
	wg.Wait()
	for range 3 {
		must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
			return tx.Script(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		}))
		for range 3 {
			must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) }))
			number(t, db, "SELECT n FROM counter WHERE id = 1")
		}
	}
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 17 {
		t.Errorf("counter is %d", n)
	}
}
