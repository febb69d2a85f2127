package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"genjin/internal/errs"
	"genjin/internal/id"
)

const (
	postgresMin     = 15
	postgresConns   = 10               // of each of the two pools: three replicas stay under the server's usual 100
	postgresTries   = 12               // of a transaction that meets deadlocks
	postgresTimeout = 30 * time.Second // of a commit; without an answer by then its fate is unknown
)

// postgresSettings are what the server must be set to, and why it may not be otherwise: without the first three a power
// cut loses what was acknowledged; with another encoding Chinese text is spoiled.
var postgresSettings = []struct {
	name, want string
	ok         func(value string) bool
}{
	{"fsync", "on", func(v string) bool { return v == "on" }},
	{"full_page_writes", "on", func(v string) bool { return v == "on" }},
	{"synchronous_commit", "on", func(v string) bool { return v != "off" }},
	{"server_encoding", "UTF8", func(v string) bool { return v == "UTF8" }},
}

func openPostgres(ctx context.Context, o Options) (*DB, error) {
	config, err := postgresConfig(o.URL)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "sqldb.unreachable", "reason", err)
	}
	conns := o.Conns
	if conns <= 0 {
		conns = postgresConns
	}
	db := &DB{dialect: Postgres, clock: o.Clock, read: postgresPool(config, conns), write: postgresPool(config, conns)}
	node, err := postgresStart(ctx, db.write, o)
	if err != nil {
		db.abandon()
		return nil, err
	}
	db.ids = id.NewMaker(node, o.Clock.Now)
	return db, nil
}

// postgresConfig reads the URL and adds what every connection says: who it is, UTC, and limits that free the locks of a
// replica that has hung.
func postgresConfig(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the database URL cannot be read") // pgx's own words may hold the password
	}
	for name, value := range map[string]string{
		"application_name": "genjin", "timezone": "UTC", "idle_in_transaction_session_timeout": "300000",
	} {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 3 * time.Second, Count: 3}}
	config.DialFunc = dialer.DialContext
	return config, nil
}

func postgresPool(config *pgx.ConnConfig, conns int) *sql.DB {
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	pool.SetConnMaxLifetime(time.Hour)
	return pool
}

// postgresStart waits for the server, checks its settings and takes the next node number.
func postgresStart(ctx context.Context, pool *sql.DB, o Options) (node int, err error) {
	wait := o.Wait
	if wait == 0 {
		wait = 10 * time.Second
	}
	if err := reach(ctx, pool, wait); err != nil {
		return 0, errs.New(errs.Unavailable, "sqldb.unreachable", "reason", err)
	}
	if err := postgresCheck(ctx, pool, o.Unsafe); err != nil {
		return 0, err
	}
	return postgresNode(ctx, pool)
}

// reach tries until the server answers: at a machine's start it may come up after us.
func reach(ctx context.Context, pool *sql.DB, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		err := pool.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func postgresCheck(ctx context.Context, pool *sql.DB, unsafe bool) error {
	version, err := postgresShow(ctx, pool, "server_version_num")
	if err != nil {
		return err
	}
	if n, _ := strconv.Atoi(version); n < postgresMin*10000 {
		return errs.New(errs.Unavailable, "sqldb.too_old", "min", postgresMin, "version", n/10000)
	}
	for _, s := range postgresSettings {
		value, err := postgresShow(ctx, pool, s.name)
		if err != nil {
			return err
		}
		if !s.ok(value) && !(unsafe && s.want == "on") {
			return errs.New(errs.Unavailable, "sqldb.setting", "name", s.name, "want", s.want, "value", value)
		}
	}
	return nil
}

func postgresShow(ctx context.Context, pool *sql.DB, setting string) (value string, err error) {
	err = pool.QueryRowContext(ctx, "SHOW "+setting).Scan(&value)
	return value, Postgres.wrap(err)
}

// postgresNode gives this replica a number for its ids. The lock is there because CREATE … IF NOT EXISTS fails when two
// do it at once.
func postgresNode(ctx context.Context, pool *sql.DB) (int, error) {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return 0, Postgres.wrap(err)
	}
	defer tx.Rollback()
	for _, statement := range []string{
		"SELECT pg_advisory_xact_lock(hashtextextended('sqldb_start', 0))",
		"CREATE SEQUENCE IF NOT EXISTS sqldb_start",
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return 0, Postgres.wrap(err)
		}
	}
	var number int64
	if err := tx.QueryRowContext(ctx, "SELECT nextval('sqldb_start')").Scan(&number); err != nil {
		return 0, Postgres.wrap(err)
	}
	return int(number % id.Nodes), Postgres.wrap(tx.Commit())
}

