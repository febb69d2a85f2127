// Package dbtest gives every test a database of its own: SQLite in the test's folder, or PostgreSQL when the environment
// says GENJIN_TEST_DB=postgres. A PostgreSQL server is taken from GENJIN_TEST_PG (see scripts/testpg) or started for the
// run of the test program. Both are copied from a template that was migrated once.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

// Open gives a fresh, migrated database that is closed and removed after the test.
func Open(t testing.TB) *sqldb.DB { return OpenWith(t, Options(t)) }

// OpenWith opens a database as o says and closes it after the test: Options(t) with a clock, say, or the same options
// once more after a Close.
func OpenWith(t testing.TB, o sqldb.Options) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), o)
	if err != nil {
		t.Fatal("dbtest:", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error("dbtest: close:", err)
		}
	})
	return db
}

// Options makes a fresh, migrated database and says how to open it.
func Options(t testing.TB) sqldb.Options {
	t.Helper()
	if Postgres() {
		return sqldb.Options{URL: freshPostgres(t, true), Unsafe: true, Conns: postgresConns}
	}
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal("dbtest: migrate:", err)
	}
	o := Empty(t)
	if err := os.WriteFile(filepath.Join(o.Dir, sqldb.File), template, 0o600); err != nil {
		t.Fatal("dbtest:", err)
	}
	return o
}

// Empty makes a fresh database without any table and says how to open it.
func Empty(t testing.TB) sqldb.Options {
	t.Helper()
	if Postgres() {
		return sqldb.Options{URL: freshPostgres(t, false), Unsafe: true, Conns: postgresConns}
	}
	return sqldb.Options{Dir: t.TempDir()}
}

// Postgres says whether the tests run on PostgreSQL.
func Postgres() bool { return os.Getenv("GENJIN_TEST_DB") == "postgres" }

// sqliteTemplate gives the file of a migrated database.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "genjin-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := migrate(context.Background(), sqldb.Options{Dir: dir}); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, sqldb.File)) // whole: closing has emptied the WAL into it
})

func migrate(ctx context.Context, o sqldb.Options) error {
	db, err := sqldb.Open(ctx, o)
	if err != nil {
		return err
	}
	err = migrations.Run(ctx, db)
	if closing := db.Close(); err == nil {
		err = closing
	}
	return err
}
