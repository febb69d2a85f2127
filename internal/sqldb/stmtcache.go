package sqldb

import (
	"container/list"
	"context"
	"database/sql/driver"
	"io"
)

// cachingConnector opens SQLite connections that keep their prepared statements: preparing costs more than running most
// of them. (pgx does the same by itself.)
type cachingConnector struct{ driver.Connector }

// Connect opens a connection.
func (c cachingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &cachingConn{sqliteConn: inner.(sqliteConn), stmts: map[string]*list.Element{}, order: list.New()}, nil
}

// Close does nothing: the connector holds nothing.
func (c cachingConnector) Close() error { return nil }

var _ io.Closer = cachingConnector{}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// stmtsKept is how many statements a connection keeps; the longest unused goes first.
const stmtsKept = 500

type cachingConn struct {
	sqliteConn
	stmts map[string]*list.Element // of *keptStmt
	order *list.List               // most recently used first
}

type keptStmt struct {
	query string
	stmt  sqliteStmt
}

// quietContext is a context that does not end, around one that does.
type quietContext struct {
	context.Context
	interrupts bool // when the inner one ends, the statement shall stop
}

// Done never comes.
func (quietContext) Done() <-chan struct{} { return nil }

// Err is always nil.
func (quietContext) Err() error { return nil }

// ExecContext runs a statement.
func (c *cachingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	stmt, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args)
}

// QueryContext runs a statement that gives rows. A Tx has no two open at once, so one statement never runs twice at a time.
func (c *cachingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	stmt, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if quiet, ok := ctx.(quietContext); ok && quiet.interrupts {
		ctx = quiet.Context
	}
	return stmt.QueryContext(ctx, args)
}

func (c *cachingConn) prepared(ctx context.Context, query string) (sqliteStmt, error) {
	if e, ok := c.stmts[query]; ok {
		c.order.MoveToFront(e)
		return e.Value.(*keptStmt).stmt, nil
	}
	stmt, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	kept := &keptStmt{query, stmt.(sqliteStmt)}
	c.stmts[query] = c.order.PushFront(kept)
	if c.order.Len() > stmtsKept {
		c.drop(c.order.Back())
	}
	return kept.stmt, nil
}

func (c *cachingConn) drop(e *list.Element) {
	kept := c.order.Remove(e).(*keptStmt)
	delete(c.stmts, kept.query)
	kept.stmt.Close()
}

// Close lets the statements and the connection go.
func (c *cachingConn) Close() error {
	for c.order.Len() > 0 {
		c.drop(c.order.Back())
	}
	return c.sqliteConn.Close()
}
