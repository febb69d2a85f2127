// Package migrations brings a database to the form this program needs. The steps are the numbered files in sql; each
// runs once, in order, in a transaction of its own that also records it, so that a kill at any moment leaves the
// database between two steps and the next start goes on from there.
package migrations

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"genjin/internal/errs"
	"genjin/internal/sqldb"
)

//go:embed sql
var files embed.FS

// Migration is one step.
type Migration struct {
	Number   int64
	Name     string // of the file, without number and ending
	Checksum string // SHA-256 of the file with plain line ends, in hex
	text     string
}

// Run applies the program's own steps. Errors for the operator are *errs.Error: the database was made by a newer program
// (migrations.newer) or by one whose steps were others (migrations.changed).
func Run(ctx context.Context, db *sqldb.DB) error {
	own, err := fs.Sub(files, "sql")
	if err != nil {
		return err
	}
	return RunFS(ctx, db, own)
}

// RunFS applies the steps in the root of fsys. Replicas that start together wait for each other at every step.
func RunFS(ctx context.Context, db *sqldb.DB, fsys fs.FS) error {
	steps, err := Load(fsys)
	if err != nil {
		return err
	}
	if err := db.WriteAlone(ctx, createTable); err != nil {
		return err
	}
	done, err := Applied(ctx, db)
	if err != nil {
		return err
	}
	if err := check(steps, done); err != nil {
		return err
	}
	for _, step := range steps[len(done):] {
		if err := apply(ctx, db, step); err != nil {
			return err
		}
	}
	return nil
}

// Own gives the program's steps in order.
func Own() ([]Migration, error) {
	own, err := fs.Sub(files, "sql")
	if err != nil {
		return nil, err
	}
	return Load(own)
}

var fileName = regexp.MustCompile(`^(\d{4})_([a-z0-9_]+)\.sql$`)

// Load reads the steps in the root of fsys, in the order of their numbers. Other files than .sql are left aside.
func Load(fsys fs.FS) ([]Migration, error) {
	names, err := fs.Glob(fsys, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var steps []Migration
	for _, name := range names {
		parts := fileName.FindStringSubmatch(name)
		if parts == nil {
			return nil, fmt.Errorf("migrations: %s is not named like 0001_some_words.sql", name)
		}
		number, _ := strconv.ParseInt(parts[1], 10, 64)
		if n := len(steps); n > 0 && steps[n-1].Number == number {
			return nil, fmt.Errorf("migrations: two files have the number %s", parts[1])
		}
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		text := strings.ReplaceAll(string(raw), "\r\n", "\n")
		sum := sha256.Sum256([]byte(text))
		steps = append(steps, Migration{Number: number, Name: parts[2], Checksum: hex.EncodeToString(sum[:]), text: text})
	}
	return steps, nil
}

const table = `CREATE TABLE IF NOT EXISTS schema_migration (
	number INTEGER PRIMARY KEY,
	name TEXT NOT NULL,
	checksum TEXT NOT NULL,
	applied_at INTEGER NOT NULL
)`

func createTable(tx *sqldb.Tx) error {
	ctx := context.Background()
	if err := lock(ctx, tx); err != nil {
		return err
	}
	return tx.Script(ctx, tx.Dialect().DDL(table))
}

func lock(ctx context.Context, tx *sqldb.Tx) error { return tx.Lock(ctx, "schema_migration") }

// Applied gives the steps the database has been through, in order.
func Applied(ctx context.Context, db *sqldb.DB) (done []Migration, err error) {
	err = db.Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, "SELECT number, name, checksum FROM schema_migration ORDER BY number")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var m Migration
			if err := rows.Scan(&m.Number, &m.Name, &m.Checksum); err != nil {
				return err
			}
			done = append(done, m)
		}
		return rows.Err()
	})
	return done, err
}

// check says whether the database has been through the first of the steps and nothing else.
func check(steps, done []Migration) error {
	if last, newest := number(done), number(steps); last > newest {
		return errs.New(errs.Unavailable, "migrations.newer", "database", last, "program", newest)
	}
	for i, was := range done {
		if i >= len(steps) || steps[i].Number != was.Number || steps[i].Checksum != was.Checksum {
			return errs.New(errs.Unavailable, "migrations.changed", "step", fmt.Sprintf("%04d_%s", was.Number, was.Name))
		}
	}
	return nil
}

// number gives that of the last step.
func number(steps []Migration) int64 {
	if len(steps) == 0 {
		return 0
	}
	return steps[len(steps)-1].Number
}

// apply runs one step, unless another replica has just done it.
func apply(ctx context.Context, db *sqldb.DB, step Migration) error {
	err := db.WriteAlone(ctx, func(tx *sqldb.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		var already int
		err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM schema_migration WHERE number = ?", step.Number).Scan(&already)
		if err != nil || already > 0 {
			return err
		}
		if err := tx.Script(ctx, Script(tx.Dialect(), step.text)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
			step.Number, step.Name, step.Checksum, tx.Now)
		return err
	})
	if err != nil {
		return fmt.Errorf("migrations: %04d_%s: %w", step.Number, step.Name, err)
	}
	return nil
}

// Script gives what a step's text says for one database: the parts between the lines "-- sqlite", "-- postgres" and
// "-- all" that are meant for it, with types in its own words.
func Script(dialect sqldb.Dialect, text string) string {
	var b strings.Builder
	mine := true
	for line := range strings.Lines(text) {
		switch word := strings.TrimSpace(line); word {
		case "-- sqlite", "-- postgres", "-- all":
			mine = word == "-- all" || word == "-- "+string(dialect)
			b.WriteString("\n")
			continue
		}
		if mine {
			b.WriteString(line)
		} else {
			b.WriteString("\n") // keeps the line numbers in error messages right
		}
	}
	return dialect.DDL(b.String())
}
