package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"

	"genjin/internal/sheet"

	_ "modernc.org/sqlite" // the same driver as the program's
)

// reading gives the cells of each row as texts.
type reading func(ctx context.Context, name string, row func(cells []string) error) error

// bare inserts every cell of the workbook as it is, with the same promises of durability as the program's.
func bare(ctx context.Context, dir string, read reading) ([]figures, error) {
	file := filepath.Join(dir, "bare.db")
	for _, name := range []string{file, file + "-wal", file + "-shm"} {
		_ = os.Remove(name)
	}
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "CREATE TABLE row (id INTEGER PRIMARY KEY, c"+strings.Join(numbers(), " TEXT, c")+" TEXT)"); err != nil {
		return nil, err
	}
	f, err := timed("bare", func() (string, error) {
		n, err := insertAll(ctx, db, filepath.Join(dir, workbook), read)
		return fmt.Sprintf("%d rows", n), err
	})
	return []figures{f}, err
}

func numbers() []string {
	out := make([]string, len(columns))
	for i := range out {
		out[i] = fmt.Sprint(i)
	}
	return out
}

func insertAll(ctx context.Context, db *sql.DB, name string, read reading) (rows int, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	insert, err := tx.PrepareContext(ctx, "INSERT INTO row (c"+strings.Join(numbers(), ", c")+") VALUES (?"+strings.Repeat(", ?", len(columns)-1)+")")
	if err != nil {
		return 0, err
	}
	args := make([]any, len(columns))
	header := true
	err = read(ctx, name, func(cells []string) error {
		if header {
			header = false
			return nil
		}
		for i := range args {
			args[i] = ""
			if i < len(cells) {
				args[i] = cells[i]
			}
		}
		rows++
		_, err := insert.ExecContext(ctx, args...)
		return err
	})
	if err != nil {
		return 0, err
	}
	return rows, tx.Commit()
}

// readStream reads with the program's own reader.
func readStream(ctx context.Context, name string, row func(cells []string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	book, err := sheet.Open(f, info.Size(), name, sheet.DefaultLimits())
	if err != nil {
		return err
	}
	defer book.Close()
	var cells []string
	for r, err := range book.Rows(ctx, 0) {
		if err != nil {
			return err
		}
		cells = cells[:0]
		for _, c := range r.Cells {
			cells = append(cells, c.String())
		}
		if err := row(cells); err != nil {
			return err
		}
	}
	return nil
}

// readExcelize reads with the usual library, as a stream.
func readExcelize(_ context.Context, name string, row func(cells []string) error) error {
	f, err := excelize.OpenFile(name)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return err
		}
		if err := row(cells); err != nil {
			return err
		}
	}
	return rows.Error()
}
