// Package check looks at a whole installation and says what does not hold together: the database in itself, its
// attachments, the search index, serial numbers and the change log. It changes nothing. RebuildSearch makes the search
// index anew from the records.
package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"genjin/internal/audit"
	"genjin/internal/entity"
	"genjin/internal/errs"
	"genjin/internal/files"
	"genjin/internal/i18n"
	"genjin/internal/migrations"
	"genjin/internal/sqldb"
)

// Result is the outcome of one check.
type Result struct {
	Name  string   // message key of what was checked
	Count int64    // of what was looked at
	Note  string   // to write down, and compare with what was written down before
	Bad   []string // what is wrong, at most mostShown
	more  int64    // further ones
}

const mostShown = 20

// OK says that nothing is wrong.
func (r *Result) OK() bool { return len(r.Bad) == 0 }

// add notes something that is wrong.
func (r *Result) add(format string, args ...any) {
	if len(r.Bad) == mostShown {
		r.more++
		return
	}
	r.Bad = append(r.Bad, fmt.Sprintf(format, args...))
}

// Message says the result in lang: one line, or several when something is wrong.
func (r *Result) Message(lang i18n.Lang) string {
	name := i18n.Message(lang, r.Name, nil)
	if r.OK() {
		return strings.TrimRight(i18n.Message(lang, "check.ok", i18n.Params{"name": name, "count": r.Count})+"  "+r.Note, " ")
	}
	lines := []string{i18n.Message(lang, "check.wrong", i18n.Params{"name": name, "count": int64(len(r.Bad)) + r.more})}
	for _, b := range r.Bad {
		lines = append(lines, "  "+b)
	}
	if r.more > 0 {
		lines = append(lines, "  …")
	}
	return strings.Join(lines, "\n")
}

// Run checks everything and tells each result as it comes. Defs are the definitions of all entities. The error is that
// of a check that could not run.
func Run(ctx context.Context, db *sqldb.DB, defs []*entity.Def, store *files.Store, tell func(Result)) error {
	for _, c := range []struct {
		name string
		look func(ctx context.Context, tx *sqldb.Tx, r *Result) error
	}{
		{"check.database", database},
		{"check.steps", func(ctx context.Context, tx *sqldb.Tx, r *Result) error { return steps(ctx, db, r) }},
		{"check.files", func(ctx context.Context, tx *sqldb.Tx, r *Result) error { return attachments(ctx, tx, store, r) }},
		{"check.search", func(ctx context.Context, tx *sqldb.Tx, r *Result) error { return searchIndex(ctx, tx, defs, r) }},
		{"check.serials", func(ctx context.Context, tx *sqldb.Tx, r *Result) error { return serials(ctx, tx, defs, r) }},
		{"check.log", func(ctx context.Context, tx *sqldb.Tx, r *Result) error { return changeLog(ctx, tx, defs, r) }},
		{"check.seals", func(ctx context.Context, tx *sqldb.Tx, r *Result) error { return seals(ctx, tx, r) }},
	} {
		r := Result{Name: c.name}
		if err := db.Read(ctx, func(tx *sqldb.Tx) error { return c.look(ctx, tx, &r) }); err != nil {
			return err
		}
		tell(r)
	}
	return nil
}

// database asks the database itself: damaged pages, indexes that miss rows, references to rows that are not there.
func database(ctx context.Context, tx *sqldb.Tx, r *Result) error {
	names, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	r.Count = int64(len(names))
	if tx.Dialect() == sqldb.Postgres {
		return each(ctx, tx, func(row []any) { r.add("%v", row[0]) },
			`SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint
			WHERE NOT convalidated AND connamespace = current_schema()::regnamespace`)
	}
	err = each(ctx, tx, func(row []any) {
		if row[0] != "ok" {
			r.add("%v", row[0])
		}
	}, `PRAGMA integrity_check`)
	if err != nil {
		return err
	}
	return each(ctx, tx, func(row []any) { r.add("%v %v → %v", row[0], row[1], row[2]) },
		`SELECT "table", rowid, parent FROM pragma_foreign_key_check`)
}

// steps compares the migrations the database went through with the program's.
func steps(ctx context.Context, db *sqldb.DB, r *Result) error {
	own, err := migrations.Own()
	if err != nil {
		return err
	}
	done, err := migrations.Applied(ctx, db)
	if err != nil {
		return err
	}
	r.Count = int64(len(done))
	if !slices.EqualFunc(own, done, func(a, b migrations.Migration) bool { return a.Number == b.Number && a.Checksum == b.Checksum }) {
		r.add("%d ≠ %d", len(done), len(own))
	}
	return nil
}

