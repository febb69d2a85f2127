package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"genjin/internal/access"
	"genjin/internal/errs"
	"genjin/internal/id"
	"genjin/internal/job"
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
	imp.stands(tx, texts)
	return err
}

// updateImport writes what may have changed. It fails with errElsewhere when the import does not stand any more as it was
// loaded or last written.
func updateImport(ctx context.Context, tx *sqldb.Tx, imp *Import) error {
	texts, err := imp.texts()
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE import SET state = ?, job_id = ?, sheets = ?, options = ?, progress = ?, result = ?, unknown = ?,
		error = ?, finished_at = ? WHERE id = ? AND state = ? AND progress = ?`,
		string(imp.State), imp.Job, texts[0], texts[1], texts[2], texts[3], texts[4], imp.Error, imp.FinishedAt,
		imp.ID, imp.was.state, imp.was.progress)
	if err == nil && n == 0 {
		err = errElsewhere
	}
	imp.stands(tx, texts)
	return err
}

// stands notes how the import is stored once tx is committed.
func (imp *Import) stands(tx *sqldb.Tx, texts [5]string) {
	was := standing{string(imp.State), texts[2]}
	tx.AfterCommit(func() { imp.was = was })
}

// outcome is what is stored of what an import did.
type outcome struct {
	Result
	Sheets    map[int]Result `json:"sheets,omitempty"`
	Conflicts []Conflict     `json:"conflicts,omitempty"`
}

// texts gives the parts that are stored as JSON: sheets, options, progress, outcome and unknown values.
func (imp *Import) texts() (out [5]string, err error) {
	for i, part := range []any{imp.Sheets, imp.Options, imp.Progress, outcome{imp.Result, imp.Of, imp.Conflicts}, imp.Unknown} {
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
	var jobState string
	err := scan(&imp.ID, &imp.Entity, &imp.File, &imp.Size, &imp.SHA256, &imp.State, &imp.Job, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4],
		&imp.Error, &imp.CreatedBy, &imp.CreatedAt, &imp.FinishedAt, &jobState)
	if err != nil {
		return nil, err
	}
	imp.was = standing{string(imp.State), texts[2]}
	var out outcome
	for i, part := range []any{&imp.Sheets, &imp.Options, &imp.Progress, &out, &imp.Unknown} {
		if err := json.Unmarshal([]byte(texts[i]), part); err != nil {
			return nil, fmt.Errorf("importer: import %s is damaged: %w", imp.ID, err)
		}
	}
	imp.Result, imp.Of, imp.Conflicts = out.Result, out.Sheets, out.Conflicts
	imp.outlived(job.State(jobState))
	return imp, nil
}

// outlived gives an import the state it is in when its job has ended without saying so: cancelled before it began, or
// given up.
func (imp *Import) outlived(by job.State) {
	if by != job.Failed && by != job.Cancelled {
		return
	}
	switch imp.State {
	case Checking:
		imp.State = Analysed
	case Running:
		imp.State = Failed
		if by == job.Cancelled && imp.Progress.Done == 0 {
			imp.State = Cancelled
		}
	case Undoing:
		imp.State = Done
	case Analysed, Checked, Done, Cancelled, Failed, Undone:
	}
}

const selectImport = `SELECT ` + importColumns + `, COALESCE((SELECT state FROM job WHERE job.id = import.job_id), '') FROM import `

// Get gives an import. It is seen by who began it and by those who may import everything.
func (m *Importer) Get(ctx context.Context, actor *access.Actor, x id.ID) (imp *Import, err error) {
	err = m.store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		imp, err = m.GetIn(ctx, tx, actor, x)
		return err
	})
	return imp, err
}

// GetIn is Get within a transaction.
func (m *Importer) GetIn(ctx context.Context, tx *sqldb.Tx, actor *access.Actor, x id.ID) (*Import, error) {
	imp, err := scanImport(tx.QueryRow(ctx, selectImport+`WHERE id = ?`, x).Scan)
	if sqldb.IsNoRows(err) || err == nil && !m.sees(actor, imp) {
		return nil, errs.New(errs.NotFound, "")
	}
	return imp, err
}

func (m *Importer) sees(actor *access.Actor, imp *Import) bool {
	def := m.store.Registry().Def(imp.Entity)
	return actor.Lets(def.ModuleName(), access.Import) && (imp.CreatedBy == actor.ID || actor.Reach(def.ModuleName(), access.Import).Everything)
}

// List gives the imports that the actor sees, newest first, at most limit.
func (m *Importer) List(ctx context.Context, tx *sqldb.Tx, actor *access.Actor, limit int) ([]*Import, error) {
	rows, err := tx.Query(ctx, selectImport+`ORDER BY id DESC LIMIT 1000`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*Import
	for rows.Next() && len(out) < limit {
		imp, err := scanImport(rows.Scan)
		if err != nil {
			return nil, err
		}
		if m.sees(actor, imp) {
			out = append(out, imp)
		}
	}
	return out, rows.Err()
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
	err = m.store.DB().Read(ctx, func(tx *sqldb.Tx) error {
		imp, err := m.GetIn(ctx, tx, actor, x)
		if err != nil {
			return err
		}
		out, next, err = m.ProblemsIn(ctx, tx, imp, severity, seq, limit)
		return err
	})
	return out, next, err
}

// ProblemsIn is Problems within a transaction.
func (m *Importer) ProblemsIn(ctx context.Context, tx *sqldb.Tx, imp *Import, severity string, seq, limit int) (out []Problem, next int, err error) {
	rows, err := tx.Query(ctx, `SELECT seq, severity, sheet, row_number, column_name, value, code, reason FROM import_problem
		WHERE import_id = ? AND seq > ? AND (? = '' OR severity = ?) ORDER BY seq LIMIT ?`, imp.ID, seq, severity, severity, limit+1)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	out = []Problem{}
	for rows.Next() {
		if len(out) == limit {
			return out, seq, nil
		}
		var p Problem
		if err := rows.Scan(&seq, &p.Severity, &p.Sheet, &p.Row, &p.Column, &p.Value, &p.Code, &p.Reason); err != nil {
			return nil, 0, err
		}
		out = append(out, p)
	}
	return out, 0, rows.Err()
}

func itoa(n int) string { return strconv.Itoa(n) }
