package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"genjin/internal/id"
)

// Tx is a transaction. It is for one goroutine and ends with the function it was given to.
type Tx struct {
	Now time.Time // the clock's instant when the transaction began

	db     *DB
	conn   *sql.Conn
	reads  bool  // cannot write
	single bool  // may run one statement only
	ran    bool  // that one
	open   *Rows // the rows not yet closed
	failed error // the error that doomed the transaction
	before []func(ctx context.Context) error
	after  []func()

	watched <-chan struct{} // PostgreSQL: the end of the context that breaks the connection off
}

// ErrOneStatement is given for a second statement in ReadOne.
var ErrOneStatement = errors.New("sqldb: ReadOne runs one statement; use Read for more")

// ErrRowsOpen is given for a statement while the rows of the one before are open.
var ErrRowsOpen = errors.New("sqldb: the rows of the statement before are still open")

// Exec runs a statement and gives how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	args, err := tx.ready(ctx, args)
	if err != nil {
		return 0, err
	}
	result, err := tx.conn.ExecContext(tx.quiet(ctx), tx.db.dialect.rewrite(query), args...)
	if err != nil {
		return 0, tx.doom(because(ctx, err))
	}
	n, err := result.RowsAffected()
	return n, tx.doom(err)
}

// Query runs a statement that gives rows. The caller closes them before the next statement.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	args, err := tx.ready(ctx, args)
	if err != nil {
		return nil, err
	}
	rows, err := tx.conn.QueryContext(tx.quiet(ctx), tx.db.dialect.rewrite(query), args...)
	if err != nil {
		return nil, tx.doom(because(ctx, err))
	}
	tx.open = &Rows{Rows: rows, tx: tx, ctx: ctx}
	return tx.open, nil
}

// QueryRow runs a statement that gives at most one row of interest. Its error, or that of no row (IsNoRows), comes from
// Scan, which must be called.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	rows, err := tx.Query(ctx, query, args...)
	return &Row{rows: rows, err: err}
}

// Try runs fn under a savepoint: when fn gives an error, what it did is undone, the error is returned and the
// transaction goes on. It is for attempts that are allowed to fail, such as an insert that may meet a unique index.
func (tx *Tx) Try(ctx context.Context, fn func() error) error {
	if _, err := tx.Exec(ctx, "SAVEPOINT try"); err != nil { // the same name inside another hides the outer one
		return err
	}
	before, after := len(tx.before), len(tx.after)
	err := fn()
	tx.closeRows()
	if err == nil {
		err = tx.failed
	}
	if err == nil {
		_, err = tx.Exec(ctx, "RELEASE try")
		return err
	}
	tx.before, tx.after = tx.before[:before], tx.after[:after]
	if fatal(err) || fatal(tx.failed) {
		return err
	}
	tx.failed = nil
	whole := context.WithoutCancel(ctx)
	if _, undo := tx.Exec(whole, "ROLLBACK TO try"); undo != nil {
		return errors.Join(err, undo)
	}
	if _, undo := tx.Exec(whole, "RELEASE try"); undo != nil {
		return errors.Join(err, undo)
	}
	return err
}

// BeforeCommit has fn run after the transaction's own work, still inside it: for sums that are cheapest kept at the end.
// Its error rolls the transaction back.
func (tx *Tx) BeforeCommit(fn func(ctx context.Context) error) { tx.before = append(tx.before, fn) }

// AfterCommit has fn run once the transaction is durable, in the goroutine that called Write, before Write returns; not
// at all when it was rolled back. The functions of one transaction run in their order; between transactions there is no
// order, so fn should wake someone who looks into the database rather than carry state.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Wanted reports whether a long transaction had better end soon: on SQLite that others wait for the writer, on PostgreSQL
// always, since nobody can tell who waits for its rows.
func (tx *Tx) Wanted() bool {
	w := tx.db.writer
	return w == nil || len(w.queue) > 0 || w.held != nil
}

// Dialect says which database this is.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// NewID makes an id.
func (tx *Tx) NewID() id.ID { return tx.db.NewID() }

