package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"genjin/internal/archive"
	"genjin/internal/clock"
	"genjin/internal/dbtest"
	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

func store(t testing.TB) *files.Store {
	t.Helper()
	s, err := files.Open(filepath.Join(t.TempDir(), "files"), clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// run executes a statement in a transaction of its own.
func run(t testing.TB, db *sqldb.DB, statement string, args ...any) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), statement, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func count(t testing.TB, db *sqldb.DB, query string, args ...any) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *sqldb.Tx) error { return tx.QueryRow(t.Context(), query, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fill stores awkward values: references to later rows, the largest number, quotes, line ends, empty texts and NULL.
func fill(t testing.TB, db *sqldb.DB) {
	t.Helper()
	const department = `INSERT INTO department (id, version, created_at, updated_at, name, parent_id) VALUES (?, 1, 1, 1, ?, ?)`
	run(t, db, department, 9, "总部", nil)
	run(t, db, department, 2, "二部", 9)
	const account = `INSERT INTO account (id, version, created_at, updated_at, login, name, department_id) VALUES (?, 1, 1, 1, ?, ?, ?)`
	run(t, db, account, int64(1<<63-1), "li", "李'四 \"<&>\" 😀\n\t\\", 2)
	run(t, db, `INSERT INTO setting (name, value) VALUES (?, ?)`, "empty", "")
	run(t, db, `INSERT INTO serial (series, last) VALUES (?, ?)`, "customer", 42)
	run(t, db, `INSERT INTO session (id, token_hash, user_id, created_at, seen_at, expires_at) VALUES (5, 'x', ?, 1, 1, 1)`, int64(1<<63-1))
}

func put(t testing.TB, s *files.Store, contents ...string) {
	t.Helper()
	for _, c := range contents {
		if _, err := s.Put(t.Context(), strings.NewReader(c), 1<<20); err != nil {
			t.Fatal(err)
		}
	}
}

func save(t testing.TB, db *sqldb.DB, s *files.Store) ([]byte, *archive.Manifest) {
	t.Helper()
	var b bytes.Buffer
	m, err := archive.Write(t.Context(), &b, db, s, "test")
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), m
}

func open(b []byte) (*archive.Archive, error) {
	return archive.Open(context.Background(), bytes.NewReader(b), int64(len(b)))
}

func restore(t testing.TB, b []byte, o sqldb.Options, s *files.Store) (kept string, err error) {
	t.Helper()
	a, err := open(b)
	if err != nil {
		t.Fatal(err)
	}
	return a.Restore(t.Context(), target(o), s, migrations.Run)
}

func target(o sqldb.Options) archive.Target {
	return archive.Target{Dir: o.Dir, URL: o.URL, Unsafe: o.Unsafe, Now: time.Now()}
}

func TestRoundTrip(t *testing.T) {
	from, fromFiles := dbtest.Open(t), store(t)
	fill(t, from)
	put(t, fromFiles, "合同", "图纸", strings.Repeat("x", 100_000))
	b, m := save(t, from, fromFiles)
	if m.Rows() < 6 || len(m.Files) != 3 {
		t.Errorf("saved %d rows and %d files", m.Rows(), len(m.Files))
	}
	if _, again := save(t, from, fromFiles); again.Digest != m.Digest {
		t.Error("a second backup of the same state has another digest")
	}

	o, toFiles := dbtest.Empty(t), store(t)
	if kept, err := restore(t, b, o, toFiles); err != nil || kept != "" {
		t.Fatalf("kept %q, %v; want nothing kept of nothing", kept, err)
	}
	to := dbtest.OpenWith(t, o)
	if _, got := save(t, to, toFiles); got.Digest != m.Digest {
		t.Errorf("restored digest %s; want %s", got.Digest, m.Digest)
	}
	if n := count(t, to, `SELECT COUNT(*) FROM session`); n != 0 {
		t.Error("sessions came back")
	}
}

func TestBetweenDatabases(t *testing.T) {
	if !dbtest.Postgres() {
		t.Log("the run on PostgreSQL moves a backup from SQLite and back")
		return
	}
	sqlite := sqldb.Options{Dir: t.TempDir()}
	small := dbtest.OpenWith(t, sqlite)
	if err := migrations.Run(t.Context(), small); err != nil {
		t.Fatal(err)
	}
	fill(t, small)
	s := store(t)
	b, m := save(t, small, s)
	o := dbtest.Empty(t)
	if _, err := restore(t, b, o, s); err != nil {
		t.Fatal(err)
	}
	large := dbtest.OpenWith(t, o)
	b, moved := save(t, large, s)
	if moved.Digest != m.Digest {
		t.Error("another digest on PostgreSQL")
	}
	back := sqldb.Options{Dir: t.TempDir()}
	if _, err := restore(t, b, back, s); err != nil {
		t.Fatal(err)
	}
	if _, got := save(t, dbtest.OpenWith(t, back), s); got.Digest != m.Digest {
		t.Error("another digest back on SQLite")
	}
}

// occupied makes a database with one setting that tells it from others, and closes it.
func occupied(t *testing.T) sqldb.Options {
	t.Helper()
	o := dbtest.Options(t)
	db, err := sqldb.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	run(t, db, `INSERT INTO setting (name, value) VALUES ('mine', 'old')`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return o
}

const mine = `SELECT COUNT(*) FROM setting WHERE name = 'mine'`

func TestRestoreKeepsTheOld(t *testing.T) {
	from, s := dbtest.Open(t), store(t)
	fill(t, from)
	b, m := save(t, from, s)
	o := occupied(t)
	kept, err := restore(t, b, o, s)
	if err != nil || kept == "" {
		t.Fatalf("kept %q, %v", kept, err)
	}
	now := dbtest.OpenWith(t, o)
	if _, got := save(t, now, s); got.Digest != m.Digest {
		t.Error("restored another state")
	}
	if o.URL != "" {
		if n := count(t, now, `SELECT COUNT(*) FROM `+kept+`.setting WHERE name = 'mine'`); n != 1 {
			t.Error("the old tables are lost")
		}
		return
	}
	if n := count(t, dbtest.OpenWith(t, sqldb.Options{Dir: kept}), mine); n != 1 {
		t.Error("the old database is lost")
	}
}

func TestRestoreThatFailsChangesNothing(t *testing.T) {
	from, s := dbtest.Open(t), store(t)
	fill(t, from)
	b, _ := save(t, from, s)
	a, err := open(b)
	if err != nil {
		t.Fatal(err)
	}
	o := occupied(t)
	broken := errors.New("broken")
	if _, err := a.Restore(t.Context(), target(o), s, func(context.Context, *sqldb.DB) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if n := count(t, dbtest.OpenWith(t, o), mine); n != 1 {
		t.Error("the old data is lost")
	}
	if o.Dir != "" {
		if left, _ := filepath.Glob(filepath.Join(o.Dir, "*restore*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestRestoreRefusesWhileInUse(t *testing.T) {
	from, s := dbtest.Open(t), store(t)
	b, _ := save(t, from, s)
	o := dbtest.Options(t)
	db := dbtest.OpenWith(t, o)
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := restore(t, b, o, s); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v; want a refusal", err)
	}
}

func TestRestoreOverADamagedDatabase(t *testing.T) {
	if dbtest.Postgres() {
		t.Log("PostgreSQL keeps its own files")
		return
	}
	from, s := dbtest.Open(t), store(t)
	fill(t, from)
	b, m := save(t, from, s)
	o := sqldb.Options{Dir: t.TempDir()}
	for _, name := range []string{sqldb.File, sqldb.File + "-wal"} {
		if err := os.WriteFile(filepath.Join(o.Dir, name), []byte("this is no database any more"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := restore(t, b, o, s); err != nil {
		t.Fatal(err)
	}
	if _, got := save(t, dbtest.OpenWith(t, o), s); got.Digest != m.Digest {
		t.Error("restored another state")
	}
}

// TestBackupWhileWriting moves an amount between two rows all the time; every backup must have the same sum.
func TestBackupWhileWriting(t *testing.T) {
	db, s := dbtest.Open(t), store(t)
	run(t, db, `INSERT INTO serial (series, last) VALUES ('a', 1000), ('b', 1000)`)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			err := db.Write(context.Background(), func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(context.Background(), `UPDATE serial SET last = last - 1 WHERE series = 'a'`); err != nil {
					return err
				}
				_, err := tx.Exec(context.Background(), `UPDATE serial SET last = last + 1 WHERE series = 'b'`)
				return err
			})
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for range 5 {
		b, _ := save(t, db, s)
		o := dbtest.Empty(t)
		if _, err := restore(t, b, o, s); err != nil {
			t.Fatal(err)
		}
		if sum := count(t, dbtest.OpenWith(t, o), `SELECT SUM(last) FROM serial`); sum != 2000 {
			t.Errorf("sum %d: the backup is of no single moment", sum)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestBadArchives(t *testing.T) {
	db, s := dbtest.Open(t), store(t)
	fill(t, db)
	put(t, s, "合同")
	good, _ := save(t, db, s)
	for _, c := range []struct {
		name string
		data []byte
		key  string
	}{
		{"empty", nil, "archive.not_one"},
		{"another file", []byte(strings.Repeat("not a zip", 100)), "archive.not_one"},
		{"cut", good[:len(good)/2], "archive.not_one"},
		{"without manifest", rezip(t, good, func(name string, b []byte) []byte { return drop(name == "manifest.json", b) }), "archive.not_one"},
		{"without a table", rezip(t, good, func(name string, b []byte) []byte { return drop(name == "tables/account.jsonl", b) }), "archive.damaged"},
		{"without a file", rezip(t, good, func(name string, b []byte) []byte { return drop(strings.HasPrefix(name, "files/"), b) }), "archive.damaged"},
		{"changed row", rezip(t, good, func(name string, b []byte) []byte { return bytes.ReplaceAll(b, []byte("二部"), []byte("三部")) }), "archive.damaged"},
		{"changed manifest", edited(t, good, func(m *archive.Manifest) { m.Tables[0].Rows++ }), "archive.damaged"},
		{"newer form", edited(t, good, func(m *archive.Manifest) { m.Format = 99 }), "archive.format"},
		{"no steps", edited(t, good, func(m *archive.Manifest) { m.Steps = nil }), "archive.damaged"},
		{"newer program", edited(t, good, func(m *archive.Manifest) { m.Steps = append(m.Steps, archive.Step{Number: 9999}) }), "migrations.newer"},
		{"other steps", edited(t, good, func(m *archive.Manifest) { m.Steps[0].Checksum = "0" }), "migrations.changed"},
		{"path out of the folder", edited(t, good, func(m *archive.Manifest) { m.Files[0].SHA256 = "../../x" }), "archive.damaged"},
		{"name that is SQL", edited(t, good, func(m *archive.Manifest) { m.Tables[0].Name = "x; DROP TABLE account" }), "archive.damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(c.data)
			if e, ok := errs.As(err); !ok || e.Key != c.key {
				t.Errorf("got %v; want %s", err, c.key)
			}
		})
	}
}

// TestEveryFlippedByte turns one byte after the other: each is either seen or means nothing.
func TestEveryFlippedByte(t *testing.T) {
	db, s := dbtest.Open(t), store(t)
	put(t, s, "some content")
	good, m := save(t, db, s)
	seen := 0
	for i := 0; i < len(good); i += 13 {
		bad := bytes.Clone(good)
		bad[i] ^= 0xff
		a, err := open(bad)
		switch {
		case err != nil:
			seen++
		case a.Manifest.Digest != m.Digest:
			t.Errorf("byte %d: another content is taken for whole", i)
		}
	}
	if seen == 0 {
		t.Error("no damage was seen")
	}
}

func drop(gone bool, b []byte) []byte {
	if gone {
		return nil
	}
	return b
}

// rezip writes an archive anew with changed parts; nil leaves one out.
func rezip(t *testing.T, archived []byte, change func(name string, b []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(archived), int64(len(archived)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if content = change(f.Name, append([]byte{}, content...)); content == nil {
			continue
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// edited changes the manifest.
func edited(t *testing.T, archived []byte, change func(m *archive.Manifest)) []byte {
	return rezip(t, archived, func(name string, b []byte) []byte {
		if name != "manifest.json" {
			return b
		}
		var m archive.Manifest
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		change(&m)
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}

func FuzzOpen(f *testing.F) {
	db, err := sqldb.Open(context.Background(), sqldb.Options{Dir: f.TempDir()})
	if err != nil {
		f.Fatal(err)
	}
	defer db.Close()
	if err := migrations.Run(context.Background(), db); err != nil {
		f.Fatal(err)
	}
	good, _ := save(f, db, store(f))
	f.Add(good)
	f.Add([]byte("PK"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		if a, err := open(b); err == nil && a == nil {
			panic("neither an archive nor an error")
		}
	})
}
