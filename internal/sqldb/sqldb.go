// Package sqldb is the one door to the database: SQLite in the data folder by default, PostgreSQL for teams that have
// outgrown one machine. It gives transactions with a consistent view (Read) and durable ones (Write), and hides in
// dialect.go what the two databases say differently. The SQL itself is written once, with ? placeholders.
//
// What holds on both databases, so that code tested on one runs on the other:
//
//   - Nothing is acknowledged before it is durable: Write returns nil only after the commit reached the disk.
//   - A Tx belongs to one goroutine and runs one statement at a time: close Rows before the next statement.
//   - A statement that fails dooms its Tx: every later statement gives the same error and Write rolls back, even when fn
//     returns nil. Attempts that may fail stand in Tx.Try, which is a savepoint.
//   - fn must not call Write itself: on SQLite it would wait for itself. Read inside Write is allowed, and sees what was
//     committed before.
//   - fn may run more than once (PostgreSQL repeats it after a deadlock), so its effects on anything but the database
//     belong into Tx.AfterCommit.
//   - bool is stored as 0 and 1, time.Time as Unix milliseconds (NULL when zero), anything with driver.Valuer as it says.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"genjin/internal/clock"
	"genjin/internal/errs"
	"genjin/internal/id"
)

// Options say which database to open.
type Options struct {
	Dir    string        // data folder: SQLite's genjin.db lies in it, and it is locked against a second process
	URL    string        // postgres://…; when set, Dir is not used
	Clock  clock.Clock   // gives Tx.Now and the time in ids; clock.System when nil
	NoLock bool          // leave the folder unlocked: for tools that only look while the server runs
	Conns  int           // connections for reading; 2 × cores when 0. PostgreSQL has as many again for writing
	Unsafe bool          // accept a PostgreSQL that may lose acknowledged writes (fsync off): for tests only
	Wait   time.Duration // how long PostgreSQL may take to answer the first time; 10 s when 0
}

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	dialect Dialect
	clock   clock.Clock
	ids     *id.Maker
	read    *sql.DB
	write   *sql.DB
	file    string       // SQLite only
	writer  *writer      // SQLite only
	lock    *flock.Flock // SQLite only, nil with NoLock
	closing sync.Once
	closed  error
}

// Open opens the database and checks that it keeps what it promises. Errors a user can mend are *errs.Error: the folder
// is used by another process (sqldb.in_use), PostgreSQL cannot be reached (sqldb.unreachable) or is set up so that
// writes could be lost or text be spoiled (sqldb.setting, sqldb.too_old).
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.URL != "" {
		return openPostgres(ctx, o)
	}
	if o.Dir == "" {
		return nil, errors.New("sqldb: neither a data folder nor a database URL is given")
	}
	return openSQLite(ctx, o)
}

// Close waits for the writes under way, refuses new ones and lets the database and its folder go.
func (db *DB) Close() error {
	db.closing.Do(func() {
		if db.writer != nil {
			db.writer.close()
		}
		db.closed = errors.Join(db.read.Close(), db.write.Close())
		if db.lock != nil {
			db.closed = errors.Join(db.closed, db.lock.Unlock())
		}
	})
	return db.closed
}

// Dialect says which database this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// NewID makes an id that no other record and no other replica has.
func (db *DB) NewID() id.ID { return db.ids.Next() }

// Read runs fn in a transaction that sees one consistent state and cannot change it. fn's error is returned as it is.
func (db *DB) Read(ctx context.Context, fn func(tx *Tx) error) error {
	for try := 1; ; try++ {
		err := db.reading(ctx, func(tx *Tx) error {
			if err := tx.begin(); err != nil {
				return notBegun{err}
			}
			defer func() {
				tx.finish()
				if tx.end() != nil {
					drop(tx.conn)
				}
			}()
			return fn(tx)
		})
		if _, again := err.(notBegun); !again || try == readTries {
			return db.dialect.wrap(err)
		}
	}
}

// readTries is enough to meet a live connection after PostgreSQL was restarted.
const readTries = 4

// ReadOne is Read for an fn that runs one statement, which is consistent by itself: it saves PostgreSQL two of three round
// trips. A second statement gives ErrOneStatement.
func (db *DB) ReadOne(ctx context.Context, fn func(tx *Tx) error) error {
	return db.dialect.wrap(db.reading(ctx, func(tx *Tx) error {
		tx.single = true
		defer tx.finish()
		return fn(tx)
	}))
}

// reading runs fn with a connection of the pool for reading.
func (db *DB) reading(ctx context.Context, fn func(tx *Tx) error) error {
	conn, err := db.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx := &Tx{Now: db.clock.Now(), db: db, conn: conn, reads: true}
	defer tx.watch(ctx)()
	return fn(tx)
}

// Write runs fn in a transaction and returns nil only after its commit is durable. fn's error, or its panic, rolls back
// what fn did and nothing else. A ctx that ends before fn starts keeps fn from running; once the commit has begun, ctx no
// longer matters, so that the answer is always the truth.
//
// On SQLite there is one writer: up to 128 waiting writes are merged into one commit, each under a savepoint, and all of
// them get the error if that commit fails. Writes run in the order they came. Keep fn short (work out what can be worked
// out before), since everyone else waits; what takes more than some 20 ms belongs in WriteAlone, in batches.
//
// On PostgreSQL fn has a transaction of its own at READ COMMITTED and may run again after a deadlock or serialization
// failure. Two at once are kept apart by the rows they lock (Dialect.ForUpdate, an UPDATE with its condition), unique
// indexes or Tx.Lock. SERIALIZABLE would do that by itself, but not with sums that everybody's writes touch: measured with
// 64 clients on one such row, 1 % failed for good after 12 tries, at 2.7 times the processor time.
func (db *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if db.writer != nil {
		return db.writer.do(ctx, db, false, fn)
	}
	return db.writePostgres(ctx, fn)
}

// WriteAlone is Write for long transactions such as a batch of an import: on SQLite it is never merged with others, so
// that nobody's answer waits for it longer than the queue makes them, and takes its turn in the queue like any other:
// those that came during one batch run before the next.
func (db *DB) WriteAlone(ctx context.Context, fn func(tx *Tx) error) error {
	if db.writer != nil {
		return db.writer.do(ctx, db, true, fn)
	}
	return db.writePostgres(ctx, fn)
}

// Ping checks that the database answers.
func (db *DB) Ping(ctx context.Context) error {
	return db.Read(ctx, func(tx *Tx) error {
		var one int
		return tx.QueryRow(ctx, "SELECT 1").Scan(&one)
	})
}

var errClosed = errs.New(errs.Unavailable, "sqldb.closed")
