package sqldb_test

import (
	"testing"

	"genjin/internal/dbtest"
	"genjin/internal/sqldb"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// script runs DDL written in SQLite's words.
func script(t testing.TB, db *sqldb.DB, text string) {
	t.Helper()
	must(t, db.WriteAlone(t.Context(), func(tx *sqldb.Tx) error { return tx.Script(t.Context(), db.Dialect().DDL(text)) }))
}

// withCounter gives an empty database with a table of numbers and one counter.
func withCounter(t testing.TB) *sqldb.DB {
	t.Helper()
	db := dbtest.OpenWith(t, dbtest.Empty(t))
	script(t, db, counterTables)
	return db
}

const counterTables = `
	CREATE TABLE entry (id INTEGER PRIMARY KEY, code TEXT NOT NULL DEFAULT '', part TEXT NOT NULL DEFAULT '') STRICT;
	CREATE UNIQUE INDEX ux_entry_code ON entry (code) WHERE code <> '';
	CREATE UNIQUE INDEX ux_entry_part_code ON entry (part, code) WHERE part <> '';
	CREATE TABLE leaf (id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL REFERENCES entry (id)) STRICT;
	CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;
	INSERT INTO counter (id, n) VALUES (1, 0), (2, 0);`

// number reads one whole number.
func number(t testing.TB, db *sqldb.DB, query string, args ...any) (n int64) {
	t.Helper()
	must(t, db.Read(t.Context(), func(tx *sqldb.Tx) error { return tx.QueryRow(t.Context(), query, args...).Scan(&n) }))
	return n
}