// writePostgres runs fn in a transaction of its own, again when PostgreSQL had to give it up for another's sake or the
// connection turned out to be dead before fn ran.
func (db *DB) writePostgres(ctx context.Context, fn func(tx *Tx) error) error {
	for try := 1; ; try++ {
		tx := &Tx{db: db}
		err := tx.tryPostgres(ctx, fn)
		if err == nil {
			tx.committed() // with the connection back in the pool, since these may write in their turn
			return nil
		}
		_, idle := err.(notBegun)
		if try == postgresTries || !idle && !repeatable(err) {
			return db.dialect.wrap(err)
		}
		pause := time.Duration(rand.Int64N(int64(min(1<<try, 128)) * int64(time.Millisecond)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (tx *Tx) tryPostgres(ctx context.Context, fn func(tx *Tx) error) (err error) {
	if tx.conn, err = tx.db.write.Conn(ctx); err != nil {
		return err
	}
	defer tx.conn.Close()
	tx.Now = tx.db.clock.Now()
	return tx.onPostgres(ctx, fn)
}

// onPostgres begins, runs fn and commits, or rolls back, also when fn panics.
func (tx *Tx) onPostgres(ctx context.Context, fn func(tx *Tx) error) error {
	release := tx.watch(ctx)
	defer release()
	if err := postgresBegin(tx.conn, "BEGIN"); err != nil {
		return notBegun{err}
	}
	err := errGaveUp
	defer func() {
		tx.finish()
		if err != nil && postgresEnd(tx.conn, "ROLLBACK") != nil {
			drop(tx.conn)
		}
	}()
	if err = tx.work(ctx, fn); err == nil {
		err = release()
	}
	if err == nil {
		err = postgresEnd(tx.conn, "COMMIT")
	}
	return err
}

// watch has the connection broken off when ctx ends, once for all statements: pgx and database/sql would start two
// goroutines for each. The function it gives ends the watch, and gives ctx's error when that came too late and the
// connection is spoiled.
func (tx *Tx) watch(ctx context.Context) (release func() error) {
	none := func() error { return nil }
	if tx.db.dialect != Postgres || ctx.Done() == nil {
		return none
	}
	var stop func() bool
	err := onNet(tx.conn, func(c net.Conn) {
		stop = context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	})
	if err != nil {
		return none // a dead connection: every statement will say so
	}
	tx.watched = ctx.Done()
	return sync.OnceValue(func() error {
		if stop() {
			return nil
		}
		drop(tx.conn)
		return ctx.Err()
	})
}

// onNet gives f the network connection under conn.
func onNet(conn *sql.Conn, f func(net.Conn)) error {
	return conn.Raw(func(driverConn any) error {
		f(driverConn.(*stdlib.Conn).Conn().PgConn().Conn())
		return nil
	})
}

// postgresSay runs a statement that has no rows and no arguments.
func postgresSay(conn *sql.Conn, statement string) (tag string, err error) {
	err = conn.Raw(func(driverConn any) error {
		got, err := driverConn.(*stdlib.Conn).Conn().Exec(context.Background(), statement, pgx.QueryExecModeSimpleProtocol)
		tag = got.String()
		return err
	})
	return tag, err
}

// notBegun is the error of a transaction that could not begin: nothing was done, so that the whole may be tried again on
// another connection.
type notBegun struct{ error }

// Unwrap gives the reason.
func (e notBegun) Unwrap() error { return e.error }

func postgresBegin(conn *sql.Conn, statement string) error {
	_, err := postgresSay(conn, statement)
	if err != nil {
		drop(conn)
	}
	return err
}

var errRolledBack = errors.New("sqldb: PostgreSQL rolled the transaction back instead of committing it")

// postgresEnd commits or rolls back, whatever became of the caller in the meantime.
func postgresEnd(conn *sql.Conn, statement string) error {
	limit := time.Now().Add(postgresTimeout)
	if err := onNet(conn, func(c net.Conn) { _ = c.SetDeadline(limit) }); err != nil {
		return err
	}
	tag, err := postgresSay(conn, statement)
	if err != nil {
		return err
	}
	if tag != statement {
		return fmt.Errorf("%w (%s)", errRolledBack, tag)
	}
	return onNet(conn, func(c net.Conn) { _ = c.SetDeadline(time.Time{}) })
}
