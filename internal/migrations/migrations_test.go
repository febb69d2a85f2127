package migrations_test

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"genjin/internal/dbtest"
	"genjin/internal/errs"
	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func steps(texts ...string) fstest.MapFS {
	fsys := fstest.MapFS{"README.md": {Data: []byte("about")}}
	for i, text := range texts {
		fsys["000"+string(rune('1'+i))+"_step.sql"] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

const first = `CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '') STRICT;
-- sqlite
INSERT INTO a (id, name) VALUES (1, 'sqlite');
-- postgres
INSERT INTO a (id, name) VALUES (1, 'postgres');
-- all
INSERT INTO a (id, name) VALUES (2, 'all; INTEGER');
`

const second = `ALTER TABLE a ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
CREATE INDEX a_n ON a (n);`

func names(t *testing.T, db *sqldb.DB) (all string) {
	t.Helper()
	must(t, db.Read(t.Context(), func(tx *sqldb.Tx) error {
		return tx.QueryRow(t.Context(), "SELECT "+db.Dialect().JoinText("name", ",")+" FROM a").Scan(&all)
	}))
	return all
}

func key(err error) string {
	if e, ok := errs.As(err); ok {
		return e.Key
	}
	return ""
}

func TestStepsRunOnceAndInOrder(t *testing.T) {
	db := dbtest.OpenWith(t, dbtest.Empty(t))
	ctx := t.Context()
	must(t, migrations.RunFS(ctx, db, steps(first)))
	must(t, migrations.RunFS(ctx, db, steps(first)))
	must(t, migrations.RunFS(ctx, db, steps(strings.ReplaceAll(first, "\n", "\r\n"), second)))
	if got := names(t, db); got != string(db.Dialect())+",all; INTEGER" {
		t.Error(got)
	}
	done, err := migrations.Applied(ctx, db)
	must(t, err)
	if len(done) != 2 || done[1].Number != 2 || len(done[0].Checksum) != 64 {
		t.Errorf("applied %v", done)
	}
	if err := migrations.RunFS(ctx, db, steps(first)); key(err) != "migrations.newer" {
		t.Errorf("an older program: %v", err)
	}
	if err := migrations.RunFS(ctx, db, steps(first+" ", second)); key(err) != "migrations.changed" {
		t.Errorf("a changed step: %v", err)
	}
}

func TestFailingStepLeavesNothing(t *testing.T) {
	db := dbtest.OpenWith(t, dbtest.Empty(t))
	ctx := t.Context()
	err := migrations.RunFS(ctx, db, steps(first, second+"; INSERT INTO nowhere (id) VALUES (1);"))
	if err == nil || !strings.Contains(err.Error(), "0002_step") {
		t.Errorf("gave %v", err)
	}
	must(t, migrations.RunFS(ctx, db, steps(first, second)))
}

func TestReplicasStartingTogether(t *testing.T) {
	o := dbtest.Empty(t)
	var wg sync.WaitGroup
	var replicas []*sqldb.DB
	for range 4 {
		if len(replicas) == 0 || dbtest.Postgres() {
			replicas = append(replicas, dbtest.OpenWith(t, o))
		} else {
			replicas = append(replicas, replicas[0]) // SQLite has one process; its goroutines then
		}
	}
	for _, db := range replicas {
		wg.Go(func() { must(t, migrations.RunFS(t.Context(), db, steps(first, second))) })
	}
	wg.Wait()
	if got := names(t, replicas[0]); strings.Count(got, ",") != 1 {
		t.Error(got)
	}
}

func TestFileNames(t *testing.T) {
	for _, name := range []string{"1_a.sql", "0001-a.sql", "0001_A.sql"} {
		if _, err := migrations.Load(fstest.MapFS{name: {}}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := migrations.Load(fstest.MapFS{"0001_a.sql": {}, "0001_b.sql": {}}); err == nil {
		t.Error("a number was taken twice")
	}
}

func TestOwnStepsAreApplied(t *testing.T) {
	db := dbtest.Open(t)
	own, err := migrations.Own()
	must(t, err)
	done, err := migrations.Applied(t.Context(), db)
	must(t, err)
	if len(done) != len(own) {
		t.Errorf("%d of %d applied", len(done), len(own))
	}
	must(t, migrations.Run(t.Context(), db))
}