// attachments reads every file that a row refers to. Columns named sha256 refer to files.
func attachments(ctx context.Context, tx *sqldb.Tx, store *files.Store, r *Result) error {
	used, err := UsedFiles(ctx, tx)
	if err != nil {
		return err
	}
	for sum, where := range used {
		r.Count++
		f, err := store.Open(ctx, sum)
		switch {
		case err == nil:
			f.Close()
		case errs.Is(err, errs.NotFound):
			r.add("%s: %s ✗", where, sum)
		case errors.Is(err, files.ErrDamaged):
			r.add("%s: %s ≠", where, sum)
		default:
			return err
		}
	}
	return nil
}

// UsedFiles gives the files that rows refer to, each with the name of one of their tables.
func UsedFiles(ctx context.Context, tx *sqldb.Tx) (map[string]string, error) {
	names, err := tx.Tables(ctx)
	if err != nil {
		return nil, err
	}
	used := map[string]string{}
	for _, table := range names {
		columns, err := tx.Columns(ctx, table)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(columns, func(c sqldb.Column) bool { return c.Name == "sha256" }) {
			continue
		}
		err = each(ctx, tx, func(row []any) { used[fmt.Sprint(row[0])] = table }, `SELECT DISTINCT sha256 FROM `+table+` WHERE sha256 <> ''`)
		if err != nil {
			return nil, err
		}
	}
	return used, nil
}

// serials sees whether a code has a number that its series has still to give.
func serials(ctx context.Context, tx *sqldb.Tx, defs []*entity.Def, r *Result) error {
	last := map[string]int64{}
	err := each(ctx, tx, func(row []any) { last[fmt.Sprint(row[0])] = row[1].(int64) }, `SELECT series, last FROM serial`)
	if err != nil {
		return err
	}
	r.Count = int64(len(last))
	for _, d := range defs {
		if d.Index("code") < 0 {
			continue
		}
		err := each(ctx, tx, func(row []any) {
			prefix, number := splitCode(row[0].(string))
			if given, ok := last[d.Name+":"+prefix]; ok && number > given {
				r.add("%s: %s > %d", d.Name, row[0], given)
			}
		}, `SELECT code FROM `+d.TableName()+` WHERE code <> ''`)
		if err != nil {
			return err
		}
	}
	return nil
}

const mostDigits = 9 // of a serial number at the end of a code

func splitCode(code string) (prefix string, number int64) {
	prefix = strings.TrimRight(code, "0123456789")
	if len(code)-len(prefix) > mostDigits {
		return code, 0
	}
	for _, digit := range code[len(prefix):] {
		number = number*10 + int64(digit-'0')
	}
	return prefix, number
}

// changeLog sees whether the records that the log speaks of are there. Those that an undo has deleted are not, and the
// log says so; entries about no single record, such as those of exports, have none.
func changeLog(ctx context.Context, tx *sqldb.Tx, defs []*entity.Def, r *Result) error {
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM audit_entry`).Scan(&r.Count); err != nil {
		return err
	}
	for _, d := range defs {
		err := each(ctx, tx, func(row []any) { r.add("%s %v ✗", d.Name, row[0]) },
			`SELECT DISTINCT record_id FROM audit_entry WHERE entity = ? AND record_id <> 0 AND record_id NOT IN (SELECT id FROM `+d.TableName()+`)
			AND record_id NOT IN (SELECT record_id FROM audit_entry WHERE action = 'delete')`, d.Name)
		if err != nil {
			return err
		}
	}
	return nil
}

// seals reads the whole log against the seals over it.
func seals(ctx context.Context, tx *sqldb.Tx, r *Result) error {
	v, err := audit.Verify(ctx, tx, func(problem string) { r.add("%s", problem) })
	if r.Count = v.Newest.Number; r.Count > 0 {
		r.Note = fmt.Sprintf("#%d %s", v.Newest.Number, v.Newest.Hash)
	}
	return err
}

// each calls fn with every row of a query.
func each(ctx context.Context, tx *sqldb.Tx, fn func(row []any), query string, args ...any) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fn(row)
	}
	return rows.Err()
}
