package sqldb

import (
	"context"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// DDL turns a script written in SQLite's words into the database's own. On PostgreSQL the types become its own
// (INTEGER → BIGINT, REAL → DOUBLE PRECISION, BLOB → BYTEA), TEXT columns sort by bytes as they do on SQLite
// (COLLATE "C", which also lets LIKE 'abc%' use an index), and SQLite's table options STRICT and WITHOUT ROWID go.
// Texts, quoted names and comments stay as they are.
func (d Dialect) DDL(script string) string {
	if d != Postgres {
		return script
	}
	var b strings.Builder
	start := 0
	for i := 0; i < len(script); {
		n := opaque(script[i:])
		if n > 1 {
			b.WriteString(postgresWords(script[start:i]))
			b.WriteString(script[i : i+n])
			start = i + n
		}
		i += n
	}
	b.WriteString(postgresWords(script[start:]))
	return b.String()
}

var (
	tableOptions = regexp.MustCompile(`(?i)\)\s*(?:STRICT|WITHOUT\s+ROWID)(?:\s*,\s*(?:STRICT|WITHOUT\s+ROWID))*\s*(;|$)`)
	typeWords    = regexp.MustCompile(`(?i)(\bAS\s+)?\b(INTEGER|REAL|BLOB|TEXT)\b`)
)

func postgresWords(sql string) string {
	sql = tableOptions.ReplaceAllString(sql, ")$1")
	return typeWords.ReplaceAllStringFunc(sql, func(found string) string {
		match := typeWords.FindStringSubmatch(found)
		word := map[string]string{
			"INTEGER": "BIGINT", "REAL": "DOUBLE PRECISION", "BLOB": "BYTEA", "TEXT": `TEXT COLLATE "C"`,
		}[strings.ToUpper(match[2])]
		if match[1] != "" { // CAST(x AS TEXT) takes no collation
			word, _, _ = strings.Cut(word, " COLLATE")
		}
		return match[1] + word
	})
}

// Script runs statements without arguments, separated by semicolons.
func (tx *Tx) Script(ctx context.Context, script string) error {
	if _, err := tx.ready(ctx, nil); err != nil {
		return err
	}
	return tx.doom(because(ctx, tx.conn.Raw(func(driverConn any) error {
		if c, ok := driverConn.(*stdlib.Conn); ok {
			_, err := c.Conn().Exec(tx.quiet(ctx), script, pgx.QueryExecModeSimpleProtocol)
			return err
		}
		stmt, err := driverConn.(*cachingConn).PrepareContext(ctx, script)
		if err != nil {
			return err
		}
		defer stmt.Close()
		_, err = stmt.(sqliteStmt).ExecContext(context.Background(), nil)
		return err
	})))
}
