package sqldb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"genjin/internal/errs"
)

// IsNoRows says that a query gave no row.
func IsNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// UniqueViolation says whether err is a collision with a unique index, and names the column it is over. An index over
// several columns gives their names joined by "_"; a primary key gives its column. On PostgreSQL the name comes from that
// of the index, ux_<table>_<column>; on SQLite an index over an expression gives the name of the index.
func UniqueViolation(err error) (column string, ok bool) {
	if e, is := errors.AsType[*pgconn.PgError](err); is && e.Code == "23505" {
		return postgresColumn(e), true
	}
	if e, is := errors.AsType[*sqlite.Error](err); is &&
		(e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY ||
			e.Code() == sqlite3.SQLITE_CONSTRAINT_ROWID) {
		return sqliteColumn(e.Error()), true
	}
	return "", false
}

// ForeignKeyViolation says whether err is a reference to a row that is not there, or a removal of one still referred to.
func ForeignKeyViolation(err error) bool {
	if e, is := errors.AsType[*pgconn.PgError](err); is {
		return e.Code == "23503"
	}
	e, is := errors.AsType[*sqlite.Error](err)
	return is && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

func postgresColumn(e *pgconn.PgError) string {
	if column, ok := strings.CutPrefix(e.ConstraintName, "ux_"+e.TableName+"_"); ok {
		return column
	}
	if key := postgresKey.FindStringSubmatch(e.Detail); key != nil {
		return strings.ReplaceAll(key[1], ", ", "_")
	}
	return e.ConstraintName
}

var (
	postgresKey = regexp.MustCompile(`\(([^()]+)\)=`)
	sqliteKey   = regexp.MustCompile(`constraint failed: (?:index '([^']+)'|([\w., ]+?)) \(\d+\)`)
)

// sqliteColumn reads "constraint failed: UNIQUE constraint failed: customer.code (2067)".
func sqliteColumn(message string) string {
	key := sqliteKey.FindStringSubmatch(message)
	if key == nil {
		return ""
	}
	if key[1] != "" {
		return key[1]
	}
	var columns []string
	for part := range strings.SplitSeq(key[2], ", ") {
		_, column, _ := strings.Cut(part, ".")
		columns = append(columns, column)
	}
	return strings.Join(columns, "_")
}

// fatal says whether err may have ended the whole SQLite transaction, and with it the writes it is merged with.
func fatal(err error) bool {
	e, is := errors.AsType[*sqlite.Error](err)
	if !is {
		return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG,
		sqlite3.SQLITE_RANGE, sqlite3.SQLITE_AUTH:
		return false
	}
	return true
}

// repeatable says whether PostgreSQL gave the transaction up for another's sake, so that running it again may succeed.
func repeatable(err error) bool {
	e, is := errors.AsType[*pgconn.PgError](err)
	return is && (e.Code == "40001" || e.Code == "40P01")
}

// wrap adds to an error of the database what a user can make of it: full disk, database away. Others stay as they are.
func (d Dialect) wrap(err error) error {
	if err == nil {
		return nil
	}
	if _, known := errs.As(err); known {
		return err
	}
	if key := trouble(err); key != "" {
		return fmt.Errorf("%w: %w", errs.New(errs.Unavailable, key), err)
	}
	return err
}

// trouble gives the key of the sentence for an error that is nobody's mistake but the machine's; "" for others.
func trouble(err error) string {
	if e, is := errors.AsType[*sqlite.Error](err); is {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return "sqldb.full"
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY:
			return "sqldb.disk"
		}
		return ""
	}
	if e, is := errors.AsType[*pgconn.PgError](err); is {
		return postgresTrouble(e.Code)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return ""
	}
	_, dial := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	if dial || network || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "sqldb.away"
	}
	return ""
}

// postgresTrouble sorts PostgreSQL's error codes.
func postgresTrouble(code string) string {
	switch {
	case code == "53100":
		return "sqldb.full"
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57P"), code == "25006":
		return "sqldb.away"
	case code == "40001", code == "40P01":
		return "sqldb.busy"
	case strings.HasPrefix(code, "58"):
		return "sqldb.disk"
	}
	return ""
}
