package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// writer is SQLite's single writer. Its goroutine owns the transaction and gives the connection to one waiting write
// after the other; each write's function runs in the goroutine that asked for it, so that a panic or a test's FailNow
// strikes only the one it belongs to.
type writer struct {
	pool    *sql.DB
	conn    *sql.Conn
	queue   chan *request
	held    *request // taken from the queue but left for the next group
	closing chan struct{}
	once    sync.Once
	done    chan struct{}
}

const (
	mergedMost = 128                   // writes in one commit
	mergedFor  = 20 * time.Millisecond // a group that has worked so long takes nobody in
)

// request is one write that waits, runs or waits for its commit.
type request struct {
	alone   bool
	claimed atomic.Bool   // by the writer that starts it or by the caller that goes away
	turn    chan struct{} // says that the write may run
	tx      *Tx           // the writer gives it the connection
	ran     chan error    // gets what the function gave
	result  chan error    // gets the answer
}

func newWriter(ctx context.Context, pool *sql.DB) (*writer, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		pool: pool, conn: conn,
		queue:   make(chan *request, 2*mergedMost),
		closing: make(chan struct{}), done: make(chan struct{}),
	}
	go w.run()
	return w, nil
}

// close refuses new writes, waits for those under way and ends.
func (w *writer) close() {
	w.once.Do(func() { close(w.closing) })
	<-w.done
}

// do has fn run as a write and waits for its commit.
func (w *writer) do(ctx context.Context, db *DB, alone bool, fn func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{alone: alone, tx: &Tx{db: db}, turn: make(chan struct{}, 1), ran: make(chan error, 1), result: make(chan error, 1)}
	if err := w.wait(ctx, r); err != nil {
		return err
	}
	r.run(ctx, fn)
	if err := <-r.result; err != nil {
		return db.dialect.wrap(err)
	}
	r.tx.committed()
	return nil
}

// wait queues the request and returns when it is its turn.
func (w *writer) wait(ctx context.Context, r *request) error {
	select {
	case <-w.closing:
		return errClosed
	default:
	}
	select {
	case w.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return errClosed
	}
	select {
	case <-r.turn:
		return nil
	case err := <-r.result: // it could not begin
		return r.tx.db.dialect.wrap(err)
	case <-w.done:
	case <-ctx.Done():
	}
	if r.claimed.CompareAndSwap(false, true) {
		if err := ctx.Err(); err != nil {
			return err
		}
		return errClosed
	}
	select { // its turn came at the same moment
	case <-r.turn:
		return nil
	case err := <-r.result:
		return r.tx.db.dialect.wrap(err)
	}
}

var errGaveUp = errors.New("sqldb: the function did not return")

// run runs fn and tells the writer what it gave, also when it panics.
func (r *request) run(ctx context.Context, fn func(*Tx) error) {
	err := errGaveUp
	defer func() {
		r.tx.finish()
		r.ran <- err
	}()
	err = r.tx.work(ctx, fn)
}

func (w *writer) run() {
	defer close(w.done)
	daily := time.NewTicker(optimizeEvery)
	defer daily.Stop()
	for {
		if r := w.held; r != nil {
			w.held = nil
			w.group(r)
			continue
		}
		select {
		case r := <-w.queue:
			w.group(r)
		case <-daily.C:
			w.optimize()
		case <-w.closing:
			w.drain()
			return
		}
	}
}

// drain does the writes that were queued before closing.
func (w *writer) drain() {
	for {
		r := w.held
		w.held = nil
		if r == nil {
			select {
			case r = <-w.queue:
			default:
				w.optimize()
				w.conn.Close()
				return
			}
		}
		w.group(r)
	}
}

// group runs first and those that wait behind it in one transaction.
func (w *writer) group(first *request) {
	if !first.claimed.CompareAndSwap(false, true) {
		return
	}
	if err := w.begin(); err != nil {
		first.result <- err
		return
	}
	start := time.Now()
	members, err := w.members(first, start)
	if err == nil && len(members) > 0 {
		err = w.exec("COMMIT")
	}
	if err != nil || len(members) == 0 {
		w.rollback()
	}
	for _, r := range members {
		r.result <- err
	}
}

// members runs the writes of a group and gives those that are to be committed. An error means that the transaction as a
// whole is lost.
func (w *writer) members(first *request, start time.Time) (members []*request, err error) {
	for r := first; r != nil; r = w.next(first, len(members), start) {
		failed, lost := w.member(r, len(members) > 0)
		if failed != nil {
			r.result <- failed
		} else {
			members = append(members, r)
		}
		if lost != nil {
			return members, lost
		}
	}
	return members, nil
}

// member runs one write of a group: failed is its own error, lost one that ends the whole transaction. The first needs no
// savepoint: when it fails there is nothing else to keep.
func (w *writer) member(r *request, guarded bool) (failed, lost error) {
	if guarded {
		if lost = w.exec("SAVEPOINT member"); lost != nil {
			return nil, lost
		}
	}
	failed = w.hand(r)
	switch {
	case failed == nil && guarded:
		lost = w.exec("RELEASE member")
	case failed == nil:
	case !guarded || fatal(failed):
		lost = failed
	default:
		lost = errors.Join(w.exec("ROLLBACK TO member"), w.exec("RELEASE member"))
	}
	return failed, lost
}

// next takes another waiting write into the group; nil when the group is full or nobody may join it.
func (w *writer) next(first *request, size int, start time.Time) *request {
	if first.alone || size >= mergedMost || time.Since(start) > mergedFor {
		return nil
	}
	for {
		select {
		case r := <-w.queue:
			if r.alone {
				w.held = r
				return nil
			}
			if r.claimed.CompareAndSwap(false, true) {
				return r
			}
		default:
			return nil
		}
	}
}

// hand lets the write run and gives what its function gave.
func (w *writer) hand(r *request) error {
	r.tx.conn, r.tx.Now = w.conn, r.tx.db.clock.Now()
	r.turn <- struct{}{}
	return <-r.ran
}

// begin starts the transaction, on a new connection when the old one does not let it.
func (w *writer) begin() error {
	if w.exec("BEGIN IMMEDIATE") == nil {
		return nil
	}
	drop(w.conn)
	conn, err := w.pool.Conn(context.Background())
	if err != nil {
		return err
	}
	w.conn = conn
	return w.exec("BEGIN IMMEDIATE")
}

// rollback ends the transaction. That SQLite may have ended it by itself, after a full disk for example, is no error;
// that it still stands would be found by the next begin.
func (w *writer) rollback() { _ = w.exec("ROLLBACK") }

func (w *writer) exec(statement string) error {
	_, err := w.conn.ExecContext(context.Background(), statement)
	return err
}

// optimize brings the planner's statistics up to date. A failure costs speed only.
func (w *writer) optimize() { _ = w.exec("PRAGMA optimize") }

// drop closes a connection instead of giving it back to the pool.
func drop(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = conn.Close() // in case it was not in the pool's hands any more
}
