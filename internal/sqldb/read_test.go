package sqldb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"genjin/internal/clock"
	"genjin/internal/sqldb"
)

func TestReadSeesOneState(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	must(t, db.Read(ctx, func(tx *sqldb.Tx) error {
		for range 3 {
			var n int
			must(t, tx.QueryRow(ctx, "SELECT n FROM counter WHERE id = 1").Scan(&n))
			if n != 0 {
				t.Errorf("saw %d", n)
			}
			must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) }))
		}
		return nil
	}))
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 3 {
		t.Errorf("counter is %d", n)
	}
}

func TestReadCannotWrite(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	if err := db.Read(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) }); err == nil {
		t.Error("a read wrote")
	}
	if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != 0 {
		t.Errorf("counter is %d", n)
	}
}

func TestOneStatementAtATime(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id FROM counter ORDER BY id")
		must(t, err)
		rows.Next()
		_, err = tx.Query(ctx, "SELECT 1")
		return err // with the first rows still open
	})
	if !errors.Is(err, sqldb.ErrRowsOpen) {
		t.Errorf("gave %v", err)
	}
	err = db.ReadOne(ctx, func(tx *sqldb.Tx) error {
		var n int
		must(t, tx.QueryRow(ctx, "SELECT n FROM counter WHERE id = 1").Scan(&n))
		return tx.QueryRow(ctx, "SELECT n FROM counter WHERE id = 1").Scan(&n)
	})
	if !errors.Is(err, sqldb.ErrOneStatement) {
		t.Errorf("gave %v", err)
	}
}

func TestTransactionIsDeadAfterItsEnd(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	var kept *sqldb.Tx
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error { kept = tx; return nil }))
	if err := increment(ctx, kept, 1); err == nil {
		t.Error("a transaction that has ended took a statement")
	}
}

func TestNoRows(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	err := db.Read(ctx, func(tx *sqldb.Tx) error {
		var n int
		return tx.QueryRow(ctx, "SELECT n FROM counter WHERE id = ?", 99).Scan(&n)
	})
	if !sqldb.IsNoRows(err) {
		t.Errorf("gave %v", err)
	}
}

// A query that takes long stops soon after nobody waits for it, and the pool stays whole.
func TestEndedContextStopsAQuery(t *testing.T) {
	db := withCounter(t)
	const slow = `WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r WHERE x < 2000000000) SELECT COUNT(*) FROM r`
	for _, read := range []func(context.Context, func(*sqldb.Tx) error) error{db.Read, db.ReadOne} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		start := time.Now()
		err := read(ctx, func(tx *sqldb.Tx) error {
			var n int
			return tx.QueryRow(ctx, slow).Scan(&n)
		})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
			t.Errorf("gave %v after %v", err, time.Since(start))
		}
	}
	for range 20 {
		number(t, db, "SELECT n FROM counter WHERE id = 1")
	}
}

func TestValuesAreStoredAlike(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	at := time.Date(2026, 5, 1, 8, 0, 0, 123e6, time.UTC)
	for _, c := range []struct {
		value any
		want  int64
	}{
		{true, 1}, {false, 0}, {at, at.UnixMilli()}, {clock.At(at), at.UnixMilli()}, {db.NewID(), -1}, {7, 7}, {int64(1) << 62, 1 << 62},
	} {
		must(t, db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE counter SET n = ? WHERE id = 1", c.value)
			return err
		}))
		if n := number(t, db, "SELECT n FROM counter WHERE id = 1"); n != c.want && c.want >= 0 {
			t.Errorf("%T %v is stored as %d", c.value, c.value, n)
		}
	}
	must(t, db.Read(ctx, func(tx *sqldb.Tx) error {
		var text string
		var yes bool
		must(t, tx.QueryRow(ctx, "SELECT '真?''?', n > 0 FROM counter WHERE id = ? -- why?", 1).Scan(&text, &yes))
		if text != "真?'?" || !yes {
			t.Errorf("read %q, %v", text, yes)
		}
		return nil
	}))
}
