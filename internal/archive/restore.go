package archive

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/sqldb"
)

// Target is the installation that an archive is restored to.
type Target struct {
	Dir    string    // data folder
	URL    string    // postgres://…; "" for SQLite in Dir
	Unsafe bool      // see sqldb.Options
	Now    time.Time // names what is kept
}

// Restore makes the archive what the target holds. The new database is built aside, finish completes it (later
// migrations, the search index), and only then it takes the place of the old one, in one step: a failure or a kill at any
// moment leaves the old data or the new, whole. The old database is kept under the name that is returned; "" when there
// was none. Nobody else may use the target meanwhile: the error is sqldb.in_use, or archive.in_use on PostgreSQL.
func (a *Archive) Restore(ctx context.Context, to Target, store *files.Store, finish func(context.Context, *sqldb.DB) error) (kept string, err error) {
	build := func(db *sqldb.DB) error {
		if err := a.load(ctx, db); err != nil {
			return err
		}
		return finish(ctx, db)
	}
	if err := a.putFiles(ctx, store); err != nil {
		return "", err
	}
	if to.URL != "" {
		return a.restorePostgres(ctx, to, build)
	}
	return a.restoreSQLite(ctx, to, build)
}

// restoreSQLite builds the database in a folder inside the data folder and renames its file over the old one.
func (a *Archive) restoreSQLite(ctx context.Context, to Target, build func(*sqldb.DB) error) (string, error) {
	unlock, err := sqldb.LockFolder(to.Dir)
	if err != nil {
		return "", err
	}
	defer func() { _ = unlock() }() // the process ends soon anyway
	scratch := filepath.Join(to.Dir, "restore.tmp")
	if err := os.RemoveAll(scratch); err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	if err := buildIn(ctx, sqldb.Options{Dir: scratch}, build); err != nil {
		return "", err
	}
	kept, err := keepOld(ctx, to)
	if err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(scratch, sqldb.File), filepath.Join(to.Dir, sqldb.File)); err != nil {
		return "", err
	}
	return kept, syncFolder(to.Dir)
}

func buildIn(ctx context.Context, o sqldb.Options, build func(*sqldb.DB) error) error {
	db, err := sqldb.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(build(db), db.Close())
}

// keepOld gives the old database a second name in a folder of its own. What it had in its write-ahead log is written
// into it first, or, when it is too damaged for that, kept beside it.
func keepOld(ctx context.Context, to Target) (string, error) {
	file := filepath.Join(to.Dir, sqldb.File)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if _, err := os.Stat(file + "-wal"); err == nil {
		if db, err := sqldb.Open(ctx, sqldb.Options{Dir: to.Dir, NoLock: true}); err == nil {
			if err := db.Close(); err != nil {
				return "", err
			}
		}
	}
	kept := filepath.Join(to.Dir, to.keptName())
	if err := os.Mkdir(kept, 0o700); err != nil {
		return "", err
	}
	for _, ending := range []string{"", "-wal"} {
		if err := sameFile(file+ending, filepath.Join(kept, sqldb.File+ending)); err != nil {
			return "", err
		}
	}
	for _, ending := range []string{"-wal", "-shm"} {
		if err := os.Remove(file + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return kept, syncFolder(kept)
}

// keptName is another each time.
func (to Target) keptName() string {
	return "before_restore_" + strings.ReplaceAll(to.Now.UTC().Format("20060102_150405.000"), ".", "_")
}

// sameFile gives a file a second name, or copies it where the disk knows no links; a missing one is left out.
func sameFile(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// syncFolder makes names in a folder durable. Windows cannot, and needs not.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

const scratchSchema = "genjin_restore"

// restorePostgres builds the tables in a schema of their own; one transaction then moves the old ones to a schema that
// keeps them and the new ones to where the old ones were.
func (a *Archive) restorePostgres(ctx context.Context, to Target, build func(*sqldb.DB) error) (string, error) {
	live, err := sqldb.Open(ctx, sqldb.Options{URL: with(to.URL, "application_name", "genjin-restore"), Unsafe: to.Unsafe})
	if err != nil {
		return "", err
	}
	defer live.Close()
	if err := awaitAlone(ctx, live); err != nil {
		return "", err
	}
	clean := func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "DROP SCHEMA IF EXISTS "+scratchSchema+" CASCADE")
		return err
	}
	if err := live.Write(ctx, func(tx *sqldb.Tx) error {
		if err := clean(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "CREATE SCHEMA "+scratchSchema)
		return err
	}); err != nil {
		return "", err
	}
	scratch := with(with(to.URL, "application_name", "genjin-restore"), "search_path", scratchSchema)
	if err := buildIn(ctx, sqldb.Options{URL: scratch, Unsafe: to.Unsafe}, build); err != nil {
		return "", errors.Join(err, live.Write(ctx, clean))
	}
	var kept string
	err = live.WriteAlone(ctx, func(tx *sqldb.Tx) error {
		if err := alone(ctx, tx); err != nil {
			return err
		}
		kept, err = swap(ctx, tx, to.keptName())
		return err
	})
	return kept, err
}

// with sets a parameter of a database URL.
func with(location, name, value string) string {
	u, err := url.Parse(location)
	if err != nil {
		return location // opening it will say so
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// leaveTime is how long the sessions of a server may last on PostgreSQL after it has stopped.
const leaveTime = 5 * time.Second

// awaitAlone waits until a server that has just stopped has left the database, and refuses to go on when one stays.
func awaitAlone(ctx context.Context, db *sqldb.DB) error {
	over := time.After(leaveTime)
	for {
		err := db.Read(ctx, func(tx *sqldb.Tx) error { return alone(ctx, tx) })
		if !errs.Is(err, errs.Unavailable) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// alone refuses to go on while a server uses the database.
func alone(ctx context.Context, tx *sqldb.Tx) error {
	var others int
	err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'genjin'`).Scan(&others)
	if err == nil && others > 0 {
		return errs.New(errs.Unavailable, "archive.in_use")
	}
	return err
}

// swap moves the tables of the present schema to one that keeps them and those of the scratch schema to their place. It
// gives the schema with the old tables, "" when there were none.
func swap(ctx context.Context, tx *sqldb.Tx, keptName string) (kept string, err error) {
	var present string
	if err := tx.QueryRow(ctx, "SELECT quote_ident(current_schema())").Scan(&present); err != nil {
		return "", err
	}
	old, err := tx.Tables(ctx)
	if err != nil {
		return "", err
	}
	if len(old) > 0 {
		kept = keptName
		if err := exec(ctx, tx, "CREATE SCHEMA "+kept); err != nil {
			return "", err
		}
		if err := move(ctx, tx, old, present, kept); err != nil {
			return "", err
		}
	}
	if err := exec(ctx, tx, "SET LOCAL search_path TO "+scratchSchema); err != nil {
		return "", err
	}
	fresh, err := tx.Tables(ctx)
	if err != nil {
		return "", err
	}
	if err := move(ctx, tx, fresh, scratchSchema, present); err != nil {
		return "", err
	}
	return kept, exec(ctx, tx, "DROP SCHEMA "+scratchSchema+" CASCADE")
}

func move(ctx context.Context, tx *sqldb.Tx, tables []string, from, to string) error {
	for _, t := range tables {
		if err := exec(ctx, tx, `ALTER TABLE `+from+`."`+t+`" SET SCHEMA `+to); err != nil {
			return err
		}
	}
	return nil
}

func exec(ctx context.Context, tx *sqldb.Tx, statements ...string) error {
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