// work runs fn and the functions for before the commit. What doomed the transaction outweighs what fn says.
func (tx *Tx) work(ctx context.Context, fn func(tx *Tx) error) error {
	err := fn(tx)
	for i := 0; i < len(tx.before) && err == nil; i++ {
		tx.closeRows()
		err = tx.before[i](ctx)
	}
	tx.closeRows()
	if tx.failed != nil && (err == nil || fatal(tx.failed)) {
		err = tx.failed
	}
	return err
}

// finish keeps a transaction that has ended from being used.
func (tx *Tx) finish() {
	tx.closeRows()
	tx.failed = sql.ErrTxDone
}

func (tx *Tx) committed() {
	for _, fn := range tx.after {
		fn()
	}
}

// ready says whether a statement may run now, and gives args as both databases store them.
func (tx *Tx) ready(ctx context.Context, args []any) ([]any, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	if tx.open != nil {
		return nil, tx.doom(ErrRowsOpen)
	}
	if tx.single && tx.ran {
		return nil, tx.doom(ErrOneStatement)
	}
	if err := ctx.Err(); err != nil {
		return nil, tx.doom(err)
	}
	tx.ran = true
	args, err := storedAll(args)
	return args, tx.doom(err)
}

// because adds that ctx has ended to the error of a statement that it broke off.
func because(ctx context.Context, err error) error {
	if err == nil || ctx.Err() == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("%w: %w", ctx.Err(), err)
}

func (tx *Tx) doom(err error) error {
	if err != nil && tx.failed == nil {
		tx.failed = err
	}
	return err
}

func (tx *Tx) closeRows() {
	if tx.open != nil {
		tx.open.Close()
	}
}

// Rows are the rows of a query.
type Rows struct {
	*sql.Rows
	tx    *Tx
	ctx   context.Context // of the query
	ended error           // of ctx, when it ended between two rows
}

// Next goes to the next row; after the last one, an error or the end of the context, the rows are closed.
func (r *Rows) Next() bool {
	if r.ended = r.ctx.Err(); r.ended == nil && r.Rows.Next() {
		return true
	}
	r.tx.doom(r.Err())
	_ = r.Rows.Close() // again, when there was no more to read
	r.release()
	return false
}

// Err gives the error that ended the rows early, if any.
func (r *Rows) Err() error {
	if r.ended != nil {
		return r.ended
	}
	return because(r.ctx, r.Rows.Err())
}

// Close ends the query. It may be called more than once.
func (r *Rows) Close() error {
	err := r.Rows.Close()
	if r.tx.open == r {
		r.tx.doom(errors.Join(r.Err(), err))
	}
	r.release()
	return err
}

func (r *Rows) release() {
	if r.tx.open == r {
		r.tx.open = nil
	}
}

// Row is the first row of a query.
type Row struct {
	rows *Rows
	err  error
}

// Scan loads the row's columns into dest, or gives an error for which IsNoRows holds when there is none.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := r.rows.Scan(dest...); err != nil {
		return err
	}
	return r.rows.Close()
}

// storedAll gives the values as both databases store them; the slice itself when nothing changes.
func storedAll(args []any) ([]any, error) {
	var out []any
	for i, arg := range args {
		v, changed, err := stored(arg)
		if err != nil {
			return nil, err
		}
		if changed && out == nil {
			out = append(make([]any, 0, len(args)), args...)
		}
		if changed {
			out[i] = v
		}
	}
	if out == nil {
		return args, nil
	}
	return out, nil
}

// stored gives one value as both databases store it and whether that differs from v.
func stored(arg any) (v any, changed bool, err error) {
	switch x := arg.(type) {
	case nil, string, int64, []byte, float64, int:
		return arg, false, nil
	case bool:
		if x {
			return int64(1), true, nil
		}
		return int64(0), true, nil
	case time.Time:
		if x.IsZero() {
			return nil, true, nil
		}
		return x.UnixMilli(), true, nil
	case driver.Valuer:
		v, err := x.Value()
		return v, true, err
	}
	return arg, false, nil
}
