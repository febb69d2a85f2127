package archive

import (
	"bufio"
	"context"
	"fmt"
	"slices"

	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

const (
	maxLine = 64 << 20 // of a row
	batch   = 2000     // rows inserted at once
)

// load brings an empty database to the step the archive was made at and fills it, all rows in one transaction.
func (a *Archive) load(ctx context.Context, db *sqldb.DB) error {
	if err := migrations.RunTo(ctx, db, a.Manifest.lastStep()); err != nil {
		return err
	}
	return db.WriteAlone(ctx, func(tx *sqldb.Tx) error {
		return withoutReferences(ctx, tx, func() error { return a.fill(ctx, tx) })
	})
}

func (a *Archive) fill(ctx context.Context, tx *sqldb.Tx) error {
	names, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range a.Manifest.Tables {
		if !slices.Contains(names, t.Name) {
			return damaged("table " + t.Name)
		}
		if _, err := tx.Exec(ctx, "DELETE FROM "+t.Name); err != nil { // migrations leave rows in some
			return err
		}
	}
	for _, t := range a.Manifest.Tables {
		if err := a.loadTable(ctx, tx, t); err != nil {
			return err
		}
	}
	return nil
}

func (a *Archive) loadTable(ctx context.Context, tx *sqldb.Tx, t Table) error {
	columns, err := columnsOf(ctx, tx, t)
	if err != nil {
		return err
	}
	r, err := a.open(tablePrefix + t.Name + tableSuffix)
	if err != nil {
		return err
	}
	defer r.Close()
	lines := bufio.NewScanner(untilDone{ctx, r})
	lines.Buffer(nil, maxLine)
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quotedFor(tx.Dialect(), c)
	}
	var rows [][]any
	for lines.Scan() {
		row, err := inside(lines.Bytes(), columns)
		if err != nil {
			return damaged(t.Name + ": " + err.Error())
		}
		if rows = append(rows, row); len(rows) == batch {
			if err := tx.InsertMany(ctx, t.Name, names, rows); err != nil {
				return fmt.Errorf("archive: %s: %w", t.Name, err)
			}
			rows = rows[:0]
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("archive: %s: %w", t.Name, err)
	}
	if err := tx.InsertMany(ctx, t.Name, names, rows); err != nil {
		return fmt.Errorf("archive: %s: %w", t.Name, err)
	}
	return nil
}

// quotedFor gives a column's name for InsertMany, which on PostgreSQL copies and quotes by itself.
func quotedFor(d sqldb.Dialect, column string) string {
	if d == sqldb.Postgres {
		return column
	}
	return `"` + column + `"`
}

// columnsOf finds the table's columns that the archive names; every column that may not be empty must be among them.
func columnsOf(ctx context.Context, tx *sqldb.Tx, t Table) ([]sqldb.Column, error) {
	has, err := tx.Columns(ctx, t.Name)
	if err != nil {
		return nil, err
	}
	if len(has) != len(t.Columns) {
		return nil, damaged("columns of " + t.Name)
	}
	found := make([]sqldb.Column, len(t.Columns))
	for i, name := range t.Columns {
		at := slices.IndexFunc(has, func(c sqldb.Column) bool { return c.Name == name })
		if at < 0 {
			return nil, damaged("columns of " + t.Name)
		}
		found[i] = has[at]
	}
	return found, nil
}

// withoutReferences runs fn while rows may refer to others that are not there yet; all must be there when it has run.
func withoutReferences(ctx context.Context, tx *sqldb.Tx, fn func() error) error {
	if tx.Dialect() == sqldb.SQLite {
		if _, err := tx.Exec(ctx, "PRAGMA defer_foreign_keys = ON"); err != nil {
			return err
		}
		return fn()
	}
	type reference struct{ table, name, definition string }
	var references []reference
	rows, err := tx.Query(ctx, `SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint
		WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r reference
		if err := rows.Scan(&r.table, &r.name, &r.definition); err != nil {
			return err
		}
		references = append(references, r)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, r := range references {
		if _, err := tx.Exec(ctx, `ALTER TABLE `+r.table+` DROP CONSTRAINT "`+r.name+`"`); err != nil {
			return err
		}
	}
	if err := fn(); err != nil {
		return err
	}
	for _, r := range references {
		if _, err := tx.Exec(ctx, `ALTER TABLE `+r.table+` ADD CONSTRAINT "`+r.name+`" `+r.definition); err != nil {
			return err
		}
	}
	return nil
}
