package sqldb

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// insertValues is how many values one INSERT on SQLite takes. Measured for rows of ten columns, in µs a row: 10 values 5.5,
// 100 3.5, 500 3.2, 5,000 3.0.
const insertValues = 500

// InsertMany inserts rows, each with a value for each of the columns, and fails as a whole with the same errors as Exec.
// PostgreSQL gets them by COPY, SQLite by an INSERT of many rows.
func (tx *Tx) InsertMany(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if tx.db.dialect == Postgres {
		return tx.copyIn(ctx, table, columns, rows)
	}
	chunk := max(1, insertValues/len(columns))
	args := make([]any, 0, chunk*len(columns))
	for len(rows) > 0 {
		n := min(chunk, len(rows))
		if n < chunk {
			n = 1 // the rest one by one, so that there are two statements for a table and not hundreds
		}
		args = args[:0]
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if _, err := tx.Exec(ctx, insertText(table, columns, n), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// insertText gives an INSERT of n rows.
func insertText(table string, columns []string, n int) string {
	row := "(" + Placeholders(len(columns)) + ")"
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES " +
		strings.TrimSuffix(strings.Repeat(row+",", n), ",")
}

func (tx *Tx) copyIn(ctx context.Context, table string, columns []string, rows [][]any) error {
	if _, err := tx.ready(ctx, nil); err != nil {
		return err
	}
	source := pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return storedAll(rows[i]) })
	err := tx.conn.Raw(func(driverConn any) error {
		_, err := driverConn.(*stdlib.Conn).Conn().CopyFrom(tx.quiet(ctx), pgx.Identifier{table}, columns, source)
		return err
	})
	return tx.doom(because(ctx, err))
}
