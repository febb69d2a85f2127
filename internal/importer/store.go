package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/sqldb"
)

const importColumns = "id, entity, file_name, size, sha256, state, job_id, sheets, options, progress, result, unknown, error, created_by, created_at, finished_at"

func insertImport(ctx context.Context, tx *sqldb.Tx, imp *Import) error {
	texts, err := imp.texts()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO import (`+importColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		imp.ID, imp.Entity, imp.File, imp.Size, imp.SHA256, string(imp.State), imp.Job, texts[0], texts[1], texts[2], texts[3], texts[4],
		imp.Error, imp.CreatedBy, imp.CreatedAt, imp.FinishedAt)
	return err
}

func updateImport(ctx context.Context, tx *sqldb.Tx, imp *Import) error {
	texts, err := imp.texts()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE import SET state = ?, job_id = ?, sheets = ?, options = ?, progress = ?, result = ?, unknown = ?,
		error = ?, finished_at = ? WHERE id = ?`,
		string(imp.State), imp.Job, texts[0], texts[1], texts[2], texts[3], texts[4], imp.Error, imp.FinishedAt, imp.ID)
	return err
}

// texts gives the parts that are stored as JSON: sheets, options, progress, result and unknown values.
func (imp *Import) texts() (out [5]string, err error) {
	for i, part := range []any{imp.Sheets, imp.Options, imp.Progress, imp.Result, imp.Unknown} {
		b, err := json.Marshal(part)
		if err != nil {
			return out, fmt.Errorf("importer: %w", err)
		}
		out[i] = string(b)
	}
	return out, nil
}

func scanImport(scan func(dest ...any) error) (*Import, error) {
	imp := &Import{}
	var texts [5]string
	err := scan(&imp.ID, &imp.Entity, &imp.File, &imp.Size, &imp.SHA256, &imp.State, &imp.Job, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4],
		&imp.Error, &imp.CreatedBy, &imp.CreatedAt, &imp.FinishedAt)
	if err != nil {
		return nil, err
	}
	for i, part := range []any{&imp.Sheets, &imp.Options, &imp.Progress, &imp.Result, &imp.Unknown} {
		if err := json.Unmarshal([]byte(texts[i]), part); err != nil {
			return nil, fmt.Errorf("importer: import %s is damaged: %w", imp.ID, err)
		}
	}
	return imp, nil
}

// Get gives an import. It is seen by who began it and by those who may import everything.
func (m *Importer) Get(ctx context.Context, actor *access.Actor, x id.ID) (imp *Import, err error) {
	err = m.store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		imp, err = getImport(ctx, tx, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !m.sees(actor, imp) {
		return nil, errs.New(errs.NotFound, "")
	}
	return imp, nil
}

func getImport(ctx context.Context, tx *sqldb.Tx, x id.ID) (*Import, error) {
	imp, err := scanImport(tx.QueryRow(ctx, `SELECT `+importColumns+` FROM import WHERE id = ?`, x).Scan)
	if sqldb.IsNoRows(err) {
		return nil, errs.New(errs.NotFound, "")
	}
	return imp, err
}

func (m *Importer) sees(actor *access.Actor, imp *Import) bool {
	def := m.store.Registry().Def(imp.Entity)
	return imp.CreatedBy == actor.ID || actor.Reach(def.ModuleName(), access.Import).Everything
}

// List gives the imports that the actor sees, newest first, at most limit.
func (m *Importer) List(ctx context.Context, actor *access.Actor, limit int) ([]*Import, error) {
	var out []*Import
	err := m.store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		rows, err := tx.Query(ctx, `SELECT `+importColumns+` FROM import ORDER BY id DESC LIMIT 1000`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() && len(out) < limit {
			imp, err := scanImport(rows.Scan)
			if err != nil {
				return err
			}
			if m.sees(actor, imp) {
				out = append(out, imp)
			}
		}
		return rows.Err()
	})
	return out, err
}

// mostProblems bounds the problems kept of one import; the count of refused rows goes on.
const mostProblems = 100_000

func addProblems(ctx context.Context, tx *sqldb.Tx, imp *Import, problems []Problem) error {
	if room := mostProblems - imp.Progress.Seq; len(problems) > room {
		problems = problems[:max(0, room)]
	}
	rows := make([][]any, len(problems))
	for i, p := range problems {
		imp.Progress.Seq++
		rows[i] = []any{int64(imp.ID), int64(imp.Progress.Seq), p.Severity, p.Sheet, int64(p.Row), p.Column, p.Value, p.Code, p.Reason}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.InsertMany(ctx, "import_problem",
		[]string{"import_id", "seq", "severity", "sheet", "row_number", "column_name", "value", "code", "reason"}, rows)
}

func dropProblems(ctx context.Context, tx *sqldb.Tx, imp *Import) error {
	_, err := tx.Exec(ctx, `DELETE FROM import_problem WHERE import_id = ?`, imp.ID)
	imp.Progress.Seq = 0
	return err
}

// Problems gives the problems of an import after the one with number seq, at most limit; severity "" gives all. Next is
// the number to go on after; zero at the end.
func (m *Importer) Problems(ctx context.Context, actor *access.Actor, x id.ID, severity string, seq, limit int) (out []Problem, next int, err error) {
	if _, err := m.Get(ctx, actor, x); err != nil {
		return nil, 0, err
	}
	out = []Problem{}
	err = m.store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		query := `SELECT seq, severity, sheet, row_number, column_name, value, code, reason FROM import_problem
			WHERE import_id = ? AND seq > ? AND (? = '' OR severity = ?) ORDER BY seq LIMIT ?`
		rows, err := tx.Query(ctx, query, x, seq, severity, severity, limit+1)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if len(out) == limit {
				next = seq
				return nil
			}
			var p Problem
			if err := rows.Scan(&seq, &p.Severity, &p.Sheet, &p.Row, &p.Column, &p.Value, &p.Code, &p.Reason); err != nil {
				return err
			}
			out = append(out, p)
		}
		return rows.Err()
	})
	return out, next, err
}

func itoa(n int) string { return strconv.Itoa(n) }
