package sqldb_test

import (
	"context"
	"strings"
	"testing"

	"genjin/internal/dbtest"
	"genjin/internal/errs"
	"genjin/internal/sqldb"
)

func TestUniqueViolationNamesTheColumn(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	exec := func(query string, args ...any) error {
		return db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, query, args...)
			return err
		})
	}
	must(t, exec("INSERT INTO entry (id, code, part) VALUES (1, 'a', ''), (2, '', ''), (3, '', 'p')"))
	for _, c := range []struct{ query, column string }{
		{"INSERT INTO entry (id) VALUES (1)", "id"},
		{"INSERT INTO entry (id, code) VALUES (9, 'a')", "code"},
		{"INSERT INTO entry (id, code, part) VALUES (9, '', 'p')", "part_code"},
		{"UPDATE entry SET code = 'a' WHERE id = 2", "code"},
		{"INSERT INTO entry (id, code) VALUES (9, 'a') RETURNING id", "code"},
	} {
		column, ok := sqldb.UniqueViolation(exec(c.query))
		if !ok || column != c.column {
			t.Errorf("%s: %q, %v", c.query, column, ok)
		}
	}
	if err := exec("INSERT INTO leaf (id, entry_id) VALUES (1, 77)"); !sqldb.ForeignKeyViolation(err) {
		t.Errorf("gave %v", err)
	}
	if _, ok := sqldb.UniqueViolation(exec("INSERT INTO nowhere (id) VALUES (1)")); ok {
		t.Error("a missing table is no collision")
	}
}

func TestForeignKeyFailsWithReturning(t *testing.T) {
	db := withCounter(t)
	ctx := t.Context()
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		var id int
		return tx.QueryRow(ctx, "INSERT INTO leaf (id, entry_id) VALUES (1, 77) RETURNING id").Scan(&id)
	})
	if !sqldb.ForeignKeyViolation(err) || number(t, db, "SELECT COUNT(*) FROM leaf") != 0 {
		t.Errorf("gave %v", err)
	}
}

func TestFolderIsForOneProcess(t *testing.T) {
	if dbtest.Postgres() {
		t.Skip("PostgreSQL needs no folder")
	}
	o := dbtest.Options(t)
	db := dbtest.OpenWith(t, o)
	_, err := sqldb.Open(t.Context(), o)
	if e, ok := errs.As(err); !ok || e.Key != "sqldb.in_use" || !strings.Contains(err.Error(), o.Dir) {
		t.Errorf("gave %v", err)
	}
	looking := o
	looking.NoLock = true
	dbtest.OpenWith(t, looking)
	must(t, db.Close())
	dbtest.OpenWith(t, o)
}

func TestNodesDiffer(t *testing.T) {
	o := dbtest.Options(t)
	seen := map[int64]bool{}
	for range 3 {
		db := dbtest.OpenWith(t, o)
		node := int64(db.NewID()) >> 12 & 1023
		if seen[node] {
			t.Errorf("node %d twice", node)
		}
		seen[node] = true
		must(t, db.Close())
	}
}

func TestPostgresThatMayLoseDataIsRefused(t *testing.T) {
	o := dbtest.Options(t)
	if !dbtest.Postgres() {
		t.Skip("about PostgreSQL")
	}
	o.Unsafe = false
	_, err := sqldb.Open(t.Context(), o)
	if e, ok := errs.As(err); !ok || e.Key != "sqldb.setting" {
		t.Errorf("gave %v", err)
	}
}

func TestUnreachablePostgres(t *testing.T) {
	_, err := sqldb.Open(t.Context(), sqldb.Options{URL: "postgres://u:secret@127.0.0.1:1/x", Wait: 1})
	if e, ok := errs.As(err); !ok || e.Key != "sqldb.unreachable" || strings.Contains(err.Error(), "secret") {
		t.Errorf("gave %v", err)
	}
	_, err = sqldb.Open(context.Background(), sqldb.Options{})
	if err == nil {
		t.Error("nothing was opened without an error")
	}
}

func TestSnapshotIsWhole(t *testing.T) {
	db := withCounter(t)
	if db.Dialect() != sqldb.SQLite {
		t.Skip("about SQLite")
	}
	ctx := t.Context()
	must(t, db.Write(ctx, func(tx *sqldb.Tx) error { return increment(ctx, tx, 1) }))
	dir := t.TempDir()
	must(t, db.Snapshot(ctx, dir+"/"+sqldb.File))
	copied := dbtest.OpenWith(t, sqldb.Options{Dir: dir})
	if n := number(t, copied, "SELECT n FROM counter WHERE id = 1"); n != 1 {
		t.Errorf("counter is %d", n)
	}
}
