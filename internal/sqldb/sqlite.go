package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"

	"genjin/internal/errs"
	"genjin/internal/id"
)

// File is the name of the SQLite database in the data folder.
const File = "genjin.db"

const lockFile = "genjin.lock"

// The settings of every connection; the order matters, since setting the journal mode may already have to wait.
// synchronous=FULL is what makes an acknowledged write survive a power cut: NORMAL loses the last ones.
var pragmas = []string{
	"busy_timeout(5000)",
	"journal_mode(WAL)",
	"synchronous(FULL)",
	"foreign_keys(1)",
	"cache_size(-16384)",
	"mmap_size(268435456)",
	"temp_store(2)",
	"wal_autocheckpoint(4000)",     // pages: a checkpoint each 16 MB written
	"journal_size_limit(67108864)", // the WAL file shrinks to 64 MB after a long read has kept it growing
	"analysis_limit(1000)",         // rows of an index that PRAGMA optimize looks at
}

// optimizeEvery is how often the planner's statistics are brought up to date.
const optimizeEvery = 24 * time.Hour

func openSQLite(ctx context.Context, o Options) (_ *DB, err error) {
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	db := &DB{dialect: SQLite, clock: o.Clock}
	if db.lock, err = lockFolder(dir, o.NoLock); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			db.abandon()
		}
	}()
	db.file = filepath.Join(dir, File)
	if err := createPrivate(db.file); err != nil {
		return nil, folderError(dir, err)
	}
	if db.write, err = openFile(db.file, nil, 1); err != nil {
		return nil, err
	}
	if db.read, err = openFile(db.file, []string{"query_only(1)"}, readers(o.Conns)); err != nil {
		return nil, err
	}
	db.read.SetConnMaxLifetime(time.Hour) // new connections see the new statistics
	node, err := nextStart(ctx, db.write)
	if err != nil {
		return nil, db.dialect.wrap(err)
	}
	db.ids = id.NewMaker(node, o.Clock.Now)
	db.writer, err = newWriter(ctx, db.write)
	return db, db.dialect.wrap(err)
}

// abandon lets go what a failed Open had opened.
func (db *DB) abandon() {
	for _, pool := range []*sql.DB{db.read, db.write} {
		if pool != nil {
			pool.Close()
		}
	}
	if db.lock != nil {
		db.lock.Unlock()
	}
}

// lockFolder makes the folder and takes it for this process; nil when it is not to be locked.
func lockFolder(dir string, noLock bool) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, folderError(dir, err)
	}
	if noLock {
		return nil, nil
	}
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	switch ok, err := lock.TryLock(); {
	case err != nil:
		return nil, folderError(dir, err)
	case !ok:
		return nil, errs.New(errs.Unavailable, "sqldb.in_use", "dir", dir)
	}
	return lock, nil
}

func folderError(dir string, err error) error {
	return errs.New(errs.Unavailable, "sqldb.folder", "dir", dir, "reason", err)
}

// createPrivate makes the database file so that only its owner may read it; SQLite gives the WAL the same rights.
func createPrivate(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// openFile opens a pool of connections to the file. Text in double quotes is a name, as on PostgreSQL, never a text.
func openFile(file string, more []string, conns int) (*sql.DB, error) {
	path := filepath.ToSlash(file)
	if !strings.HasPrefix(path, "/") { // C:/… on Windows
		path = "/" + path
	}
	settings := append(append([]string{}, pragmas...), more...)
	location := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{"_pragma": settings, "_dqs": {"0"}}.Encode()}
	base, err := sqlite.NewConnector(location.String())
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(cachingConnector{base})
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return pool, nil
}

func readers(conns int) int {
	if conns > 0 {
		return conns
	}
	return max(4, 2*runtime.NumCPU())
}

// nextStart counts the starts on this database, for the node number in ids: even when a restored machine's clock stands
// before the last id, new ids differ from the old.
func nextStart(ctx context.Context, pool *sql.DB) (int, error) {
	const table = `CREATE TABLE IF NOT EXISTS sqldb_start (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL)`
	if _, err := pool.ExecContext(ctx, table); err != nil {
		return 0, err
	}
	var number int
	err := pool.QueryRowContext(ctx, `INSERT INTO sqldb_start (one, number) VALUES (1, 1)
		ON CONFLICT (one) DO UPDATE SET number = (number + 1) % ? RETURNING number`, id.Nodes).Scan(&number)
	return number, err
}

// Snapshot writes a copy of the database, whole and consistent, to a new file while work goes on. SQLite only.
func (db *DB) Snapshot(ctx context.Context, file string) (err error) {
	if db.dialect != SQLite {
		return errors.New("sqldb: only SQLite can be copied to a file; use pg_dump")
	}
	pool, err := openFile(db.file, nil, 1) // the readers' connections refuse to write, even to another file
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	_, err = pool.ExecContext(ctx, "VACUUM INTO ?", file)
	return db.dialect.wrap(err)
}
